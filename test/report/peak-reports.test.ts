/** A peak in every report: pages, Markdown, SVG files, and what the terminal prints below its tables. */
import { parse } from 'csv-parse/sync';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compareHtml } from '../../src/report/compare/html.js';
import { compareSvg } from '../../src/report/compare/svg.js';
import { runsCsv } from '../../src/report/runs/csv.js';
import { runsHtml } from '../../src/report/runs/html.js';
import { runsMarkdown } from '../../src/report/runs/markdown.js';
import { runsTable, runTable } from '../../src/report/runs/run-table.js';
import { comparePeaks, runsPeaks } from '../../src/report/text/peak-sections.js';
import type { Peak } from '../../src/results/document/peak.js';
import { peakAt } from '../helpers/peak.js';
import { chromiumPath, launchChromium } from './chromium.js';
import { comparedPeaks, peakRun } from './peak-runs.js';
import { nasty, sampleComparison } from './sample-comparison.js';

const system = (...peaks: (Peak | undefined)[]) => ({
  name: 'vm',
  runs: peaks.map((peak, i) => peakRun('vm', peak, i + 1)),
});

const stepped = peakAt(1000, {
  finals: [
    { targetQps: 1000, tailMs: 103, outcome: 'invalid', reasons: ['The bound is missed.'] },
    { targetQps: 990, tailMs: 92, outcome: 'valid', reasons: [] },
  ],
});
const none = peakAt(0, {
  ...{ kind: 'none holds', qps: 0, lowQps: 0, highQps: 0, curve: [], probes: [], finals: [] },
  lone: { p50Ms: 90, tailMs: 150 },
});
const noneHolds = 'No rate holds: a query alone takes 150 ms at p99, 1.5 times the bound of 100 ms.';
const spaced = (text: string) => text.replaceAll(/\s+/g, ' ');

describe('the terminal', () => {
  it('says the peak below its run, in 80 columns, of a run just done and of one read back', () => {
    const vm = system(peakAt(1000), none, undefined);
    for (const text of [runsTable(vm), runTable(vm.runs.map((run) => run.document!))]) {
      expect(spaced(text)).toContain(
        ' Run 1: Peak 1000 queries/s, 95% interval 990 to 1010; 99% of latencies within 100 ms. ',
      );
      expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
      expect(spaced(text)).toContain(noneHolds);
      expect(text.match(/Peak/g)).toHaveLength(1);
    }
  });

  it('says what became of the runs of full length', () => {
    const three = peakAt(1000, { finals: [stepped.finals[0]!, ...stepped.finals] });
    const said = (peak: Peak) => spaced(runsTable(system(peak)));
    expect(said(peakAt(1000))).toContain('The full run at 990 queries/s is VALID.');
    expect(said(stepped)).toContain(
      'The full run at 990 queries/s is VALID; before it, one at 1000 was INVALID.',
    );
    expect(said(three)).toContain('is VALID; before it, 2 from 1000 down were INVALID.');
  });

  it('does not say twice why there is no run at the peak', () => {
    const [run] = system(none).runs;
    const reason = 'No rate holds the latency bound: a query alone takes 150 ms.';
    const outcome = { kind: 'invalid', reasons: [reason] } as const;
    const text = spaced(runsTable({ name: 'vm', runs: [{ ...run!, outcome }] }));
    expect(text.match(/No rate holds/g)).toHaveLength(1);
    expect(text).toContain(reason);
  });

  it('draws the curves that there are below the table, once for each benchmark', () => {
    expect(runsPeaks(system(peakAt(1000), peakAt(1010)))).toMatch(
      /^\nbert-99 Server: the peak\n\n {5}latency/,
    );
    expect(runsPeaks(system(peakAt(1000), peakAt(1010))).match(/ {5}latency/g)).toHaveLength(1);
    expect(runsPeaks(system(none))).toBe('');
    expect(runsPeaks(system(undefined))).toBe('');
  });

  it('draws pairs of which both sides have a peak', () => {
    const text = comparePeaks(comparedPeaks([peakAt(1000)], [peakAt(900)]));
    expect(text).toMatch(/^\nbert-99 Server: the peaks\n\n {5}latency/);
    expect(text).toContain('vm    ● p99  • p50  ◆ peak 900 queries/s, 95% interval 891 to 909\n');
    expect(comparePeaks(comparedPeaks([peakAt(1000)], [undefined]))).toBe('');
    expect(comparePeaks(sampleComparison())).toBe('');
    expect(spaced(comparePeaks(comparedPeaks([peakAt(1000)], [none])))).toContain(`vm: ${noneHolds}`);
  });
});

describe('Markdown', () => {
  it('has the finding and both tables', () => {
    const text = runsMarkdown(system(stepped));
    expect(text).toContain(
      '## The search of bert-99 Server, run 1\n\nPeak 1000 queries/s, 95% interval 990 to 1010;',
    );
    expect(text).toContain('| 1 | 950 | 10 | 9500 | 15 | 60 | 0.1% | holds | complete |');
    expect(text).toContain('| 2 | 1100 | 3 | 3300 | 180 | 400 | 60% | misses | over-saturated |');
    expect(text).toContain('| 1 | 1000 | 103 | INVALID | The bound is missed. |');
    expect(text).toContain('| 2 | 990 | 92 | VALID |  |');
    expect(runsMarkdown(system(undefined))).not.toContain('search');
  });

  it('names no rate of a probe whose queries came all at once', () => {
    const burst = { ...peakAt(1000).probes[1]!, targetQps: 1e9 };
    expect(runsMarkdown(system(peakAt(1000, { probes: [burst] })))).toContain('| 1 | all at once | 3 |');
  });

  it('shows no figure as one where there is none', () => {
    const [probe] = peakAt(1000).probes;
    const dead = { ...probe!, p50Ms: Number.NaN, tailMs: Number.NaN, shareOver: Number.NaN };
    expect(runsMarkdown(system(peakAt(1000, { probes: [dead] })))).toContain('| – | – | – | holds |');
  });
});

describe('CSV', () => {
  it('has the peaks as numbers, and empty cells where there is none', () => {
    const unknown = peakAt(1000, {
      kind: 'not found',
      qps: Number.NaN,
      lowQps: Number.NaN,
      highQps: Number.NaN,
    });
    const rows: Record<string, string>[] = parse(runsCsv(system(peakAt(1000), unknown, undefined)), {
      columns: true,
    });
    expect(rows.map((row) => [row.peak_qps, row.peak_low_qps, row.peak_high_qps])).toEqual([
      ['1000', '990', '1010'],
      ['', '', ''],
      ['', '', ''],
    ]);
  });
});

describe('the SVG of a comparison', () => {
  it('stands alone: no variable, every id once, and what is said is escaped', async () => {
    const svg = await compareSvg(comparedPeaks([peakAt(1000)], [peakAt(900)], [nasty, 'vm var(--no) <b>']));
    expect(svg).toMatch(/^<svg xmlns="http:\/\/www.w3.org\/2000\/svg" width="\d+" height="\d+">/);
    expect(svg.match(/var\(--(?!no)/g)).toBeNull();
    expect(svg).not.toMatch(/<script|<img|<b>|\u001b/);
    expect(svg).toContain('bound: 99% within 100 ms');
    expect(svg).toContain('relative to the baseline (1.00)');
    const ids = [...svg.matchAll(/\bid="([^"]+)"/g)].map((match) => match[1]!);
    expect(ids.length).toBeGreaterThan(2);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('has the bars alone where there is no peak, and the sentence where there is no pair', async () => {
    const bars = await compareSvg(sampleComparison());
    expect(bars).toContain('relative to the baseline (1.00)');
    expect(bars).not.toContain('latency (ms)');
    const nothing = await compareSvg(comparedPeaks([peakAt(1000)], []));
    expect(nothing).toContain('nothing can be compared');
  });
});

const where = 'in Chromium (needs one: BAREMARK_CHROMIUM, or Debian’s chromium)';

describe.skipIf(!chromiumPath)(`pages ${where}`, () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchChromium();
  }, 60_000);
  afterAll(() => browser?.close());

  async function open(content: string, width: number) {
    const page = await browser.newPage({ viewport: { width, height: 900 } });
    const requests: string[] = [];
    page.on('request', (request) => requests.push(request.url()));
    await page.setContent(content, { waitUntil: 'load' });
    const overflow = () => page.evaluate<number>('document.documentElement.scrollWidth - window.innerWidth');
    return { page, requests, overflow };
  }

  it.each([1280, 400])(
    'of a comparison draw both peaks and fold the tables at %d pixels',
    async (width) => {
      const text = await compareHtml(comparedPeaks([stepped], [peakAt(900)]));
      const { page, requests, overflow } = await open(text, width);
      const picture = page.locator('.peak svg:visible');
      expect(await picture.count()).toBe(1);
      const said = picture.locator('[aria-roledescription="point"]');
      expect(await said.evaluateAll((marks) => marks.map((mark) => mark.getAttribute('aria-label')))).toEqual(
        [
          'bare: peak 1000 queries/s, 95% interval 990 to 1010',
          'vm: peak 900 queries/s, 95% interval 891 to 909',
        ],
      );
      // The diamonds stand on the line of the bound.
      const middle = (box: { y: number; height: number }) => box.y + box.height / 2;
      const bound = await picture.locator('line[stroke="var(--bad)"]').first().boundingBox();
      const diamonds = picture.locator('path[fill="var(--candidate)"]:not([aria-label])[d^="M-4.743"]');
      expect(middle((await diamonds.first().boundingBox())!)).toBeCloseTo(middle(bound!), 0);
      const notes = await page.locator('.peak').textContent();
      expect(notes).toContain(
        'bare: Peak 1000 queries/s, 95% interval 990 to 1010; 99% of latencies within 100 ms.',
      );

      const tables = page.locator('details table');
      expect(await tables.count()).toBe(4);
      expect(await tables.first().isVisible()).toBe(false);
      for (const summary of await page.locator('details summary').all()) await summary.click();
      expect(await tables.first().isVisible()).toBe(true);
      expect(await page.locator('details summary').first().textContent()).toBe(
        'The search of bare: 2 probes, 2 runs of full length',
      );
      expect(await tables.nth(1).textContent()).toContain('The bound is missed.');
      expect(await overflow()).toBeLessThanOrEqual(0);
      expect(requests).toEqual([]);
      await page.close();
    },
    30_000,
  );

  it('of a comparison show latencies at the same rate, and which run is drawn', async () => {
    const text = await compareHtml(comparedPeaks([peakAt(1000)], [peakAt(900)]));
    const { page } = await open(text, 1280);
    const card = page.locator('article.card');
    const figures = await card.locator('dl.figures div').allTextContents();
    // The baseline's curve has 50 ms at nine tenths of its peak; the candidate is at its peak, and at the bound, there.
    expect(figures.slice(4, 7)).toEqual([
      'baseline, p99 at 900 queries/s50 ms',
      'candidate, p99 at the same rate100 ms',
      'ratio, same rate0.500',
    ]);
    expect(await card.locator('h3').textContent()).toContain('same rate: ');
    await page.close();
    const repeats = await compareHtml(comparedPeaks([peakAt(1000)], [peakAt(890), peakAt(910), peakAt(900)]));
    expect(repeats).toContain('<b>vm</b>, the middle of 3 runs: Peak 900 queries/s');
  }, 30_000);

  it('of runs draw each peak, or say why there is none, with each id once', async () => {
    const text = await runsHtml(system(stepped, none, undefined));
    const ids = [...text.matchAll(/\bid="([^"]+)"/g)].map((match) => match[1]!);
    expect(new Set(ids).size).toBe(ids.length);
    const { page, overflow } = await open(text, 400);
    const cards = page.locator('.card');
    expect(await cards.nth(0).locator('.peak svg:visible').count()).toBe(1);
    expect(await cards.nth(1).locator('.peak svg').count()).toBe(0);
    expect(await cards.nth(1).locator('.peak').textContent()).toBe(noneHolds);
    expect(await cards.nth(1).locator('details').count()).toBe(0);
    expect(await cards.nth(2).locator('.peak').count()).toBe(0);
    expect(await overflow()).toBeLessThanOrEqual(0);
    await page.close();
  }, 30_000);

  it('run nothing that a name says, and stay within the screen', async () => {
    const hostile = comparedPeaks([stepped], [peakAt(123456.78)], [nasty, `${'w'.repeat(200)}</svg>`]);
    const { page, requests, overflow } = await open(await compareHtml(hostile), 400);
    expect(await page.evaluate('"pwned" in window')).toBe(false);
    expect(await page.locator('script, img').count()).toBe(0);
    expect(await overflow()).toBeLessThanOrEqual(0);
    expect(requests).toEqual([]);
    await page.close();
  }, 30_000);
});
