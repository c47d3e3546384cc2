/** Order statistics and sums against sorting and BigInt. */
import { describe, expect, it } from 'vitest';
import {
  countAbove,
  orderStatistics,
  percentileRank,
  spread,
} from '../../src/loadgen/summary/percentiles.js';

const values = (list: ArrayLike<number>) => ({ count: list.length, at: (i: number) => list[i]! });

function pseudoRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

describe('orderStatistics', () => {
  const random = pseudoRandom(7);
  const make = (count: number, draw: () => number) => Float64Array.from({ length: count }, draw);
  const sets: [string, Float64Array][] = [
    ['one value', Float64Array.of(5)],
    ['equal values', make(100_000, () => 42)],
    ['few values', make(37, () => Math.floor(random() * 1000))],
    ['many narrow', make(200_000, () => Math.floor(random() * 3))],
    ['many wide', make(200_000, () => Math.floor(random() ** 8 * 1e13))],
    ['two clusters', make(300_000, (_?: number) => (random() < 0.5 ? 10 : 1e12) + Math.floor(random() * 5))],
    ['negative', make(100_000, () => Math.floor(random() * 1e9) - 5e8)],
  ];

  it.each(sets)('equals sorting: %s', (_, list) => {
    const sorted = list.slice().sort();
    const ranks = [0.999, 0.5, 0.9, 0.99, 0.5, 0, 1].map((p) => percentileRank(list.length, p));
    const bounds = spread(values(list));
    expect(bounds.min).toBe(sorted[0]);
    expect(bounds.max).toBe(sorted.at(-1));
    const expected = ranks.map((rank) => sorted[rank]);
    expect(orderStatistics(values(list), ranks, bounds)).toEqual(expected);
    const inBlocks = {
      ...values(list),
      read: (from: number, block: Float64Array) => block.set(list.subarray(from, from + block.length)),
    };
    expect(spread(inBlocks)).toEqual(bounds);
    expect(orderStatistics(inBlocks, ranks, bounds)).toEqual(expected);
  });

  it('sums beyond 2^53 exactly and rounds the mean down', () => {
    const list = make(50_000, () => 2 ** 52 - 1 - Math.floor(random() * 1000));
    let sum = 0n;
    for (const value of list) sum += BigInt(value);
    expect(spread(values(list)).mean).toBe(Number(sum / BigInt(list.length)));
    expect(spread(values([1, 2])).mean).toBe(1);
  });

  it('has nothing to say about nothing', () => {
    expect(spread(values([])).max).toBeNaN();
    expect(orderStatistics(values([]), [0], { min: 0, max: 0 })).toEqual([Number.NaN]);
  });
});

describe('percentileRank', () => {
  it('is the truncated product, at most the last', () => {
    expect([percentileRank(20, 0.9), percentileRank(20, 0.97), percentileRank(20, 1)]).toEqual([18, 19, 19]);
  });
});

describe('countAbove', () => {
  it('counts what exceeds the bound, not what equals it', () => {
    expect(countAbove(values([1, 2, 3, 3, 4]), 3)).toBe(1);
  });
});
