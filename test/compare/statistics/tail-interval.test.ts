/** The interval of a percentile within one run: ranks, ends and holes. How often it is right: coverage-of-tails.test.ts. */
import { describe, expect, it } from 'vitest';
import { tailInterval } from '../../../src/compare/statistics/tail-interval.js';
import { independent } from './latencies.js';

const P = 0.99;

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
