/** What a run amounts to at the edges of LoadGen's rules, scenario by scenario, worked out by hand. */
import { describe, expect, it } from 'vitest';
import { effectiveSettings } from '../../src/loadgen/settings/effective.js';
import { defaultSettings, type Scenario, type TestSettings } from '../../src/loadgen/settings/settings.js';
import { countAbove, orderStatistics, spread } from '../../src/loadgen/summary/percentiles.js';
import { type RunFacts, summarize } from '../../src/loadgen/summary/summary.js';
import { summaryText } from '../../src/loadgen/summary/text.js';

const qsl = { totalSampleCount: 10, performanceSampleCount: 10 };
const values = (list: readonly number[]) => ({ count: list.length, at: (i: number) => list[i]! });

/** A run of 1,000 queries of 1 ms, issued for 2 s. */
function run(scenario: Scenario, facts: Partial<RunFacts> = {}, settings: Partial<TestSettings> = {}) {
  const given = { ...defaultSettings(scenario), minDurationMs: 2000, minQueryCount: 1000, ...settings };
  const latencies = values(Array.from({ length: 1000 }, () => 1e6));
  return summarize({
    effective: effectiveSettings(given, qsl),
    sutName: 'SUT',
    latencies,
    sampleLatencies: scenario === 'MultiStream' ? latencies : undefined,
    queryCount: scenario === 'Offline' ? 1 : 1000,
    sampleCount: 1000,
    maxLatencyNs: 2e9,
    finalQueryScheduledNs: 2e9,
    finalQueryIssuedNs: 2e9,
    finalQueryAllSamplesDoneNs: 2.5e9,
    warnings: [],
    errors: [],
    ...facts,
  });
}

describe('the least duration', () => {
  it.each<[Scenario, keyof RunFacts]>([
    ['Offline', 'maxLatencyNs'],
    ['Server', 'finalQueryScheduledNs'],
    ['SingleStream', 'finalQueryIssuedNs'],
    ['MultiStream', 'finalQueryIssuedNs'],
  ])('of %s is met by %s to the nanosecond', (scenario, decides) => {
    const others = { maxLatencyNs: 9e9, finalQueryScheduledNs: 9e9, finalQueryIssuedNs: 9e9 };
    expect(run(scenario, { ...others, [decides]: 2e9 }).constraints.minDuration).toBe(true);
    expect(run(scenario, { ...others, [decides]: 2e9 - 1 })).toMatchObject({
      valid: false,
      constraints: { minDuration: false, minQueries: true },
    });
  });

  it.each<[Scenario, string]>([
    ['Offline', 'Increase expected QPS so the loadgen pre-generates a larger (coalesced) query.'],
    ['Server', 'Increase the target QPS so the loadgen pre-generates more queries.'],
    ['SingleStream', 'Decrease the expected latency so the loadgen pre-generates more queries.'],
    ['MultiStream', 'Decrease the expected latency so the loadgen pre-generates more queries.'],
  ])('of %s has its own advice', (scenario, advice) => {
    const short = { maxLatencyNs: 1, finalQueryScheduledNs: 1, finalQueryIssuedNs: 1 };
    expect(run(scenario, short).recommendations).toEqual([advice]);
    expect(run(scenario).recommendations).toEqual([]);
  });
});

describe('the least count of queries', () => {
  it('is met by as many, not by one less', () => {
    expect(run('SingleStream').constraints.minQueries).toBe(true);
    const { constraints, recommendations, valid } = run('SingleStream', { queryCount: 999 });
    expect([constraints.minQueries, valid]).toEqual([false, false]);
    expect(recommendations).toEqual(['The test exited early, before enough queries were issued.']);
  });
});

describe('figures', () => {
  it('of Offline are samples per second of the longest latency', () => {
    const summary = run('Offline');
    expect(summary.rates).toEqual({ samplesPerSecond: 500 });
    expect(summary.headline).toEqual({ value: 500, unit: 'samples/s' });
    expect(summary.valid).toBe(true);
    expect([summary.queryLatency, summary.overlatencyCount]).toEqual([undefined, undefined]);
    expect(summary.constraints).not.toHaveProperty('performance');
    expect(summary.earlyStopping).toEqual({ met: true, lines: [] });
  });

  it('of Server count the intervals between queries', () => {
    const { rates, headline } = run('Server');
    expect(rates).toEqual({ completedSamplesPerSecond: 999 / 2.5, scheduledSamplesPerSecond: 999 / 2 });
    expect(headline).toEqual({ value: 999 / 2.5, unit: 'samples/s' });
    expect(run('Server', { sampleCount: 0 }).rates.completedSamplesPerSecond).toBeNaN();
    expect(run('Server', { sampleCount: 1 }).rates.completedSamplesPerSecond).toBe(0);
  });

  it('of the streams are latencies, of MultiStream also those of samples', () => {
    const single = run('SingleStream');
    expect(single.headline).toEqual({ value: 1e6, unit: 'ns' });
    expect(single.rates).toEqual({ qpsWithOverhead: 999 / 2, qpsWithoutOverhead: 1000 });
    expect(single.queryLatency).toBeUndefined();
    const multi = run('MultiStream', { sampleLatencies: values([1, 2, 3, 4]) });
    expect(multi.rates).toEqual({});
    expect(multi.sampleLatency).toMatchObject({ min: 1, max: 4, mean: 2 });
    expect(multi.queryLatency).toMatchObject({ min: 1e6, max: 1e6, mean: 1e6 });
  });

  it('are not numbers where nothing was completed, and the run is INVALID', () => {
    const summary = run('SingleStream', { latencies: values([]), queryCount: 0, sampleCount: 0 });
    expect(summary.valid).toBe(false);
    expect(summary.percentileLatencyNs).toBeNaN();
    expect(summary.earlyStopping).toEqual({
      met: false,
      missing: 64,
      lines: [' * Only processed 0 queries.', ' * Need to process at least 64 queries for early stopping.'],
    });
    expect(summaryText(summary)).toContain('90.0th percentile latency (ns) : nan\nResult is : INVALID\n');
  });
});

describe('early stopping of the streams', () => {
  /** Latencies of 1, 2, … ns, so that each is its own rank. */
  const ranks = (count: number) => values(Array.from({ length: count }, (_, i) => i + 1));

  it('estimates the highest latency left when one less than allowed is discarded', () => {
    // LoadGen allows 2 of 90 at 90% (see its table): the highest is discarded, the 89th is the estimate.
    const { earlyStopping } = run('SingleStream', { latencies: ranks(90) });
    expect(earlyStopping).toMatchObject({ met: true, latencyNs: 89 });
    expect(earlyStopping.latency99Ns).toBeUndefined();
    expect(earlyStopping.lines).toEqual([
      ' * Processed at least 64 queries (90).',
      ' * Would discard 1 highest latency queries.',
      ' * Early stopping 90.0th percentile estimate: 89',
      ' * Not enough queries processed for 99.0th percentile',
      ' early stopping estimate (would need to process at',
      ' least 662 total queries).',
    ]);
  });

  it('estimates the 99th percentile of SingleStream where there are queries enough', () => {
    // Of 1,000 at 99% two are allowed: the 999th. Of 662 one: the highest.
    expect(run('SingleStream', { latencies: ranks(1000) }).earlyStopping.latency99Ns).toBe(999);
    expect(run('SingleStream', { latencies: ranks(662) }).earlyStopping).toMatchObject({ latency99Ns: 662 });
    expect(run('SingleStream', { latencies: ranks(661) }).earlyStopping.latency99Ns).toBeUndefined();
    const multi = run('MultiStream', { latencies: ranks(1000) }).earlyStopping;
    expect(multi).toMatchObject({ met: true, latencyNs: 999 });
    expect(multi.lines).toHaveLength(3);
    expect(multi.latency99Ns).toBeUndefined();
  });
});

describe('statistics of many values', () => {
  it('are exact across blocks of values, whichever way they are read', () => {
    // 5,000 values from 1 on, each once, in an order that jumps about.
    const list = Float64Array.from({ length: 5000 }, (_, i) => ((i * 1237) % 5000) + 1);
    const inBlocks = {
      count: list.length,
      at: () => {
        throw new Error('read one by one');
      },
      read: (from: number, block: Float64Array) => block.set(list.subarray(from, from + block.length)),
    };
    for (const of of [inBlocks, values([...list])]) {
      expect(spread(of)).toEqual({ min: 1, max: 5000, mean: 2500 });
      expect(countAbove(of, 4096)).toBe(904);
      expect(orderStatistics(of, [4999, 0, 2047, 2048], { min: 1, max: 5000 })).toEqual([
        5000, 1, 2048, 2049,
      ]);
    }
  });

  it('of negative values have a mean rounded towards 0 and exact sums', () => {
    expect(spread(values([-3, -4])).mean).toBe(-3);
    const large = Array.from({ length: 3000 }, (_, i) => -(2 ** 52) + i);
    // −2^52 + the mean of 0 to 2999, which is 1499.5: rounded towards 0.
    expect(spread(values(large)).mean).toBe(-(2 ** 52) + 1500);
  });
});
