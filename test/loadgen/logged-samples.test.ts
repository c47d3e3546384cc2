/** Which answers are logged, and the end of issuing of phases that measure no run. */
import { describe, expect, it } from 'vitest';
import { accuracyLog, loggedSamples } from '../../src/loadgen/logs/accuracy.js';
import { issueEnd, issueRules, untilAllIssued } from '../../src/loadgen/run-limits.js';
import { effectiveSettings } from '../../src/loadgen/settings/effective.js';
import { defaultSettings, type TestMode, type TestSettings } from '../../src/loadgen/settings/settings.js';

const qsl = { totalSampleCount: 10, performanceSampleCount: 10 };

function loggedOf(count: number, mode: TestMode, changes: Partial<TestSettings>): number {
  const settings = { ...defaultSettings('Server', mode), ...changes };
  const isLogged = loggedSamples(effectiveSettings(settings, qsl), count);
  return Array.from({ length: count }, (_, i) => isLogged(i)).filter(Boolean).length;
}

describe('answers that are logged', () => {
  it('are all of an accuracy run, whatever the probability', () => {
    expect(loggedOf(50, 'AccuracyOnly', {})).toBe(50);
    expect(loggedOf(50, 'AccuracyOnly', { accuracyLogProbability: 0.1 })).toBe(50);
  });

  it('are all at a probability of 1, none at 0, and none beyond those of the run', () => {
    expect(loggedOf(50, 'PerformanceOnly', { accuracyLogProbability: 1 })).toBe(50);
    expect(loggedOf(50, 'PerformanceOnly', { accuracyLogProbability: 0 })).toBe(0);
    const all = effectiveSettings({ ...defaultSettings('Server'), accuracyLogProbability: 1 }, qsl);
    expect(loggedSamples(all, 50)(50)).toBe(false);
  });

  it('are about as many as were asked for, of all samples that are expected', () => {
    // 20 queries/s for 100 s are 2,000 samples, more than the 100 of the least count: 500 are a quarter of them.
    const settings = { serverTargetQps: 20, minDurationMs: 100_000, accuracyLogSamplingTarget: 500 };
    const share = loggedOf(20_000, 'PerformanceOnly', settings) / 20_000;
    expect(share).toBeGreaterThan(0.24);
    expect(share).toBeLessThan(0.26);
    // Of 1,000 queries at least, which are more than the 20 of a second, half.
    const few = {
      serverTargetQps: 20,
      minDurationMs: 1000,
      minQueryCount: 1000,
      accuracyLogSamplingTarget: 500,
    };
    const half = loggedOf(20_000, 'PerformanceOnly', few) / 20_000;
    expect(half).toBeGreaterThan(0.48);
    expect(half).toBeLessThan(0.52);
  });

  it('count in MultiStream the samples of each query', () => {
    const settings = {
      ...defaultSettings('MultiStream'),
      multiStreamSamplesPerQuery: 4,
      minDurationMs: 0,
      minQueryCount: 500,
      accuracyLogSamplingTarget: 500,
    };
    // 500 of 2,000.
    const isLogged = loggedSamples(effectiveSettings(settings, qsl), 20_000);
    const share = Array.from({ length: 20_000 }, (_, i) => isLogged(i)).filter(Boolean).length / 20_000;
    expect(share).toBeGreaterThan(0.24);
    expect(share).toBeLessThan(0.26);
  });

  it('are written with two digits a byte', () => {
    const data = Uint8Array.of(0, 1, 9, 10, 15, 16, 171);
    expect([...accuracyLog([{ sequence: 3, sample: 4, data }])]).toEqual([
      '[\n{ "seq_id" : 3, "qsl_idx" : 4, "data" : "0001090A0F10AB" }',
      '\n]\n',
    ]);
  });
});

describe('phases that measure no run', () => {
  it('issue everything, however long it takes', () => {
    const rules = issueRules(untilAllIssued);
    expect(issueEnd(rules, 1e9, 1e9, 1e18)).toBeUndefined();
    expect(rules.allIssued).toEqual({ kind: 'all-issued' });
  });
});

describe('figures of an early end', () => {
  it('are whole nanoseconds', () => {
    const limits = { ...defaultSettings('Server'), maxDurationMs: 1 };
    const rules = issueRules(effectiveSettings(limits, qsl));
    expect(issueEnd(rules, 1, 1, 1_000_000.75)).toEqual({ kind: 'max-duration', durationNs: 1_000_000 });
  });

  it('limits in a stream are not those of what is outstanding', () => {
    const rules = issueRules(effectiveSettings(defaultSettings('SingleStream'), qsl));
    expect(issueEnd(rules, 1, 100, 1)).toBeUndefined();
  });
});
