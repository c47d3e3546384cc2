/** How long a run takes at least, worked out by hand. */
import { describe, expect, it } from 'vitest';
import { effectiveSettings } from '../../src/loadgen/settings/effective.js';
import { leastSeconds } from '../../src/loadgen/settings/length.js';
import { defaultSettings, type Scenario, type TestSettings } from '../../src/loadgen/settings/settings.js';

const qsl = { totalSampleCount: 1000, performanceSampleCount: 300 };
const seconds = (scenario: Scenario, changes: Partial<TestSettings>, samplesPerSecond?: number) =>
  leastSeconds(effectiveSettings({ ...defaultSettings(scenario), ...changes }, qsl), samplesPerSecond);

describe('how long a run takes at least', () => {
  it('is what Server’s schedule says: the last of its queries, or the least duration', () => {
    const server = { serverTargetQps: 10, minQueryCount: 401, minDurationMs: 30_000 };
    expect(seconds('Server', server)).toBe(40);
    expect(seconds('Server', { ...server, minQueryCount: 101 })).toBe(30);
    expect(seconds('Server', server, 1000)).toBe(40);
  });

  it('is that of the whole data set in an accuracy run, whatever the least duration', () => {
    const accuracy = { mode: 'AccuracyOnly', serverTargetQps: 10, minDurationMs: 600_000 } as const;
    expect(seconds('Server', accuracy)).toBeCloseTo(99.9, 9);
    expect(seconds('Offline', accuracy, 50)).toBe(20);
    expect(seconds('Offline', accuracy)).toBe(0);
  });

  it('is elsewhere the least duration, or what the system needs for the samples it must have', () => {
    expect(seconds('SingleStream', { minDurationMs: 7000 })).toBe(7);
    // 100 queries of 8 samples at 20 samples/s.
    expect(seconds('MultiStream', { minDurationMs: 7000 }, 20)).toBe(40);
    expect(seconds('MultiStream', { minDurationMs: 7000 }, 800)).toBe(7);
  });
});
