/** Settings, seeds and the samples and times LoadGen 6.0.17's Python binding issued for them. */
import { describe, expect, it } from 'vitest';
import { loadableSets } from '../../src/loadgen/queries/loadable-sets.js';
import { generateQueries } from '../../src/loadgen/queries/queries.js';
import { serverDueTimes } from '../../src/loadgen/queries/schedule.js';
import { effectiveSettings, type QslCounts } from '../../src/loadgen/settings/effective.js';
import { defaultSettings, type TestSettings } from '../../src/loadgen/settings/settings.js';

function generate(settings: TestSettings, qsl: QslCounts) {
  const effective = effectiveSettings(settings, qsl);
  const sets = loadableSets(effective, qsl);
  return { effective, sets, queries: sets.map((set) => generateQueries(effective, set)) };
}

const counts = (total: number, performance = total): QslCounts => ({
  totalSampleCount: total,
  performanceSampleCount: performance,
});

describe('generateQueries', () => {
  it('loads and issues an accuracy run in parts that fit in memory', () => {
    const { sets, queries } = generate(defaultSettings('Server', 'AccuracyOnly'), counts(5, 3));
    expect(sets.map((set) => [...set])).toEqual([
      [2, 4, 3],
      [0, 1],
    ]);
    expect(queries.map((set) => [...set.samples])).toEqual([
      [3, 4, 2],
      [0, 1],
    ]);
  });

  it('issues each set of an Offline accuracy run as one query in load order', () => {
    const { queries } = generate(defaultSettings('Offline', 'AccuracyOnly'), counts(5, 3));
    expect(queries.map((set) => [set.queryCount, ...set.samples])).toEqual([
      [1, 2, 4, 3],
      [1, 0, 1],
    ]);
  });

  it('cycles the concatenated permutations of a Server run with equal issue', () => {
    const settings = {
      ...defaultSettings('Server'),
      serverTargetQps: 900,
      minDurationMs: 50,
      minQueryCount: 15,
      sampleConcatenatePermutation: true,
    };
    const { sets, queries } = generate(settings, counts(10));
    const positions = [...queries[0]!.samples].map((sample) => sets[0]!.indexOf(sample));
    const first = [0, 5, 6, 1, 4, 8, 9, 7, 2, 3];
    const second = [3, 8, 9, 0, 5, 6, 4, 1, 2, 7];
    expect(positions).toEqual([first, second, first, second, first].flat());
  });

  it('repeats a fresh permutation in Offline with equal issue', () => {
    const settings = {
      ...defaultSettings('Offline'),
      offlineExpectedQps: 3,
      minDurationMs: 1000,
      minQueryCount: 20,
      sampleConcatenatePermutation: true,
    };
    const { sets, queries } = generate(settings, counts(12, 7));
    const positions = [...queries[0]!.samples].map((sample) => sets[0]!.indexOf(sample));
    expect(positions).toEqual([...[2, 4, 5, 6, 1, 0, 3], ...[2, 1, 6, 0, 3, 4, 5], ...[4, 3, 6, 0, 1, 5, 2]]);
  });

  it('lets MultiStream queries run into the padding of the loaded set', () => {
    const settings = {
      ...defaultSettings('MultiStream'),
      minDurationMs: 20,
      minQueryCount: 1,
      multiStreamSamplesPerQuery: 3,
      sampleConcatenatePermutation: true,
    };
    const { sets, queries } = generate(settings, counts(11));
    expect([...sets[0]!]).toEqual([10, 4, 6, 0, 5, 1, 9, 3, 7, 8, 2, 10, 4]);
    expect(queries[0]!.queryCount).toBe(13);
    expect([...queries[0]!.samples.subarray(0, 9)]).toEqual([5, 1, 9, 9, 3, 7, 3, 7, 8]);
  });

  it('issues the same run of samples again and again', () => {
    const settings = {
      ...defaultSettings('MultiStream'),
      minDurationMs: 20,
      minQueryCount: 1,
      performanceIssueSame: true,
      performanceIssueSameIndex: 2,
    };
    const { queries } = generate(settings, counts(43));
    expect(queries[0]!.queryCount).toBe(6);
    expect([...queries[0]!.samples.subarray(8, 16)]).toEqual([6, 12, 40, 24, 9, 17, 27, 35]);
  });

  it('generates the streams for twice the duration', () => {
    const single = { ...defaultSettings('SingleStream'), minDurationMs: 100, minQueryCount: 10 };
    const { queries } = generate({ ...single, singleStreamExpectedLatencyNs: 3_000_001 }, counts(100, 50));
    expect(queries[0]!.queryCount).toBe(68);
    expect(queries[0]!.scheduledNs.at(-1)).toBe(67 * 3_000_001);
    const multi = { ...defaultSettings('MultiStream'), minDurationMs: 200, minQueryCount: 10 };
    expect(generate(multi, counts(100, 50)).queries[0]!.queryCount).toBe(51);
  });

  // Expected latencies, LoadGen's target_qps for them, and the step of the schedule that it makes of that.
  it.each([
    [9_474_127, 105.55062223675068, 9_474_126],
    [8_099_341, 123.46683514127878, 8_099_340],
    [6_924_740, 144.40975401242503, 6_924_740],
  ])('steps through a stream as LoadGen does for an expected latency of %i ns', (latencyNs, qps, step) => {
    const least = { minDurationMs: 0, minQueryCount: 3 };
    const single = { ...defaultSettings('SingleStream'), ...least, singleStreamExpectedLatencyNs: latencyNs };
    const multi = { ...defaultSettings('MultiStream'), ...least, multiStreamExpectedLatencyNs: latencyNs };
    for (const settings of [single, multi]) {
      const { effective, queries } = generate(settings, counts(100, 50));
      expect(effective.targetQps).toBe(qps);
      expect([...queries[0]!.scheduledNs]).toEqual([0, step, 2 * step]);
    }
  });

  it('covers all samples of MultiStream in queries of several, the last one filled up', () => {
    const settings = { ...defaultSettings('MultiStream', 'AccuracyOnly'), multiStreamSamplesPerQuery: 4 };
    const { sets, queries } = generate(settings, counts(10));
    // Ten samples and three repeated ones: queries that start at 0, 4 and 8.
    expect(sets[0]).toHaveLength(13);
    expect([...sets[0]!.subarray(10)]).toEqual([...sets[0]!.subarray(0, 3)]);
    expect(queries[0]).toMatchObject({ queryCount: 3, samplesPerQuery: 4, rowCount: 12 });
    expect(new Set(queries[0]!.samples)).toEqual(new Set(Array.from({ length: 10 }, (_, i) => i)));
  });

  it('issues one sample only in Offline, and each once where that is asked for', () => {
    const same = { performanceIssueSame: true, performanceIssueSameIndex: 3 };
    const offline = generate({ ...defaultSettings('Offline'), ...same }, counts(6));
    expect(new Set(offline.queries[0]!.samples)).toEqual(new Set([offline.sets[0]![3]]));
    const server = generate({ ...defaultSettings('Server'), performanceIssueUnique: true }, counts(20, 6));
    expect([...server.queries[0]!.samples].toSorted()).toEqual([...server.sets[0]!].toSorted());
    expect(server.queries[0]!.queryCount).toBe(6);
  });

  it('generates straight into the memory it is given, hardly more than it needs', () => {
    const sizes: number[] = [];
    const effective = effectiveSettings(
      { ...defaultSettings('Server'), serverTargetQps: 100, minDurationMs: 100, minQueryCount: 10 },
      counts(100, 50),
    );
    const queries = generateQueries(effective, loadableSets(effective, counts(100, 50))[0]!, (bytes) => {
      sizes.push(bytes);
      return new SharedArrayBuffer(bytes);
    });
    expect(queries.queryCount).toBe(12);
    expect(sizes[0]).toBeGreaterThanOrEqual(12 * 8);
    expect(sizes[0]).toBeLessThan(100 * 8);
    expect(sizes[1]).toBe(12 * 4);
    expect(queries.samples.buffer).toBeInstanceOf(SharedArrayBuffer);
    expect(queries.scheduledNs.buffer).toBeInstanceOf(SharedArrayBuffer);
  });
});

describe('memory for what is generated', () => {
  /** How many due times and how many samples there was room for, in each allocation. */
  function rooms(settings: TestSettings, qsl = counts(100, 50)) {
    const effective = effectiveSettings(settings, qsl);
    const sizes: number[] = [];
    const queries = generateQueries(effective, loadableSets(effective, qsl)[0]!, (bytes) => {
      sizes.push(bytes);
      return new ArrayBuffer(bytes);
    });
    const [times, samples] = sizes;
    return { times: times! / 8, samples: samples! / 4, allocations: sizes.length, queries };
  }

  it('of a Poisson process is its mean and eight standard deviations, and hardly more', () => {
    // 100,000 queries in 10 s on average, with a standard deviation of 316.2: 102,530.
    const settings = { ...defaultSettings('Server'), serverTargetQps: 10_000, minDurationMs: 10_000 };
    const { times, samples, allocations, queries } = rooms(settings);
    expect(times).toBeGreaterThanOrEqual(102_530);
    expect(times).toBeLessThan(102_560);
    expect([samples, allocations]).toEqual([queries.queryCount, 2]);
    // A tenth of a query on average still has room for some.
    const few = rooms({ ...settings, serverTargetQps: 0.01, minQueryCount: 1 });
    expect(few.times).toBeGreaterThan(10);
    expect(few.allocations).toBe(2);
  });

  it('of a least count beyond that is the count', () => {
    const settings = { ...defaultSettings('Server'), minDurationMs: 1, minQueryCount: 500 };
    expect(rooms(settings)).toMatchObject({ times: 501, queries: { queryCount: 500 }, allocations: 2 });
  });

  it('is exact where the count is known', () => {
    const accuracy = { ...defaultSettings('Server', 'AccuracyOnly'), minDurationMs: 1000 };
    expect(rooms(accuracy)).toMatchObject({ times: 50, samples: 50, allocations: 2 });
    expect(rooms(defaultSettings('Offline'))).toMatchObject({ times: 1, samples: 100, allocations: 2 });
    const unique = { ...defaultSettings('Server'), performanceIssueUnique: true };
    expect(rooms(unique)).toMatchObject({ times: 50, queries: { queryCount: 50 } });
    const none = { ...defaultSettings('SingleStream'), minDurationMs: 0, minQueryCount: 30 };
    expect(rooms(none)).toMatchObject({ times: 30, queries: { queryCount: 30 } });
    // Whole permutations of 50: 100 for 61 queries, with room for the 110 that 61 could take at worst.
    const whole = { ...none, sampleConcatenatePermutation: true, minQueryCount: 61 };
    expect(rooms({ ...whole, scenario: 'Server' })).toMatchObject({
      times: 110,
      queries: { queryCount: 100 },
    });
  });
});

describe('effectiveSettings', () => {
  const sizes = (settings: TestSettings, qsl = counts(100, 50)) => {
    const effective = effectiveSettings(settings, qsl);
    return [effective.samplesPerQuery, effective.minQueryCount, effective.minSampleCount];
  };
  const offline = { ...defaultSettings('Offline'), minDurationMs: 1000, minQueryCount: 10 };

  it('sizes the one Offline query for 10% more than the duration', () => {
    expect(sizes({ ...offline, offlineExpectedQps: 33 })).toEqual([36, 1, 36]);
    expect(sizes({ ...offline, offlineExpectedQps: 3300 })).toEqual([3630, 1, 3630]);
    expect(sizes({ ...offline, offlineExpectedQps: 2400, minDurationMs: 700 })).toEqual([1848, 1, 1848]);
    expect(sizes({ ...offline, offlineExpectedQps: 1, minQueryCount: 24576 })).toEqual([24576, 1, 24576]);
    expect(sizes({ ...offline, offlineExpectedQps: 33, performanceIssueUnique: true })).toEqual([50, 1, 50]);
  });

  it.each([
    [100, 1, 220],
    [95, 1, 200],
    [99, 1, 200],
    [101, 1, 220],
    [0, 100, 120],
    [0, 99, 100],
    [0, 0, 20],
  ])('asks SingleStream with equal issue for whole permutations: %i ms, %i queries', (ms, least, whole) => {
    const settings = {
      ...defaultSettings('SingleStream'),
      minDurationMs: ms,
      minQueryCount: least,
      sampleConcatenatePermutation: true,
    };
    expect(sizes(settings, counts(20))).toEqual([1, whole, whole]);
  });

  it('takes the sample counts from the overrides', () => {
    const effective = effectiveSettings(
      { ...offline, performanceSampleCountOverride: 25, accuracySampleCountOverride: 12 },
      counts(30, 20),
    );
    expect([effective.performanceSampleCount, effective.accuracySampleCount]).toEqual([25, 12]);
  });
});

describe('serverDueTimes', () => {
  it('are those of a Server run with this rate and seed, as many as asked for', () => {
    const seed = 16159082839903944936n;
    const settings: TestSettings = {
      ...defaultSettings('Server'),
      serverTargetQps: 250,
      minDurationMs: 2000,
      minQueryCount: 1,
      scheduleRngSeed: seed,
    };
    const { scheduledNs } = generate(settings, counts(10)).queries[0]!;
    expect(scheduledNs.length).toBeGreaterThan(400);
    expect([...serverDueTimes(250, 400, seed)]).toEqual([...scheduledNs.subarray(0, 400)]);
    expect(serverDueTimes(250, 400, 1n)).not.toEqual(serverDueTimes(250, 400, 2n));
  });
});
