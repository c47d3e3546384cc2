/** The incomplete beta function against exact sums of binomials, and the edges of early stopping. */
import { describe, expect, it } from 'vitest';
import { allowedOverlatency, minUnderlatencyQueries } from '../../src/loadgen/summary/early-stopping.js';
import { regularizedBeta } from '../../src/loadgen/summary/incomplete-beta.js';

describe('the regularized incomplete beta function', () => {
  // mpmath, 50 digits: the sum of the binomial probabilities of a to a + b - 1 successes.
  it.each([
    [0.5, 0, 3, 1],
    [0.5, 1, 1, 0.5],
    [0.25, 1, 1, 0.25],
    [0.9, 3, 2, 0.9477],
    [0.1, 3, 2, 0.0037],
    [0.5, 8, 7, 0.395263671875],
    [0.9, 14, 1, 0.22876792454961],
    [0.9, 15, 1, 0.205891132094649],
    [0.3, 20, 30, 0.0699870933005073],
    [0.7, 20, 30, 0.999994056247414],
    [0.01, 2, 300, 0.803836423714856],
    [0.9, 44, 1, 0.00969773729787523],
    [0.99, 459, 1, 0.00992097420104062],
    [0.9, 200, 12, 0.00922292004173918],
    [0.99, 2000, 11, 0.00996664580109232],
    [0.2, 400, 1600, 0.504460672169786],
    [0.2, 430, 1570, 0.0493409156398378],
    [0.5, 1000, 1001, 0.508919505572927],
  ])('at %d of %d and %d', (x, a, b, exact) => {
    expect(Math.abs(regularizedBeta(x, a, b) / exact - 1)).toBeLessThan(1e-12);
  });
});

describe('early stopping at another confidence', () => {
  it('needs as many queries as make all under latency unlikely: 0.9 to the power of h at most 5%', () => {
    // 0.9^28 = 0.0523, 0.9^29 = 0.0471; at a confidence of 0.5 it is 0.9^7 = 0.478.
    expect(minUnderlatencyQueries(0, 0.9, 0.95)).toBe(29);
    expect(minUnderlatencyQueries(0, 0.9, 0.5)).toBe(7);
    expect(minUnderlatencyQueries(0, 0.5, 0.5)).toBe(1);
  });
});

describe('over-latency queries that are allowed', () => {
  it('are none of none', () => {
    expect([0, 1, 2].map((count) => allowedOverlatency(count, 0.9))).toEqual([0, 0, 0]);
  });

  it('are as many as fit with those that they need', () => {
    // At 90% two need 79 others, three need 94.
    expect([80, 81, 96, 97].map((count) => allowedOverlatency(count, 0.9))).toEqual([1, 2, 2, 3]);
  });
});
