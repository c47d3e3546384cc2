/** The generators against values of the C++ standard, of C++ programs and of brute force. */
import { describe, expect, it } from 'vitest';
import { canonical, exponentialNs, shuffle, uniformBelow } from '../../src/loadgen/queries/distributions.js';
import { Mt19937 } from '../../src/loadgen/queries/mt19937.js';

function nth(seed: bigint, n: number): number {
  const rng = new Mt19937(seed);
  for (let i = 1; i < n; i++) rng.next();
  return rng.next();
}

/** A stand-in generator that hands out given 32-bit draws. */
function draws(...values: number[]): Mt19937 {
  const rng = new Mt19937(0n);
  rng.next = () => {
    const value = values.shift();
    if (value === undefined) throw new Error('drew more than was given');
    return value;
  };
  return rng;
}

describe('Mt19937', () => {
  it('gives the 10000th value that the C++ standard states for the default seed', () => {
    expect(nth(5489n, 10000)).toBe(4123659995);
  });

  it('takes seeds modulo 2^32', () => {
    expect(nth(5489n + (7n << 32n), 3)).toBe(nth(5489n, 3));
  });
});

describe('canonical', () => {
  it('makes 0.135477 of the default seed, low draw first', () => {
    const rng = new Mt19937(5489n);
    expect(canonical(rng)).toBeCloseTo(0.1354770043, 9);
    expect(canonical(rng)).toBeCloseTo(0.8350085899, 9);
  });

  it('stays below 1', () => {
    expect(canonical(draws(0xffffffff, 0xffffffff))).toBe(1 - 2 ** -53);
  });
});

describe('uniformBelow', () => {
  it('is the high half of the product, exactly also for large ranges', () => {
    for (const count of [1, 2, 3, 1000, 2 ** 21 - 1, 2 ** 21 + 1, 10833 * 10834, 4294967295]) {
      const rng = new Mt19937(42n);
      const check = new Mt19937(42n);
      for (let i = 0; i < 200; i++) {
        let product = BigInt(check.next()) * BigInt(count);
        const threshold = (2n ** 32n - BigInt(count)) % BigInt(count);
        while (BigInt.asUintN(32, product) < threshold) product = BigInt(check.next()) * BigInt(count);
        expect(uniformBelow(rng, count)).toBe(Number(product >> 32n));
      }
    }
  });

  it.each([
    // The products lie so little below a multiple of 2^32 that a double rounds them up to it.
    [1212964351, 3000000001, 847245811],
    [2147483647, 2147483649, 1073741823],
    [2292202057, 4000000007, 2134779524],
  ])('is exact where a double is not: a draw of %i below %i', (draw, count, high) => {
    expect(uniformBelow(draws(draw), count)).toBe(high);
  });

  it('draws again where the low half is below the threshold', () => {
    // 2^32 mod 3 is 1, so a low half of 0 is the one to refuse.
    expect(uniformBelow(draws(0, 0xffffffff), 3)).toBe(2);
  });
});

describe('exponentialNs', () => {
  it('drops the fraction of a nanosecond', () => {
    // Two zero draws make u = 0, and 2^31 in the high draw makes u = 1/2: ln 2 = 0.693147180559...
    expect(exponentialNs(draws(0, 0), 1) === 0).toBe(true);
    expect(exponentialNs(draws(0, 2 ** 31), 1)).toBe(693147180);
    expect(exponentialNs(draws(0, 2 ** 31), 1000)).toBe(693147);
  });
});

describe('shuffle', () => {
  it('keeps every value, with even, odd and more than 65536 of them', () => {
    for (const size of [0, 1, 2, 3, 10, 11, 65535, 65536, 70001]) {
      const values = Uint32Array.from({ length: size }, (_, i) => i);
      shuffle(values, new Mt19937(1n));
      expect(
        values
          .slice()
          .sort()
          .every((value, i) => value === i),
      ).toBe(true);
    }
  });

  it('takes two positions out of one draw for an odd count', () => {
    // Three values: one draw below 2 * 3, whose quotient and remainder by 3 place the second and the third.
    const values = Uint32Array.from([10, 20, 30]);
    shuffle(values, draws(Math.ceil((4 * 2 ** 32) / 6) + 1));
    expect([...values]).toEqual([10, 30, 20]);
  });
});
