/** Effective settings and the edges of the limits, worked out by hand from LoadGen's rules. */
import { describe, expect, it } from 'vitest';
import { formatFixed, formatReal } from '../../src/loadgen/logs/number-format.js';
import { issueEnd, issueRules } from '../../src/loadgen/run-limits.js';
import { effectiveSettings } from '../../src/loadgen/settings/effective.js';
import {
  defaultSettings,
  isStream,
  scenarios,
  type TestSettings,
} from '../../src/loadgen/settings/settings.js';
import { messageCounts } from '../../src/loadgen/summary/text.js';

const qsl = { totalSampleCount: 1000, performanceSampleCount: 300 };

describe('effective settings', () => {
  const effective = (scenario: (typeof scenarios)[number], changes: Partial<TestSettings> = {}) =>
    effectiveSettings({ ...defaultSettings(scenario), ...changes }, qsl);

  it('of Server are its rate, its bound and one sample a query', () => {
    const changes = { serverTargetQps: 25.5, serverTargetLatencyNs: 130e6, serverMaxAsyncQueries: 7 };
    expect(effective('Server', { ...changes, serverTargetLatencyPercentile: 0.97 })).toMatchObject({
      samplesPerQuery: 1,
      targetQps: 25.5,
      targetLatencyNs: 130e6,
      targetLatencyPercentile: 0.97,
      maxAsyncQueries: 7,
      minQueryCount: 100,
      minSampleCount: 100,
      minDurationNs: 10e9,
      targetDurationNs: 10e9,
      maxDurationNs: 0,
      performanceSampleCount: 300,
      accuracySampleCount: 1000,
    });
  });

  it('of SingleStream and MultiStream are a rate of one query per expected latency', () => {
    expect(effective('SingleStream', { singleStreamExpectedLatencyNs: 4e6 })).toMatchObject({
      samplesPerQuery: 1,
      targetQps: 250,
      targetLatencyNs: 0,
      targetLatencyPercentile: 0.9,
      maxAsyncQueries: 1,
      targetDurationNs: 10e9,
    });
    expect(effective('MultiStream', { multiStreamSamplesPerQuery: 4 })).toMatchObject({
      samplesPerQuery: 4,
      targetQps: 125,
      targetLatencyNs: 0,
      targetLatencyPercentile: 0.99,
      maxAsyncQueries: 1,
      minQueryCount: 100,
      minSampleCount: 400,
    });
  });

  it('of Offline are one query: the samples of 1.1 times the least duration at the expected rate', () => {
    expect(effective('Offline', { offlineExpectedQps: 50, minDurationMs: 20_000 })).toMatchObject({
      samplesPerQuery: 1100,
      minQueryCount: 1,
      minSampleCount: 1100,
      targetDurationNs: 0,
      minDurationNs: 20e9,
      maxAsyncQueries: 1,
    });
    // At 1 sample/s it would be 11: the least count is more.
    expect(effective('Offline').samplesPerQuery).toBe(100);
    expect(effective('Offline', { performanceIssueUnique: true }).samplesPerQuery).toBe(300);
  });

  it('take the library’s counts unless they are overridden', () => {
    const changes = { performanceSampleCountOverride: 20, accuracySampleCountOverride: 30 };
    expect(effective('Server', changes)).toMatchObject({
      performanceSampleCount: 20,
      accuracySampleCount: 30,
    });
    expect(effective('Offline', { ...changes, performanceIssueUnique: true }).samplesPerQuery).toBe(20);
  });

  it('of SingleStream with equal issue are whole permutations, beyond twice what is expected', () => {
    const changes = { sampleConcatenatePermutation: true, singleStreamExpectedLatencyNs: 1e6 };
    // 2 × 10 s ÷ 1 ms = 20,000 queries, 66.7 permutations of 300.
    expect(effective('SingleStream', changes).minQueryCount).toBe(67 * 300);
    // 2 × 0.06 s ÷ 1 ms = 120, less than the 600 asked for: 2 permutations, and one more.
    expect(
      effective('SingleStream', { ...changes, minDurationMs: 60, minQueryCount: 600 }).minQueryCount,
    ).toBe(900);
  });
});

describe('streams', () => {
  it('are the two scenarios whose queries follow each other', () => {
    expect(scenarios.filter(isStream)).toEqual(['SingleStream', 'MultiStream']);
  });
});

describe('limits at their edges', () => {
  const limits = { minDurationMs: 10, minQueryCount: 50, maxQueryCount: 60, maxDurationMs: 30 };
  const rulesOf = (scenario: (typeof scenarios)[number], changes: Partial<TestSettings> = {}) =>
    issueRules(effectiveSettings({ ...defaultSettings(scenario), ...limits, ...changes }, qsl));

  it('end a stream with the last query and the last nanosecond that it needs', () => {
    const single = rulesOf('SingleStream');
    expect(issueEnd(single, 50, 1, 10e6)).toEqual({ kind: 'natural' });
    expect(issueEnd(single, 50, 1, 10e6 - 1)).toBeUndefined();
    expect(issueEnd(single, 49, 1, 10e6)).toBeUndefined();
  });

  it('are reached by the maximum of queries, passed by that of the duration and of what is outstanding', () => {
    const server = rulesOf('Server', { serverMaxAsyncQueries: 2 });
    expect(issueEnd(server, 59, 2, 10e6)).toBeUndefined();
    expect(issueEnd(server, 60, 2, 10e6)).toEqual({ kind: 'max-queries', issued: 60 });
    expect(issueEnd(server, 55, 2, 30e6)).toBeUndefined();
    expect(issueEnd(server, 55, 2, 30e6 + 1)).toEqual({ kind: 'max-duration', durationNs: 30e6 + 1 });
    expect(issueEnd(server, 55, 3, 10e6)).toEqual({ kind: 'max-async', issued: 55, outstanding: 3 });
  });

  it('of 0 are none', () => {
    const server = rulesOf('Server', { maxQueryCount: 0, maxDurationMs: 0, serverMaxAsyncQueries: 0 });
    expect(issueEnd(server, 1e6, 1e6, 1e12)).toBeUndefined();
  });
});

describe('numbers as a C++ stream prints them', () => {
  it.each([
    [0.0001, '0.0001'],
    [0.00009999995, '0.0001'],
    [0.0000999994, '9.99994e-05'],
    [-1234567, '-1.23457e+06'],
    [1e100, '1e+100'],
    [0.5, '0.5'],
    [123456, '123456'],
    [Number.NaN, 'nan'],
    [Number.POSITIVE_INFINITY, 'inf'],
    [Number.NEGATIVE_INFINITY, '-inf'],
  ])('%d', (value, text) => expect(formatReal(value)).toBe(text));

  it('with a fixed number of decimals, or as they are where they are not finite', () => {
    expect([formatFixed(1.005, 1), formatFixed(2, 2), formatFixed(Number.NaN, 2)]).toEqual([
      '1.0',
      '2.00',
      'nan',
    ]);
    expect(formatFixed(Number.POSITIVE_INFINITY, 2)).toBe('inf');
  });
});

describe('the last lines of a summary', () => {
  it('count one warning and one error as one', () => {
    expect(messageCounts(1, 1)).toBe(
      '\n1 warning encountered. See detailed log.\n\n1 ERROR encountered. See detailed log.\n',
    );
    expect(messageCounts(0, 2)).toBe(
      '\nNo warnings encountered during test.\n\n2 ERRORS encountered. See detailed log.\n',
    );
  });
});
