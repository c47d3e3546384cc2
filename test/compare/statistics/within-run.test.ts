/** The block bootstrap against what can be worked out by hand, and against the same definition in Python. */
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../src/compare/statistics/random.js';
import { withinRunInterval } from '../../../src/compare/statistics/within-run.js';

describe('the random numbers', () => {
  // mulberry32, by its definition in Python.
  it.each([
    [1, [0.6270739405881613, 0.002735721180215478, 0.5274470399599522, 0.9810509674716741]],
    [42, [0.6011037519201636, 0.44829055899754167, 0.8524657934904099, 0.6697340414393693]],
    [2 ** 32 + 5, [0.6897749109193683, 0.7727432732935995, 0.21976301027461886, 0.6231788222212344]],
  ])('of seed %d are those of mulberry32', (seed, numbers) => {
    const random = seededRandom(seed);
    expect(numbers.map(() => random())).toEqual(numbers);
  });
});

/** Completions whose gaps go through `period` lengths. */
function uneven(count: number, period: number, amplitude: number, step: number): Float64Array {
  let time = 0;
  return Float64Array.from({ length: count }, (_, i) => {
    time += step * (1 + amplitude * ((i * 7919) % period));
    return time;
  });
}
const steady = (count: number, step: number) =>
  Float64Array.from({ length: count }, (_, i) => (i + 1) * step);

describe('the within-run interval', () => {
  it('is the ratio itself where both runs were perfectly even, whatever the number of samples', () => {
    for (const count of [40, 41, 59, 400]) {
      const { low, high, blocks } = withinRunInterval(steady(count, 950), steady(count + 7, 1000))!;
      expect([low, high]).toEqual([expect.closeTo(0.95, 10), expect.closeTo(0.95, 10)]);
      expect(blocks).toBe(20);
    }
  });

  it('is what the definition gives: gaps laid round a circle, 1,000 resamples of 20 blocks', () => {
    // Python, from the gaps themselves: quantiles by linear interpolation, t(0.975; 19) = 2.09302405.
    const [a, b] = [uneven(403, 11, 0.1, 1000), uneven(410, 13, 0.2, 900)];
    const first = withinRunInterval(a, b)!;
    expect(first.low).toBeCloseTo(0.7496319614295214, 9);
    expect(first.high).toBeCloseTo(0.7683616961847289, 9);
    const other = withinRunInterval(a, b, 9)!;
    expect(other.low).toBeCloseTo(0.7494299715599563, 9);
    expect(other.high).toBeCloseTo(0.7677514910669669, 9);
    expect(withinRunInterval(a.toReversed(), b)).toEqual(first);
  });

  it('needs 40 distinct steps a side, not counting what never completed', () => {
    expect(withinRunInterval(steady(39, 1), steady(40, 1))).toBeUndefined();
    expect(withinRunInterval(steady(40, 1), steady(39, 1))).toBeUndefined();
    const twice = (run: Float64Array) => Float64Array.from([...run, ...run]);
    expect(withinRunInterval(twice(steady(39, 1)), steady(40, 1))).toBeUndefined();
    expect(withinRunInterval(twice(steady(40, 1)), steady(40, 1))).toBeDefined();
    const lost = Float64Array.of(Number.NaN, 0, -1, Number.POSITIVE_INFINITY);
    expect(withinRunInterval(Float64Array.from([...steady(39, 1), ...lost]), steady(40, 1))).toBeUndefined();
    expect(withinRunInterval(Float64Array.from([...lost, ...steady(50, 1)]), steady(50, 1))).toEqual(
      withinRunInterval(steady(50, 1), steady(50, 1)),
    );
  });
});
