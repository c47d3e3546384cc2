/** From a record, row by row, to what is written of a run: figures, verdict, logs. */
import { describe, expect, it } from 'vitest';
import type { IssueEnd } from '../../src/loadgen/index.js';
import { conclude } from '../../src/run/conclude.js';
import { everyMs, finishedRun, phaseResult, planned } from './hand-made.js';

/** Server at 1,000 queries/s with bert-99's bound: 99% of the queries within 130 ms. */
const server = planned({ 'target-qps': '1000', 'min-duration': '900ms', 'min-queries': '1000' });

async function concluded(...finished: Parameters<typeof finishedRun>) {
  return conclude(await finishedRun(...finished));
}

describe('a Server run', () => {
  it('is VALID where 1,000 queries each take 1 ms', async () => {
    const { document, summaryText } = await concluded(server, [phaseResult(everyMs(1000, () => 1))]);
    expect(document.outcome).toEqual({ kind: 'valid' });
    expect(document.result).toMatchObject({
      // Scheduled from 0 to 999 ms, done at 1,000 ms; a rate counts the 999 intervals.
      value: 999,
      unit: 'samples/s',
      scheduledSamplesPerSecond: expect.closeTo(1000, 9),
      completedSamplesPerSecond: 1000,
      latencyMs: { min: 1, mean: 1, p50: 1, p99: 1, max: 1 },
      boundMs: 130,
      targetQps: 1000,
      queries: 1000,
      samples: 1000,
      failed: 0,
      durationS: 1,
      minDurationS: 0.9,
    });
    expect(document.warnings).toEqual([]);
    expect(summaryText).toContain('Result is : VALID');
  });

  it('is INVALID where 11 of 1,000 are over the bound', async () => {
    const rows = everyMs(1000, (query) => (query < 989 ? 1 : 150));
    const { document, summaryText } = await concluded(server, [phaseResult(rows)]);
    expect(document.outcome).toEqual({
      kind: 'invalid',
      reasons: [
        'Performance constraints not satisfied.',
        'Early stopping not satisfied.',
        'Reduce target QPS to improve latency.',
      ],
    });
    expect(document.result.latencyMs.p99).toBe(150);
    expect(summaryText).toContain('Result is : INVALID');
  });

  it('is INVALID where 9 are: within the bound, but 1,000 queries are too few to be sure of it', async () => {
    const rows = everyMs(1000, (query) => (query < 991 ? 1 : 150));
    const { document } = await concluded(server, [phaseResult(rows)]);
    expect(document.result.latencyMs.p99).toBe(1);
    // Of 1,874 queries with a chance of 1% each, 9 or fewer are over with a probability of at most 1%; of 1,873 with more.
    expect(document.outcome).toEqual({
      kind: 'invalid',
      reasons: [
        'Early stopping not satisfied.',
        'Too few queries to be sure: 1000 with 9 over the bound do not prove that p99 holds it; at least 874 more are ' +
          'needed (--min-queries 1874).',
      ],
    });
  });

  it('is INVALID where samples failed, and they do not count', async () => {
    const rows = everyMs(1000, () => 1).map((row, i) => (i < 2 ? { ...row, failed: true } : row));
    const faults = [{ kind: 'batch-failed' as const, message: 'Out of memory.' }];
    const { document, summaryText } = await concluded(server, [phaseResult(rows, { faults })]);
    const reason = '2 of 1000 samples failed and count for nothing. Out of memory.';
    expect(document.outcome).toEqual({ kind: 'invalid', reasons: [reason] });
    expect(document.result).toMatchObject({ value: 997, samples: 998, failed: 2 });
    expect(summaryText).toContain(reason);
  });

  it('is INVALID where it was too short', async () => {
    const long = planned({ 'target-qps': '1000', 'min-duration': '2s', 'min-queries': '1000' });
    const { document } = await concluded(long, [phaseResult(everyMs(1000, () => 1))]);
    expect(document.outcome).toEqual({
      kind: 'invalid',
      reasons: [
        'Min duration not satisfied.',
        'Increase the target QPS so the loadgen pre-generates more queries.',
      ],
    });
  });

  it('is aborted where somebody stopped it, and tells what was measured until then', async () => {
    const stopped = { aborted: 'stopped-by-user', end: { kind: 'stopped' } } as const;
    const { document } = await concluded(server, [
      phaseResult(
        everyMs(500, () => 1),
        stopped,
      ),
    ]);
    expect(document.outcome).toEqual({ kind: 'aborted', reasons: ['The run was stopped by the user.'] });
    expect(document.result).toMatchObject({ queries: 500, samples: 500 });
  });

  it('is never called VALID where it was stopped, though it kept every rule', async () => {
    const stopped = { aborted: 'stopped-by-user', end: { kind: 'stopped' } } as const;
    const rows = everyMs(1000, () => 1);
    const { document, summaryText, detailLog } = await concluded(server, [phaseResult(rows, stopped)]);
    expect(document.outcome).toEqual({ kind: 'aborted', reasons: ['The run was stopped by the user.'] });
    expect(summaryText).toContain('Result is : INVALID');
    expect(summaryText).toContain('The run was stopped by the user.');
    expect([...(detailLog as Iterable<string>)].join('')).toContain(
      '"key": "result_validity", "value": "INVALID"',
    );
  });

  it('is aborted, with figures that are NaN, where nothing was completed', async () => {
    const stopped = { aborted: 'stopped-by-user', end: { kind: 'stopped' } } as const;
    const rows = [{ scheduledMs: 0 }];
    const { document } = await concluded(server, [phaseResult(rows, stopped)]);
    expect(document.outcome.kind).toBe('aborted');
    expect(document.result.latencyMs.p99).toBeNaN();
    expect(document.result.samples).toBe(0);
  });

  it.each<[IssueEnd, string]>([
    [
      { kind: 'max-async', issued: 700, outstanding: 101 },
      'IssueQueryThread 0 Ending early: Too many outstanding queries. issued 700 outstanding 101',
    ],
    [
      { kind: 'max-duration', durationNs: 700_000_001 },
      'IssueQueryThread 0 Ending early: Max test duration reached. duration_ns 700000001',
    ],
  ])('has LoadGen’s error where issuing ended early: %j', async (end, error) => {
    const cut = phaseResult(
      everyMs(700, () => 1),
      { end },
    );
    const { detailLog, summaryText } = await concluded(server, [cut]);
    expect([...(detailLog as Iterable<string>)].filter((line) => line.includes('"is_error": true'))).toEqual([
      expect.stringContaining(`"key": "error_runtime", "value": "${error}"`),
    ]);
    expect(summaryText).toContain('\n1 ERROR encountered. See detailed log.\n');
  });

  it('warns where the issuer was later than the bound was missed by', async () => {
    const rows = everyMs(1000, (query) => (query < 989 ? 1 : 131)).map((row) => ({ ...row, lateMs: 3 }));
    const { document } = await concluded(server, [phaseResult(rows)]);
    expect(document.lateness).toMatchObject({ p50Ns: 3e6, p99Ns: 3e6, maxNs: 3e6, waitMode: 'spin' });
    // 3 ms are more than 1% of the bound, for every query.
    expect(document.lateness?.shareOver1PercentOfBound).toBe(1);
    expect(document.warnings).toEqual([
      {
        kind: 'verdict-by-lateness',
        missedByNs: 1e6,
        lateP99Ns: 3e6,
        causes: [],
        message: expect.stringContaining('missed by 1.00 ms while the issuer was up to 3.00 ms late'),
      },
    ]);
  });

  it('is warned of where more than 1% of its queries were later than 1% of the bound', async () => {
    // The bound is 130 ms, so 1.3 ms are 1% of it: 1.4 ms are later, 1.2 ms are not.
    const withLate = (late: number) =>
      everyMs(1000, () => 5).map((row, i) => ({ ...row, lateMs: i < late ? 1.4 : 1.2 }));
    const ten = await concluded(server, [phaseResult(withLate(10))]);
    expect(ten.document.lateness?.shareOver1PercentOfBound).toBe(0.01);
    expect(ten.document.warnings).toEqual([]);
    const eleven = await concluded(server, [phaseResult(withLate(11))]);
    expect(eleven.document.warnings).toMatchObject([
      { kind: 'issuer-late', share: 0.011, message: expect.stringContaining('for 1.1% of the queries') },
    ]);
  });

  it.each([
    // Two batches of 100 and 50 tokens, and of 10 and 20: 150 of 2 × 100 and 30 of 2 × 20 tokens are texts.
    ['longest', 1 - 180 / 240],
    // Padded to the maximum of 384: 180 of 4 × 384.
    ['max', 1 - 180 / 1536],
  ] as const)('counts what padding to %s computes for nothing', async (pad, waste) => {
    const lengths = [100, 50, 10, 20];
    const result = phaseResult(everyMs(4, () => 1));
    const record = { ...result.record, batch: Uint32Array.of(0, 0, 1, 1) };
    const finished = await finishedRun(server, [{ ...result, record }]);
    const policy = { ...finished.sut.phase.policy, padding: { pad, maxLength: 384 } };
    const phase = { ...finished.sut.phase, policy, lengthOf: (sample: number) => lengths[sample]! };
    const { document } = await conclude({ ...finished, sut: { ...finished.sut, phase } });
    expect(document.batching?.paddingWaste).toBeCloseTo(waste, 12);
  });

  it('stores what was issued of its record, and the responses that were kept', async () => {
    const generated = phaseResult(
      everyMs(1000, () => 1),
      { queriesIssued: 600 },
    );
    const response = { sequence: 3, sample: 4, data: Uint8Array.of(1, 255) };
    const { record, accuracyLog } = await concluded(server, [generated], [response]);
    expect([record!.rowCount, record!.samplesPerQuery]).toEqual([600, 1]);
    expect(record!.instance).toBe(generated.record.instance);
    expect(record!.completedNs).toBe(generated.record.completed);
    expect([...(accuracyLog as Iterable<string>)].join('')).toBe(
      '[\n{ "seq_id" : 3, "qsl_idx" : 4, "data" : "01FF" }\n]\n',
    );
  });
});

it('an Offline run is its samples over the time of the last one', async () => {
  const offline = planned({ scenario: 'Offline', 'min-duration': '1s' });
  // 100 samples of one query, done at 20, 40, ... 2,000 ms.
  const rows = Array.from({ length: 100 }, (_, i) => ({ scheduledMs: 0, latencyMs: 20 * (i + 1) }));
  const { document } = await concluded(offline, [phaseResult(rows, {}, 100)]);
  expect(document.outcome).toEqual({ kind: 'valid' });
  expect(document.result).toMatchObject({
    value: 50,
    unit: 'samples/s',
    queries: 1,
    samples: 100,
    durationS: 2,
    // LoadGen takes the value at floor(100 × percentile), counting from 0.
    latencyMs: { p50: 1020, p90: 1820, p99: 2000 },
  });
  expect(document.result.boundMs).toBeUndefined();
});

it("a SingleStream run's result is the latency at the 90th percentile", async () => {
  const stream = planned({ scenario: 'SingleStream', 'min-duration': '500ms' });
  // Latencies of 1 to 100 ms, ten times each; the 900th from 0 is 91 ms.
  const { document } = await concluded(stream, [phaseResult(everyMs(1000, (query) => (query % 100) + 1))]);
  expect(document.outcome).toEqual({ kind: 'valid' });
  expect(document.result).toMatchObject({ value: 91, unit: 'ms' });
  expect(document.result.targetQps).toBeUndefined();
});

it('a MultiStream run in which samples failed is INVALID, and their queries have no latency', async () => {
  const multi = planned({ scenario: 'MultiStream', 'min-duration': '500ms', 'samples-per-query': 2 });
  // 1,000 queries of two samples, the slower of which takes 2 ms; of every hundredth it fails, after 900 ms.
  const rows = everyMs(1000, () => 1).flatMap((first, query) => {
    const slower = { ...first, latencyMs: 2 };
    return [first, query % 100 === 0 ? { ...slower, latencyMs: 900, failed: true } : slower];
  });
  const { document, summaryText } = await concluded(multi, [phaseResult(rows, {}, 2)]);
  expect(document.outcome).toEqual({
    kind: 'invalid',
    reasons: ['10 of 2000 samples failed and count for nothing.'],
  });
  expect(document.result).toMatchObject({ value: 2, unit: 'ms', queries: 1000, samples: 1990, failed: 10 });
  expect(document.result.latencyMs).toMatchObject({ min: 1, max: 2 });
  // Early stopping counts the 990 queries all of whose samples were completed.
  expect(summaryText).toContain(' * Processed at least 662 queries (990).');
});

it('an accuracy run of several loadable sets has no record and no performance rules', async () => {
  const accuracy = planned({ mode: 'accuracy' });
  const phases = [phaseResult(everyMs(5, () => 1)), phaseResult(everyMs(5, () => 1))];
  const { document, record, summaryText } = await concluded(accuracy, phases);
  expect(document).toMatchObject({ mode: 'AccuracyOnly', outcome: { kind: 'valid' } });
  expect(document.result).toMatchObject({ queries: 10, samples: 10 });
  expect(document.lateness).toBeUndefined();
  expect(record).toBeUndefined();
  expect(summaryText).not.toContain('Result is');
});

it('an accuracy run that ended between two of its sets is not VALID', async () => {
  const { document } = await concluded(planned({ mode: 'accuracy' }), [phaseResult(everyMs(5, () => 1))]);
  expect(document.outcome).toEqual({ kind: 'invalid', reasons: ['Only 5 of 10 samples were issued.'] });
});

it('a machine that slept during the run makes it INVALID', async () => {
  const finished = await finishedRun(server, [phaseResult(everyMs(1000, () => 1))]);
  const slept = { ...finished, jumps: { suspendedNs: { value: 3e9 }, wallClockSetMs: 0 } };
  const { document } = await conclude(slept);
  expect(document.outcome).toEqual({
    kind: 'invalid',
    reasons: ['The machine was suspended for 3.0 s during the run.'],
  });
});
