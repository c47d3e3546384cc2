/** Ratios of figures with intervals of their own, by hand. How often they are right: coverage-of-tails.test.ts. */
import { describe, expect, it } from 'vitest';
import { type Evidence, estimateOf, inverse, ratioOf } from '../../../src/compare/statistics/evidence.js';
import { isOwnErrorWider, ratioInterval } from '../../../src/compare/statistics/repeats-interval.js';

const bare: Evidence = { value: 1000, low: 980, high: 1010 };
const vm: Evidence = { value: 900, low: 891, high: 927 };
const plain = (...values: number[]) => values.map((value) => ({ value }));

describe('two single searches', () => {
  it('have the squares of the reaches of their logarithms, each end from the two that make it', () => {
    // down √(ln(900/891)² + ln(1010/1000)²), up √(ln(927/900)² + ln(1000/980)²); at 90% 1.644854/1.959964 of them.
    const found = ratioOf([bare], [vm]);
    if (found.kind !== 'own') throw new Error(found.kind);
    expect(found.ratio).toBeCloseTo(0.9, 12);
    expect(found.limits.low).toBeCloseTo(0.8873610799647923, 10);
    expect(found.limits.high).toBeCloseTo(0.9328067070610299, 10);
    expect(found.limits.low90).toBeCloseTo(0.889381044327792, 10);
    expect(found.limits.high90).toBeCloseTo(0.92745269603655, 10);
  });

  it('have none where one of them has none', () => {
    for (const other of [{ value: 900 }, { value: 900, low: 0, high: 950 }, { value: 900, low: 800 }])
      expect(ratioOf([bare], [other])).toEqual({ kind: 'none', ratio: expect.closeTo(0.9, 12) });
    expect(ratioOf([bare], [{ value: 900, low: 880, high: Number.POSITIVE_INFINITY }]).kind).toBe('none');
    expect(ratioOf([{ value: 900, low: Number.NaN, high: 950 }], [vm]).kind).toBe('none');
  });

  it('turned round are the same interval turned round', () => {
    const [there, back] = [ratioOf([bare], [vm]), ratioOf([inverse(bare)], [inverse(vm)])];
    if (there.kind !== 'own' || back.kind !== 'own') throw new Error('there are limits');
    expect(back.ratio).toBeCloseTo(1 / there.ratio, 12);
    expect(back.limits.low).toBeCloseTo(1 / there.limits.high, 12);
    expect(back.limits.high90).toBeCloseTo(1 / there.limits.low90, 12);
    expect(inverse({ value: 4, at: 7 })).toEqual({ value: 0.25, at: 7 });
  });
});

describe('one search against several', () => {
  it('takes the spread of the several', () => {
    // t of 2 degrees of freedom (4.302653, at 90% 2.919986) · sd of logs ÷ √3, with the reaches of the single one.
    const found = ratioOf(plain(1000, 1010, 990), [vm]);
    if (found.kind !== 'own') throw new Error(found.kind);
    expect(found.ratio).toBeCloseTo(0.9000300020001561, 10);
    expect(found.limits.low).toBeCloseTo(0.8762310271691639, 8);
    expect(found.limits.high).toBeCloseTo(0.935461316874625, 8);
    expect(found.limits.low90).toBeCloseTo(0.8832221593895715, 8);
    expect(found.limits.high90).toBeCloseTo(0.9274337464228031, 8);
  });

  it('has none where the single one says nothing of itself', () => {
    expect(ratioOf(plain(1000, 1010, 990), plain(900)).kind).toBe('none');
  });
});

describe('a side', () => {
  it('of one figure has its interval, of several that of their geometric mean', () => {
    expect(estimateOf([bare])).toEqual({
      value: 1000,
      low: expect.closeTo(980, 9),
      high: expect.closeTo(1010, 9),
    });
    const several = estimateOf(plain(1000, 1010, 990));
    expect(several.value).toBeCloseTo(999.9666655554934, 9);
    expect(several.low).toBeCloseTo(975.4312054772953, 6);
    expect(several.high).toBeCloseTo(1025.1192771025685, 6);
    expect(estimateOf(plain(7))).toEqual({ value: 7 });
  });

  it('of several that agree by chance is no surer than they are', () => {
    // Both reach 1% down and up, on the log scale: 1000 · e^(∓0.01 ÷ √2).
    const one = { value: 1000, low: 1000 * Math.exp(-0.01), high: 1000 * Math.exp(0.01) };
    const { low, high } = estimateOf([one, one]);
    expect(low).toBeCloseTo(992.9538733665889, 8);
    expect(high).toBeCloseTo(1007.0961268417446, 8);
    expect(estimateOf([one, { value: 1000 }])).toEqual({
      value: expect.closeTo(1000, 9),
      low: expect.closeTo(1000, 9),
      high: expect.closeTo(1000, 9),
    });
  });
});

describe('repeats on both sides', () => {
  const around = (value: number, reach = 0.01): Evidence => ({
    value,
    low: value * Math.exp(-reach),
    high: value * Math.exp(reach),
  });

  it('are no surer than what the searches know of their mean', () => {
    // Four errors of 0.01/1.959964, each with weight 1/2; e^(±1.959964 · that), and at 90%.
    const found = ratioOf([around(1000), around(1000)], [around(900), around(900)]);
    if (found.kind !== 'repeats') throw new Error(found.kind);
    expect(found.log.ownError).toBeCloseTo(0.00510213456924654, 12);
    const [outer, inner] = [ratioInterval(found.log, 0.95), ratioInterval(found.log, 0.9)];
    expect(outer.low).toBeCloseTo(0.8910448503742513, 10);
    expect(outer.high).toBeCloseTo(0.9090451503757513, 10);
    expect(inner.low).toBeCloseTo(0.8924785669761508, 10);
    expect(inner.high).toBeCloseTo(0.907584820489751, 10);
    expect(isOwnErrorWider(found.log)).toBe(true);
  });

  it('are as unsure as they differ, where that is more', () => {
    const values = [
      [1000, 1040, 960],
      [900, 950, 870],
    ] as const;
    const withOwn = ratioOf(
      values[0].map((value) => around(value)),
      values[1].map((value) => around(value)),
    );
    const without = ratioOf(plain(...values[0]), plain(...values[1]));
    if (withOwn.kind !== 'repeats' || without.kind !== 'repeats') throw new Error('both are repeats');
    expect(ratioInterval(withOwn.log, 0.95)).toEqual(ratioInterval(without.log, 0.95));
    expect(isOwnErrorWider(withOwn.log)).toBe(false);
    expect(without.log.ownError).toBeUndefined();
  });

  it('count what the runs know only where all of them do', () => {
    const found = ratioOf([around(1000), { value: 1000 }], [around(900), around(900)]);
    if (found.kind !== 'repeats') throw new Error(found.kind);
    expect(found.log.ownError).toBeUndefined();
  });
});
