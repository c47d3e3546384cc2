import { describe, expect, it } from 'vitest';
import { normalNumbers, randomNumbers } from '../../src/base/random.js';

const take = (count: number, next: () => number) => Array.from({ length: count }, next);
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

describe('random numbers', () => {
  // From a program in Python that follows PractRand's sfc32, seeded as here and left to run for fifteen rounds.
  it.each([
    [1, [2818960732, 922685785, 1638694443, 2221256663, 3734441069]],
    [2 ** 32 * 7 + 123456789, [884112846, 2885071902, 781619053, 4036040688, 201906727]],
  ])('are those of sfc32, seed %d', (seed, words) => {
    expect(take(5, randomNumbers(seed))).toEqual(words.map((word) => word / 2 ** 32));
  });

  it('are spread evenly', () => {
    const counts = new Array<number>(20).fill(0);
    const count = 200_000;
    for (const value of take(count, randomNumbers(3))) counts[Math.floor(value * 20)]!++;
    // Chi squared with 19 degrees of freedom is above 43.8 once in a thousand times.
    const expected = count / 20;
    expect(counts.reduce((sum, n) => sum + (n - expected) ** 2 / expected, 0)).toBeLessThan(43.8);
  });

  it('of neighbouring seeds have nothing to do with each other', () => {
    const count = 100_000;
    for (const other of [2, 1 + 2 ** 32]) {
      const [a, b] = [randomNumbers(1), randomNumbers(other)];
      const products = take(count, () => (a() - 0.5) * (b() - 0.5));
      // Each product has variance 1/144; four standard errors.
      expect(Math.abs(mean(products))).toBeLessThan(4 / 12 / Math.sqrt(count));
    }
  });
});

describe('normal numbers', () => {
  it('have the moments and tails of the standard normal distribution', () => {
    const count = 400_000;
    const values = take(count, normalNumbers(5));
    // Four standard errors: 1/√n of the mean, √2/√n of the variance, √96/√n of the fourth moment.
    const error = 4 / Math.sqrt(count);
    expect(Math.abs(mean(values))).toBeLessThan(error);
    expect(Math.abs(mean(values.map((z) => z ** 2)) - 1)).toBeLessThan(error * Math.SQRT2);
    expect(Math.abs(mean(values.map((z) => z ** 4)) - 3)).toBeLessThan(error * Math.sqrt(96));
    const beyond = values.filter((z) => z > 2).length / count;
    expect(Math.abs(beyond - 0.02275)).toBeLessThan(error * Math.sqrt(0.02275));
  });

  it('are independent of the one before', () => {
    const values = take(100_000, normalNumbers(6));
    const products = values.slice(1).map((z, i) => z * values[i]!);
    expect(Math.abs(mean(products))).toBeLessThan(4 / Math.sqrt(products.length));
  });
});
