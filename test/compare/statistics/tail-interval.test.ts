/** The interval of a percentile within one run, against known truth: independent, correlated and queued latencies. */
import { describe, expect, it } from 'vitest';
import { tailInterval } from '../../../src/compare/statistics/tail-interval.js';
import { correlated, independent, type Latencies, queued } from './latencies.js';

const RUNS = 300;
const P = 0.99;

// The 99th percentile of all of them.
const TRUTH = Math.log(100);

/** Shares of the runs whose interval is stated, and of those whose interval holds the truth; how wide it is. */
function tried(latencies: Latencies, count: number) {
  let stated = 0;
  let held = 0;
  let width = 0;
  for (let run = 0; run < RUNS; run++) {
    const { low, high } = tailInterval(latencies(count, 7919 * run + 11), P)!;
    if (low === undefined || high === undefined) continue;
    stated++;
    if (low <= TRUTH && TRUTH <= high) held++;
    width += Math.log(high / low) / 2;
  }
  return { stated: stated / RUNS, held: held / stated, wrong: (stated - held) / RUNS, width: width / stated };
}

describe('the 95% interval of p99 within a run holds the truth', () => {
  it.each([
    ['independent latencies', independent, 1000],
    ['independent latencies', independent, 10_000],
    ['latencies that hang together', correlated(0.9), 10_000],
    ['latencies that hang together for long', correlated(0.98), 40_000],
    ['a queue at half load', queued(0.5), 10_000],
    ['a queue at 80% load', queued(0.8), 60_000],
  ] as const)('of %s (%#)', (_, latencies, count) => {
    const { stated, held } = tried(latencies, count);
    expect(stated).toBeGreaterThan(0.9);
    expect(held).toBeGreaterThanOrEqual(0.93);
    expect(held).toBeLessThanOrEqual(0.985);
  });

  it('without being wide: of independent latencies about ±2.2 standard errors', () => {
    // The standard error of the logarithm of p99 is √(p ÷ q ÷ n) ÷ ln 100.
    const standardError = Math.sqrt(P / (1 - P) / 10_000) / TRUTH;
    const wide = tried(independent, 10_000).width / standardError;
    expect(wide).toBeGreaterThan(2);
    expect(wide).toBeLessThan(2.5);
  });

  it('and is seldom stated, and seldom wrong, where a run is too short to tell', () => {
    for (const [latencies, count] of [
      [correlated(0.98), 3000],
      [queued(0.8), 6000],
      [queued(0.9), 20_000],
    ] as const) {
      const { stated, wrong } = tried(latencies, count);
      expect(stated).toBeLessThan(0.1);
      expect(wrong).toBeLessThan(0.06);
    }
  });
});

describe('the interval of a percentile', () => {
  it('has the ranks of order statistics where neighbours are independent', () => {
    // Every hundredth of 20,000 is over the level, evenly: no block has more than another, so the design effect is 1.
    // 200 ± 2.0930·√198 (SciPy: t.ppf(0.975, 19) = 2.093024) = 200 ± 29.451: ranks 19771 and 19830, from 1.
    const latencies = Float64Array.from(
      { length: 20_000 },
      (_, i) => (i % 100) * 200 + Math.floor(i / 100) + 1,
    );
    expect(tailInterval(latencies, P)).toEqual({ value: 19_801, low: 19_771, high: 19_830 });
  });

  it('takes what neighbours share into account', () => {
    const sorted = independent(10_000, 1).sort();
    const shuffled = independent(10_000, 1);
    const width = (latencies: Float64Array) => {
      const { low, high } = tailInterval(latencies, 0.9)!;
      return high === undefined ? Number.POSITIVE_INFINITY : high - low!;
    };
    expect(width(sorted)).toBeGreaterThan(5 * width(shuffled));
  });

  it('has no end where too few latencies are over it, and none at all without latencies', () => {
    const few = independent(400, 3);
    expect(tailInterval(few, P)).toEqual({ value: few.slice().sort()[396] });
    expect(tailInterval(Float64Array.of(5), P)).toEqual({ value: 5 });
    expect(tailInterval(Float64Array.of(Number.NaN), P)).toBeUndefined();
    expect(tailInterval(new Float64Array(0), P)).toBeUndefined();
  });

  it('is that of what was completed', () => {
    const whole = independent(5000, 9);
    const holes = Float64Array.from({ length: 10_000 }, (_, i) => (i % 2 ? Number.NaN : whole[i / 2]!));
    expect(tailInterval(holes, P)).toEqual(tailInterval(whole, P));
  });

  it('is one value where all are equal', () => {
    expect(tailInterval(new Float64Array(5000).fill(7), P)).toEqual({ value: 7, low: 7, high: 7 });
  });

  it('leaves the latencies as they are', () => {
    const latencies = Float64Array.from([3, 1, 2]);
    tailInterval(latencies, 0.5);
    expect([...latencies]).toEqual([3, 1, 2]);
  });
});
