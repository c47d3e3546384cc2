import { describe, expect, it } from 'vitest';
import { tQuantile } from '../../../src/compare/statistics/student-t.js';

describe('Student’s t quantile', () => {
  // Values of SciPy 1.x, stats.t.ppf.
  it.each([
    [0.975, 2, 4.302652729749462],
    [0.975, 2.94, 3.2195060663492763],
    [0.95, 1.3, 4.333339183467029],
    [0.9, 50.5, 1.2985414929528347],
    [0.999, 3, 10.214531852407383],
    [0.6, 1, 0.32491969623290634],
    // mpmath, 50 digits.
    [0.975, 19, 2.0930240544083],
    [0.95, 7, 1.89457860509],
    [0.975, 1, 12.706204736174705],
    [0.995, 200, 2.600634436191558],
  ])('p %d, %d degrees of freedom', (p, df, expected) => {
    expect(tQuantile(p, df)).toBeCloseTo(expected, 8);
    expect(tQuantile(1 - p, df)).toBeCloseTo(-expected, 8);
  });

  it('is 0 at the middle', () => expect(tQuantile(0.5, 7)).toBe(0));
});
