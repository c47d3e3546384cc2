import { describe, expect, it } from 'vitest';
import { alternates, logRatio, ratioInterval } from '../../../src/compare/statistics/repeats-interval.js';

const baseline = [1003.2, 996.1, 1010.4, 991.7];
const candidate = [947.3, 958.8, 941.2, 966.0, 951.5];
const runs = (values: readonly number[], at?: readonly number[]) =>
  values.map((value, i) => ({ value, at: at?.[i] }));

describe('interval of repeated runs', () => {
  it('is Welch’s on logarithms where the sides did not alternate', () => {
    // SciPy: ttest_ind(log c, log b, equal_var=False), its df and confidence intervals.
    const log = logRatio(runs(baseline), runs(candidate))!;
    expect(log.df).toBeCloseTo(6.989309968406443, 8);
    expect(Math.exp(log.estimate)).toBeCloseTo(0.9526111301953857, 10);
    const outer = ratioInterval(log, 0.95);
    expect(outer.low).toBeCloseTo(0.9389121806083924, 8);
    expect(outer.high).toBeCloseTo(0.9665099506794264, 8);
    const inner = ratioInterval(log, 0.9);
    expect(inner.low).toBeCloseTo(0.9416203857250962, 8);
    expect(inner.high).toBeCloseTo(0.9637301604014583, 8);
  });

  it('takes a straight drift out where they alternated', () => {
    // NumPy: least squares on side and time, HC2 standard error of the side.
    const log = logRatio(runs(baseline, [0, 2, 4, 6]), runs(candidate.slice(0, 4), [1, 3, 5, 7]))!;
    expect(log.driftRemoved).toBe(true);
    expect(log.estimate).toBeCloseTo(-0.04867011499045781, 10);
    expect(log.standardError).toBeCloseTo(0.007831511119513085, 10);
  });

  it('has Satterthwaite’s degrees of freedom and a spread for each side, drift or none', () => {
    // mpmath: X′X inverted, residuals e, HC2 squares e²/(1 − h), 2·E²/Var of the quadratic form.
    const plain = logRatio(runs(baseline), runs(candidate))!;
    expect(plain.driftRemoved).toBe(false);
    expect(plain.standardError).toBeCloseTo(0.006123734441111335, 12);
    expect(plain.baselineSd).toBeCloseTo(0.00819688945469293, 12);
    expect(plain.candidateSd).toBeCloseTo(0.010174201276301528, 12);
    const drift = logRatio(runs(baseline, [0, 2, 4, 6]), runs(candidate.slice(0, 4), [1, 3, 5, 7]))!;
    expect(drift.df).toBeCloseTo(4.206963336143065, 8);
    expect(drift.baselineSd).toBeCloseTo(0.009702233026398206, 12);
    expect(drift.candidateSd).toBeCloseTo(0.012291113291305465, 12);
    const unequal = logRatio(runs(baseline, [1, 3, 5, 7]), runs(candidate, [0, 2, 4, 6, 8]))!;
    expect(unequal.estimate).toBeCloseTo(-0.04854850666580468, 12);
    expect(unequal.standardError).toBeCloseTo(0.006458467749338851, 12);
    expect(unequal.df).toBeCloseTo(5.904176258771813, 8);
    // The unit of time and its origin do not matter.
    const hours = (at: readonly number[]) => at.map((hour) => 1e12 + 3.6e6 * hour);
    const later = logRatio(runs(baseline, hours([1, 3, 5, 7])), runs(candidate, hours([0, 2, 4, 6, 8])))!;
    expect(later.df).toBeCloseTo(unequal.df, 6);
  });

  it('gives the exact ratio under a drift and no noise, which plain means miss', () => {
    const at = (i: number) => 1000 * Math.exp(-0.01 * i);
    const a = [0, 2, 4].map((i) => ({ value: at(i), at: i }));
    const b = [1, 3, 5].map((i) => ({ value: 0.95 * at(i), at: i }));
    expect(Math.exp(logRatio(a, b)!.estimate)).toBeCloseTo(0.95, 10);
    const untimed = logRatio(
      a.map(({ value }) => ({ value })),
      b.map(({ value }) => ({ value })),
    )!;
    expect(Math.exp(untimed.estimate)).toBeCloseTo(0.95 * Math.exp(-0.01), 10);
  });

  it('needs two runs a side', () => {
    expect(logRatio(runs([1]), runs([1, 2, 3]))).toBeUndefined();
    expect(logRatio(runs([1, 2, 3]), runs([1]))).toBeUndefined();
    expect(logRatio(runs([1, 2]), runs([1, 3]))).toBeDefined();
  });

  it('does not divide by a spread of 0', () => {
    const log = logRatio(runs([5, 5, 5]), runs([4, 4, 4]))!;
    expect(ratioInterval(log, 0.95)).toEqual({ low: expect.closeTo(0.8, 9), high: expect.closeTo(0.8, 9) });
  });

  it('knows sides that alternated from sides one after the other', () => {
    expect(alternates(runs([1, 1, 1], [0, 2, 4]), runs([1, 1, 1], [1, 3, 5]))).toBe(true);
    expect(alternates(runs([1, 1, 1], [0, 3, 4]), runs([1, 1, 1], [1, 2, 5]))).toBe(true);
    expect(alternates(runs([1, 1, 1], [0, 1, 2]), runs([1, 1, 1], [3, 4, 5]))).toBe(false);
    expect(alternates(runs([1, 1, 1]), runs([1, 1, 1]))).toBe(false);
    // Not where a time is unknown, even where one turn would be enough.
    expect(alternates(runs([1], [0]), runs([1], [1]))).toBe(true);
    expect(alternates(runs([1]), runs([1], [1]))).toBe(false);
    expect(alternates(runs([1], [Number.NaN]), runs([1], [1]))).toBe(false);
    // As many turns as the smaller side has runs are enough, one less is not.
    expect(alternates(runs([1, 1, 1], [0, 1, 4]), runs([1, 1, 1], [2, 3, 5]))).toBe(true);
    expect(alternates(runs([1, 1, 1], [0, 1, 5]), runs([1, 1, 1], [2, 3, 4]))).toBe(false);
    expect(alternates(runs([1, 1], [0, 5]), runs([1, 1, 1], [2, 3, 4]))).toBe(true);
    // In whatever order they are given, and not where one time is not a time.
    expect(alternates(runs([1, 1, 1], [4, 0, 2]), runs([1, 1, 1], [5, 1, 3]))).toBe(true);
    expect(alternates(runs([1, 1, 1], [0, 2, Number.NaN]), runs([1, 1, 1], [1, 3, 5]))).toBe(false);
  });

  it('removes drift with three alternating runs a side, not with two', () => {
    expect(logRatio(runs([1, 2, 3], [0, 2, 4]), runs([2, 3, 4], [1, 3, 5]))!.driftRemoved).toBe(true);
    expect(logRatio(runs([1, 2], [0, 2]), runs([2, 3], [1, 3]))!.driftRemoved).toBe(false);
    expect(logRatio(runs([1, 2], [0, 2]), runs([2, 3, 4], [1, 3, 5]))!.driftRemoved).toBe(false);
    // All at one time: no drift to remove, and no division by its span.
    expect(logRatio(runs([5, 6, 7]), runs([4, 5, 6]))!.driftRemoved).toBe(false);
  });
});
