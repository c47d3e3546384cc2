/** Order statistics, sums and counts against their definitions, over sets of every shape. */
import { describe, expect, it } from 'vitest';
import {
  countAbove,
  orderStatistics,
  percentileRank,
  spread,
  type Values,
} from '../../src/loadgen/summary/percentiles.js';
import { check, fc } from './check.js';

const values = (list: ArrayLike<number>): Values => ({ count: list.length, at: (i) => list[i]! });

/** The same values, read in blocks as the query record's are. */
const inBlocks = (list: Float64Array): Values => ({
  ...values(list),
  read: (from, block) => block.set(list.subarray(from, from + block.length)),
});

const whole = fc.oneof(
  fc.integer({ min: -5, max: 5 }),
  fc.integer({ min: 0, max: 1_000_000_000 }),
  fc.maxSafeInteger(),
);
const few = fc.array(whole, { minLength: 1, maxLength: 60 });

/** More values than are sorted at once, so that they are counted first: some heaps of equal or of spread values. */
const many = fc
  .array(
    fc.record({
      from: fc.integer({ min: -1_000_000, max: 1_000_000_000_000 }),
      step: fc.constantFrom(0, 1, 3, 1_000_003),
      weight: fc.integer({ min: 1, max: 9 }),
    }),
    { minLength: 1, maxLength: 4 },
  )
  .map((heaps) => {
    const total = heaps.reduce((sum, { weight }) => sum + weight, 0);
    return Float64Array.from(
      heaps.flatMap(({ from, step, weight }) =>
        Array.from(
          { length: Math.ceil((70_000 * weight) / total) },
          (_, i) => from + step * ((i * 7919) % 70_001),
        ),
      ),
    );
  });

/** By definition: as many values lie below it as come before the rank, and it is among the values. */
function isAtRank(list: ArrayLike<number>, value: number, rank: number): boolean {
  let below = 0;
  let equal = 0;
  for (let i = 0; i < list.length; i++) {
    if (list[i]! < value) below++;
    if (list[i] === value) equal++;
  }
  return below <= rank && rank < below + equal;
}

describe('orderStatistics', () => {
  it('gives the value with as many below it as its rank says', () => {
    check(
      fc.property(
        few,
        fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 5 }),
        (list, shares) => {
          const ranks = shares.map((share) => percentileRank(list.length, share));
          const found = orderStatistics(values(list), ranks, spread(values(list)));
          found.forEach((value, i) => {
            expect(isAtRank(list, value, ranks[i]!)).toBe(true);
          });
        },
      ),
    );
  });

  it('gives the same of sets too large to be sorted at once, and when they are read in blocks', () => {
    check(
      fc.property(
        many,
        fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 6 }),
        (list, shares) => {
          const ranks = shares.map((share) => percentileRank(list.length, share));
          const found = orderStatistics(values(list), ranks, spread(values(list)));
          found.forEach((value, i) => {
            expect(isAtRank(list, value, ranks[i]!)).toBe(true);
          });
          expect(orderStatistics(inBlocks(list), ranks, spread(inBlocks(list)))).toEqual(found);
        },
      ),
      15,
    );
  });
});

describe('spread', () => {
  it('is the least, the greatest and the exact mean without its fraction', () => {
    check(
      fc.property(few, (list) => {
        const sum = list.reduce((total, value) => total + BigInt(value), 0n);
        expect(spread(values(list))).toEqual({
          min: Math.min(...list),
          max: Math.max(...list),
          mean: Number(sum / BigInt(list.length)),
        });
      }),
    );
  });
});

describe('countAbove', () => {
  it('is what is left of the values when those up to the bound are taken out', () => {
    check(
      fc.property(few, whole, (list, bound) => {
        expect(countAbove(values(list), bound)).toBe(
          list.length - list.filter((value) => value <= bound).length,
        );
      }),
    );
  });
});

describe('percentileRank', () => {
  it('never leaves the set, and never falls while the percentile rises', () => {
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    check(
      fc.property(fc.integer({ min: 1, max: 1_000_000 }), share, share, (count, a, b) => {
        const [low, high] = [a, b].toSorted((x, y) => x - y).map((p) => percentileRank(count, p)) as [
          number,
          number,
        ];
        expect(low).toBeGreaterThanOrEqual(0);
        expect(low).toBeLessThanOrEqual(high);
        expect(high).toBeLessThan(count);
      }),
    );
  });
});
