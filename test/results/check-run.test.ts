/** Our own runs are believed only as far as the record and the logs beside `run.json` say the same. */
import { copyFile, cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readResults } from '../../src/results/read/results.js';
import { everyMs, phaseResult, planned } from '../run/hand-made.js';
import { writeHandMade } from './hand-made-run.js';
import { temporaryFolder } from './sample-run.js';

const server = planned({ 'target-qps': '1000', 'min-duration': '900ms', 'min-queries': '1000' });
/** VALID: 1,000 queries, one each millisecond, of 1 ms each. */
const valid = [phaseResult(everyMs(1000, () => 1))];
/** INVALID: 11 of the 1,000 take 150 ms, where the bound is 130. */
const slow = [phaseResult(everyMs(1000, (query) => (query < 989 ? 1 : 150)))];

/** The two, written once and copied for each test. */
let made: string;
beforeAll(async () => {
  made = await mkdtemp(join(tmpdir(), 'baremark-check-'));
  await writeHandMade(join(made, 'valid'), server, valid);
  await writeHandMade(join(made, 'slow'), server, slow);
});
afterAll(() => rm(made, { recursive: true }));

const place = join('box', 'bert-99', 'Server', 'performance', 'run_1');

/** What a run says of itself after a change to one of its files; `other` is the folder of the INVALID one. */
async function disagreementsAfter(
  change: (folder: string, other: string) => Promise<unknown>,
  which: 'valid' | 'slow' = 'valid',
): Promise<readonly string[]> {
  const out = await temporaryFolder();
  await cp(join(made, which), out, { recursive: true });
  await change(join(out, place), join(made, 'slow', place));
  const { systems, problems } = await readResults(out);
  expect(problems).toEqual([]);
  return systems[0]!.runs[0]!.disagreements!;
}

const edit = (name: string, from: string | RegExp, to: string) => async (folder: string) => {
  const text = await readFile(join(folder, name), 'utf8');
  const changed = text.replace(from, to);
  expect(changed).not.toBe(text);
  await writeFile(join(folder, name), changed);
};

describe('a run as it was written', () => {
  it.each([
    ['VALID', server, valid],
    ['INVALID', server, slow],
    [
      'with failed and lost samples',
      server,
      [
        phaseResult(
          everyMs(1000, () => 1).map((row, i) =>
            i < 2 ? { ...row, failed: true } : i < 4 ? { scheduledMs: row.scheduledMs } : row,
          ),
        ),
      ],
    ],
    [
      'stopped',
      server,
      [
        phaseResult(
          everyMs(300, () => 1),
          { aborted: 'stopped-by-user' },
        ),
      ],
    ],
    ['in which nothing completed', server, [phaseResult([{ scheduledMs: 0 }, { scheduledMs: 1 }])]],
    ['in which one query completed', server, [phaseResult(everyMs(1, () => 1))]],
    [
      'of Offline',
      planned({ scenario: 'Offline', 'min-duration': '900ms', 'target-qps': '1000' }),
      [
        phaseResult(
          Array.from({ length: 990 }, (_, i) => ({ scheduledMs: 0, latencyMs: i + 1 })),
          {},
          990,
        ),
      ],
    ],
    [
      'of SingleStream',
      planned({ scenario: 'SingleStream', 'min-duration': '100ms', 'min-queries': '100' }),
      [phaseResult(everyMs(200, (i) => 1 + (i % 7) / 10))],
    ],
    [
      'of MultiStream',
      planned({
        scenario: 'MultiStream',
        'min-duration': '10ms',
        'min-queries': '10',
        'samples-per-query': '4',
      }),
      [
        phaseResult(
          everyMs(80, (i) => 1 + (i % 7) / 10),
          {},
          4,
        ),
      ],
    ],
    [
      'of the accuracy over two sets',
      planned({ mode: 'accuracy', 'performance-samples': '5' }),
      [phaseResult(everyMs(5, () => 1)), phaseResult(everyMs(5, () => 2))],
    ],
  ])('agrees with itself: %s', async (_, run, phases) => {
    const out = await temporaryFolder();
    await writeHandMade(out, run, phases);
    const { systems } = await readResults(out);
    expect(systems[0]!.runs[0]!.disagreements).toEqual([]);
  });
});

describe('copies of a run', () => {
  it('count once, even where run.json and the logs name another start', async () => {
    const out = await temporaryFolder();
    const again = [phaseResult(everyMs(1000, (query) => (query === 500 ? 2 : 1)))];
    const first = await writeHandMade(out, server, valid);
    await writeHandMade(out, server, again);
    const copy = await writeHandMade(out, server, valid, new Date(Date.UTC(2026, 0, 2)));
    const { systems, problems } = await readResults(out);
    expect(systems[0]!.runs.map(({ runNumber }) => runNumber)).toEqual([1, 2]);
    expect(problems).toEqual([`${copy} is a copy of ${first}, so it was left out and counts once.`]);
  });
});

describe('a run that was changed by hand', () => {
  it('names a figure that was edited in run.json, and every other file that has it', async () => {
    // 1,000 queries done after 1 s: LoadGen's rate counts their 999 intervals.
    expect(await disagreementsAfter(edit('run.json', '"value": 999,', '"value": 1099,'))).toEqual([
      'The result is 999 samples/s in queries.arrow, but 1099 samples/s in run.json.',
    ]);
  });

  it.each([
    [
      'p99',
      /"p99": 1,/,
      '"p99": 0.5,',
      /99th percentile latency is 1 ms in queries.arrow, but 0.5 ms in run.json/,
    ],
    ['p99.9', /"p999": 1\b/, '"p999": 0.5', /99.9th percentile latency is 1 ms .* 0.5 ms in run.json/],
    [
      'duration',
      '"durationS": 1,',
      '"durationS": 2,',
      /duration is 1 s in queries.arrow, but 2 s in run.json/,
    ],
    [
      'queries',
      '"queries": 1000',
      '"queries": 2000',
      /queries issued is 1000 in queries.arrow, but 2000 in run/,
    ],
    ['samples', '"samples": 1000', '"samples": 900', /samples completed is 1000 in queries.arrow, but 900/],
    ['failed', '"failed": 0', '"failed": 3', /samples failed is 0 in queries.arrow, but 3 in run.json/],
    [
      'bound',
      '"boundMs": 130',
      '"boundMs": 230',
      /latency bound is 130 ms in the settings of run.json, but 230/,
    ],
    ['rate', '"targetQps": 1000', '"targetQps": 900', /target QPS is 1000 .* but 900 queries\/s in run.json/],
    [
      'start',
      '2026-01-01T00:00:00',
      '2026-01-01T00:00:01',
      /start is 2026-01-01T00:00:00Z in mlperf_log_detail/,
    ],
    [
      'seed',
      /"schedule_rng_seed": "?(\d+)"?/,
      '"schedule_rng_seed": "17"',
      /setting schedule_rng_seed is \d+ in mlperf_log_detail.txt, but 17 in run.json/,
    ],
    [
      'percentile of the bound',
      '"target_latency_percentile": 0.99',
      '"target_latency_percentile": 0.9',
      /setting target_latency_percentile is 0.99 in mlperf_log_detail.txt, but 0.9 in run.json/,
    ],
  ])('names what was edited in run.json: %s', async (_, from, to, sentence) => {
    const found = await disagreementsAfter(edit('run.json', from, to));
    expect(found.filter((one) => sentence.test(one))).toHaveLength(1);
  });

  it('a reason that its record does not bear out, and one that was taken away', async () => {
    const invalid = '"kind": "invalid",\n    "reasons": ["Min duration not satisfied."]';
    expect(await disagreementsAfter(edit('run.json', '"kind": "valid"', invalid))).toEqual([
      'The rule of the minimum duration is met in queries.arrow, but not met in run.json.',
      'The verdict is VALID in mlperf_log_detail.txt, but INVALID in run.json.',
    ]);
    const changed = edit('run.json', '"Early stopping not satisfied.",', '');
    expect(await disagreementsAfter(changed, 'slow')).toEqual([
      'The rule of early stopping is not met in queries.arrow, but met in run.json.',
    ]);
  });

  it('a mode that is not that of its folder, which leaves the run out', async () => {
    const out = await temporaryFolder();
    await cp(join(made, 'valid'), out, { recursive: true });
    await edit('run.json', '"mode": "PerformanceOnly"', '"mode": "AccuracyOnly"')(join(out, place));
    const { systems, problems } = await readResults(out);
    expect(systems[0]!.runs).toEqual([]);
    expect(problems).toContainEqual(
      expect.stringMatching(/run_1 holds an accuracy run among the performance/),
    );
  });

  it.each([
    ['target QPS', '1000 queries/s in the settings of run.json', '"targetQps": 1000', '"target": 1000'],
    ['latency bound', '130 ms in the settings of run.json', '"boundMs": 130', '"bound": 130'],
    [
      'rate of scheduled samples',
      '1000 samples/s in queries.arrow',
      /"scheduledSamplesPerSecond": [\d.]+/,
      '"scheduled": 1000',
    ],
  ])('a figure that was taken away: the %s', async (name, there, from, to) => {
    const [sentence, ...others] = await disagreementsAfter(edit('run.json', from, to));
    expect([sentence, others]).toEqual([`The ${name} is ${there}, but is missing in run.json.`, []]);
  });

  it('figures that were made null, of a run that is not VALID', async () => {
    const found = await disagreementsAfter(edit('run.json', /"p99": [\d.]+/, '"p99": null'), 'slow');
    expect(found).toEqual([
      'The 99th percentile latency is 150 ms in queries.arrow, but is missing in run.json.',
    ]);
  });

  it('a VALID document among INVALID logs', async () => {
    const made = edit('run.json', /"outcome": \{[^}]*\}/, '"outcome": { "kind": "valid" }');
    expect(await disagreementsAfter(made, 'slow')).toEqual([
      'The verdict is INVALID in queries.arrow, but VALID in run.json.',
      'The rule of the latency bound is not met in queries.arrow, but met in run.json.',
      'The rule of early stopping is not met in queries.arrow, but met in run.json.',
    ]);
  });

  it('a log that is VALID where the record and run.json are not', async () => {
    const made = edit(
      'mlperf_log_detail.txt',
      '"result_validity", "value": "INVALID"',
      '"result_validity", "value": "VALID"',
    );
    expect(await disagreementsAfter(made, 'slow')).toEqual([
      'The verdict is INVALID in queries.arrow, but VALID in mlperf_log_detail.txt.',
    ]);
  });

  it.each([
    ['mlperf_log_summary.txt', 'mlperf_log_summary.txt is missing.'],
    ['mlperf_log_detail.txt', 'mlperf_log_detail.txt is missing.'],
    ['queries.arrow', 'queries.arrow is missing, so nothing can be computed again.'],
  ])('a file that was deleted: %s', async (name, sentence) => {
    expect(await disagreementsAfter((folder) => rm(join(folder, name)))).toEqual([sentence]);
  });

  it.each(['mlperf_log_summary.txt', 'mlperf_log_detail.txt', 'queries.arrow'])(
    'a file that was cut off: %s',
    async (name) => {
      const found = await disagreementsAfter(async (folder) => {
        const bytes = await readFile(join(folder, name));
        await writeFile(join(folder, name), bytes.subarray(0, bytes.length * 0.6));
      });
      expect(found).toHaveLength(1);
      expect(found[0]).toMatch(new RegExp(`^${name} .*\\.$`));
    },
  );

  it("another run's record, with every figure that it changes", async () => {
    const found = await disagreementsAfter((folder, other) =>
      copyFile(join(other, 'queries.arrow'), join(folder, 'queries.arrow')),
    );
    expect(found).toContain(
      'The maximum latency is 150 ms in queries.arrow, but 1 ms in mlperf_log_detail.txt, mlperf_log_summary.txt and run.json.',
    );
    expect(found).toContain(
      'The verdict is INVALID in queries.arrow, but VALID in mlperf_log_detail.txt, mlperf_log_summary.txt and run.json.',
    );
  });

  it('a detail log of another scenario: the percentile of the bound is still that of the run', async () => {
    const out = await temporaryFolder();
    const folder = await writeHandMade(join(out, 'a'), server, [
      phaseResult(everyMs(1000, (i) => (i < 950 ? 13 : 26))),
    ]);
    const stream = planned({ scenario: 'SingleStream', 'min-duration': '100ms', 'min-queries': '100' });
    const other = await writeHandMade(join(out, 'b'), stream, [phaseResult(everyMs(200, () => 1))]);
    await copyFile(join(other, 'mlperf_log_detail.txt'), join(folder, 'mlperf_log_detail.txt'));
    const run = (await readResults(join(out, 'a'))).systems[0]!.runs[0]!;
    // p99 is 26 of 130 ms; at SingleStream's 90th percentile it would be 13.
    expect([run.percentile, run.boundShare]).toEqual([0.99, 0.2]);
    expect(run.disagreements).toContain(
      'The scenario is SingleStream in mlperf_log_detail.txt, but Server in mlperf_log_summary.txt, the settings of run.json and run.json.',
    );
  });
});
