import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compareHtml } from '../../src/report/compare/html.js';
import { html, trusted } from '../../src/report/html/markup.js';
import { runsHtml } from '../../src/report/runs/html.js';
import { ourRun } from '../compare/make-run.js';
import { chromiumPath, launchChromium } from './chromium.js';
import { nasty, sampleComparison } from './sample-comparison.js';

describe('markup', () => {
  it('escapes every text and keeps what was made here', () => {
    expect(html`<b title="${'"x\''}">${'<i>&'}</b>${trusted('<br>')}${[html`<u>${1}</u>`, false]}`.text).toBe(
      '<b title="&quot;x&#39;">&lt;i&gt;&amp;</b><br><u>1</u>',
    );
  });
});

describe('a page', () => {
  const series = new Map([
    [
      'results/vm/bert-99/Offline/performance/run_1',
      { latencyMs: Float64Array.of(1, 2, 3), completedNs: Float64Array.of(1e8, 2e8, 3e8) },
    ],
  ]);
  const runs = [1, 2].map((runNumber) =>
    ourRun({
      system: 'vm',
      runNumber,
      path: `results/vm/bert-99/Offline/performance/run_${runNumber}`,
      latencyMs: { p50: 5, p90: 9, p95: 10, p97: 11, p99: 12, p999: 14, min: 1, max: 15, mean: 5.5 },
    }),
  );

  it.each([
    ['a comparison', 4, () => compareHtml(sampleComparison(), { series })],
    ['runs', 0, () => runsHtml({ name: 'vm', runs }, { series })],
  ])(
    'of %s has each id once, and is the same each time it is made',
    async (_, least, make) => {
      const text = await make();
      const ids = [...text.matchAll(/\bid="([^"]+)"/g)].map((match) => match[1]!);
      expect(ids.length).toBeGreaterThanOrEqual(least);
      expect(ids.filter((id, i) => ids.indexOf(id) !== i)).toEqual([]);
      expect((await make()) === text).toBe(true);
    },
    30_000,
  );

  it('gives each drawing a role and a title, and each table a caption', async () => {
    let count = 0;
    for (const text of [
      await compareHtml(sampleComparison(), { series }),
      await runsHtml({ name: 'vm', runs }, { series }),
    ]) {
      const drawings = text.match(/<svg[^>]*>(<title[^>]*>[^<]+)?/g) ?? [];
      expect(drawings.length).toBeGreaterThan(0);
      for (const drawing of drawings) expect(drawing).toMatch(/ role="[^"]+".*<title[^>]*>./);
      const tables = text.match(/<table[^>]*>(<caption[^>]*>[^<]+)?/g) ?? [];
      count += tables.length;
      for (const table of tables) expect(table).toMatch(/<caption[^>]*>./);
    }
    expect(count).toBeGreaterThan(0);
  }, 30_000);

  it('says what all runs have once, and names no folder outside the results', async () => {
    const at = (run: (typeof runs)[number]) => ({ ...run, path: `/home/someone/${run.path}` });
    const other = {
      ...ourRun({ ...runs[1]!, benchmark: 'bert-99.9' }),
      settings: { requested: {}, effective: { ...runs[1]!.settings.effective, min_duration_ms: 1 } },
    };
    const text = await runsHtml({ name: 'vm', runs: [...runs, other].map(at) });
    const said = text.split('How to reproduce')[1]!;
    for (const once of ['qsl_rng_seed', 'Backend onnxruntime', 'Versions: '])
      expect(said.split(once).length - 1, once).toBe(1);
    expect(said.match(/min_duration_ms \d+/g)).toEqual(['min_duration_ms 600000', 'min_duration_ms 1']);
    expect(said).toContain('vm/bert-99.9/Offline/performance/run_2');
    expect(text).not.toContain('/home/');
  }, 30_000);

  it('says how many instances there were in total', async () => {
    const [run] = runs;
    const four = { ...run!, document: { ...run!.document!, sut: { ...run!.document!.sut, instances: 4 } } };
    expect(await runsHtml({ name: 'vm', runs: [run!] })).toContain(
      '1 instance in total, batches of up to 64',
    );
    expect(await runsHtml({ name: 'vm', runs: [four] })).toContain('4 instances in total');
  }, 30_000);
});

const where = 'in Chromium (needs one: BAREMARK_CHROMIUM, or Debian’s chromium)';

describe.skipIf(!chromiumPath)(`the page of a comparison ${where}`, () => {
  let browser: Browser;
  let text: string;
  beforeAll(async () => {
    browser = await launchChromium();
    const series = new Map(
      ['bare', 'vm'].map((system, i) => [
        `results/${system}/bert-99/Offline/performance/run_1`,
        {
          latencyMs: Float64Array.from({ length: 500 }, (_, k) => (k + 1) * (2 + i)),
          completedNs: Float64Array.from({ length: 500 }, (_, k) => (k + 1) * (2 + i) * 1e6),
        },
      ]),
    );
    text = await compareHtml(sampleComparison(), { series, commands: ['baremark compare bare vm'] });
  }, 60_000);
  afterAll(() => browser?.close());

  /** The page at this width, and everything it asked the network for. */
  async function open(
    content: string,
    width: number,
  ): Promise<{ page: Page; requests: string[]; errors: string[] }> {
    const page = await browser.newPage({ viewport: { width, height: 900 } });
    const requests: string[] = [];
    const errors: string[] = [];
    page.on('request', (request) => requests.push(request.url()));
    page.on('pageerror', (error) => errors.push(String(error)));
    await page.setContent(content, { waitUntil: 'load' });
    return { page, requests, errors };
  }

  /** Pixels by which the page is wider than the screen. */
  const overflow = (page: Page) =>
    page.evaluate<number>('document.documentElement.scrollWidth - window.innerWidth');

  it.each([1280, 400])(
    'shows the verdict and the bars’ values at %d pixels',
    async (width) => {
      const { page, requests, errors } = await open(text, width);
      expect(await page.locator('.verdict').textContent()).toBe(
        'vm is equivalent to bare within 5% on one Offline pair: it keeps 0.990 of its performance. ' +
          'The Server ratio 0.950 compares requested rates, not the highest that each system sustains.',
      );
      const bars = page.locator('#ratios svg:visible [aria-roledescription="bar"]');
      const labels = await bars.evaluateAll((marks) => marks.map((mark) => mark.getAttribute('aria-label')));
      expect(labels).toEqual([
        expect.stringMatching(/^bert-99 Offline: 0\.990 of the baseline, 95% interval 0\.98\d to 0\.99\d$/),
        'bert-99 Server: 0.950 of the baseline, requested rates',
      ]);
      // A bar is as long as its ratio says: 0.95 ÷ 0.99 of the other.
      const lengths = await bars.evaluateAll((marks) =>
        marks.map((mark) => mark.getBoundingClientRect().width),
      );
      expect(lengths[1]! / lengths[0]!).toBeCloseTo(0.95 / 0.99, 2);
      for (const value of ['0.990', '0.950'])
        expect(await page.locator(`#ratios svg:visible text:text-is("${value}")`).count()).toBe(1);
      expect(await overflow(page)).toBeLessThanOrEqual(0);
      expect(requests).toEqual([]);
      expect(errors).toEqual([]);
      await page.close();
    },
    30_000,
  );

  it('draws the bound, the axes with units and both sides', async () => {
    const { page } = await open(text, 1280);
    const texts = await page.locator('.card svg:visible text').allTextContents();
    for (const label of [
      'latency (ms)',
      'share of queries',
      'bound: 99% within 130 ms',
      'completed (samples/s)',
      'time since the start (s)',
      'difference from the baseline (%)',
      'bare',
      'vm',
    ])
      expect(texts).toContain(label);
    expect(await page.locator('body').textContent()).toContain('83% and 77% of the bound');
    await page.close();
  }, 30_000);

  it('changes its colours for the dark and goes back to light for print', async () => {
    const { page } = await open(text, 1280);
    const ground = () => page.evaluate('getComputedStyle(document.body).backgroundColor');
    await page.emulateMedia({ colorScheme: 'light' });
    const light = await ground();
    await page.emulateMedia({ colorScheme: 'dark' });
    expect(await ground()).not.toBe(light);
    await page.emulateMedia({ colorScheme: 'dark', media: 'print' });
    expect(await ground()).toBe('rgb(255, 255, 255)');
    await page.close();
  }, 30_000);

  it('runs nothing that a name says, and stays within the screen', async () => {
    const hostile = await compareHtml(sampleComparison(nasty, `${'w'.repeat(200)}</style></svg>`), {
      commands: [nasty],
      footer: nasty,
    });
    const { page, requests, errors } = await open(hostile, 400);
    expect(await page.evaluate('"pwned" in window')).toBe(false);
    expect(await page.locator('script, img').count()).toBe(0);
    expect(await overflow(page)).toBeLessThanOrEqual(0);
    expect(requests).toEqual([]);
    expect(errors).toEqual([]);
    await page.close();
  }, 60_000);

  it('of one system’s runs shows each run and why it is not VALID', async () => {
    const runs = [
      ourRun({ system: 'vm', runNumber: 1 }),
      ourRun({
        system: 'vm',
        scenario: 'Server',
        outcome: { kind: 'invalid', reasons: ['Min duration not met.'] },
      }),
    ];
    const { page, requests } = await open(await runsHtml({ name: 'vm', runs }), 400);
    expect(await page.locator('.verdict').textContent()).toBe('vm: 1 of 2 runs is VALID.');
    expect(await page.locator('.card').last().textContent()).toContain('Min duration not met.');
    expect(await overflow(page)).toBeLessThanOrEqual(0);
    expect(requests).toEqual([]);
    await page.close();
  }, 30_000);
});
