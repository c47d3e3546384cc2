import { describe, expect, it } from 'vitest';
import type { EffectiveSettings } from '../../../src/loadgen/index.js';
import { expectedSeconds, revisedSeconds, type Work } from '../../../src/run/measuring/expected.js';

const work = (settings: Partial<EffectiveSettings>, rows: number, lastS = 0, sets = 1): Work => ({
  effective: {
    mode: 'PerformanceOnly',
    minDurationNs: 10e9,
    minSampleCount: 100,
    ...settings,
  } as EffectiveSettings,
  queries: { queryCount: 1, rowCount: rows, scheduledNs: Float64Array.of(lastS * 1e9) },
  sets,
});
const seen = (s: number, completed: number, issued = completed) => ({
  elapsedNs: s * 1e9,
  completed,
  issued,
});

describe('the estimate of a run', () => {
  it('of Offline follows its own pace, where the probe saw another', () => {
    const offline = work({ scenario: 'Offline' }, 1400);
    const first = expectedSeconds(offline, 100);
    expect(first).toBe(14);
    // 17 s for 510 of 1,400 samples: 46.7 s, not 14.
    expect(revisedSeconds(offline, first, seen(17, 510, 1400))).toBeCloseTo((17 * 1400) / 510, 9);
    expect(revisedSeconds(offline, first, seen(46, 1399, 1400))).toBeCloseTo(46, 0);
  });

  it('keeps to the first one while little is done, and never falls behind the clock', () => {
    const offline = work({ scenario: 'Offline' }, 1400);
    expect(revisedSeconds(offline, 14, seen(1, 5, 1400))).toBe(14);
    expect(revisedSeconds(offline, 14, seen(20, 0, 1400))).toBe(20);
    expect(revisedSeconds(offline, undefined, seen(20, 0, 1400))).toBeUndefined();
    expect(revisedSeconds(offline, undefined, seen(7, 700, 1400))).toBe(14);
  });

  it('of Server adds what is left to do after the last arrival', () => {
    const server = work({ scenario: 'Server' }, 1000, 20);
    expect(expectedSeconds(server, 1)).toBe(20);
    expect(revisedSeconds(server, 20, seen(10, 500, 501))).toBe(20);
    // 20 s: all 1,000 arrived, 400 done at 20/s, so 30 s more.
    expect(revisedSeconds(server, 20, seen(20, 400, 1000))).toBeCloseTo(50, 9);
    // 10 s: 300 wait at 20/s, which takes 15 s, 10 of them until the last arrival.
    expect(revisedSeconds(server, 20, seen(10, 200, 500))).toBeCloseTo(25, 9);
  });

  it('of a stream is its duration, or longer where it needs more queries', () => {
    const stream = work({ scenario: 'SingleStream' }, 1e6);
    expect(revisedSeconds(stream, 10, seen(5, 1000))).toBe(10);
    expect(revisedSeconds(stream, 10, seen(5, 10))).toBe(50);
  });

  it('of an accuracy run is that of all its sets', () => {
    const sets = work({ scenario: 'Server', mode: 'AccuracyOnly' }, 100, 1e-3, 3);
    expect(revisedSeconds(sets, 2, seen(10, 100))).toBeCloseTo(30, 9);
  });
});
