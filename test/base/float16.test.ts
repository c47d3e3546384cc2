import { describe, expect, it } from 'vitest';
import { floatToHalf, halfToFloat } from '../../src/base/float16.js';

// Bit patterns from IEEE 754-2008's binary16: sign, 5 bits of exponent (bias 15), 10 bits of mantissa.
describe('half precision', () => {
  it.each([
    [0, 0x0000],
    [-0, 0x8000],
    [1, 0x3c00],
    [-2, 0xc000],
    [65504, 0x7bff],
    [65519.9, 0x7bff],
    [65520, 0x7c00],
    [Number.POSITIVE_INFINITY, 0x7c00],
    [2 ** -14, 0x0400],
    [2 ** -24, 0x0001],
    [2 ** -25, 0x0000],
    [3 * 2 ** -25, 0x0002],
    [1 / 3, 0x3555],
    // Halfway between two halves goes to the even one.
    [1 + 2 ** -11, 0x3c00],
    [1 + 3 * 2 ** -11, 0x3c02],
  ])('writes %d as its nearest half', (value, bits) => {
    expect(floatToHalf(value)).toBe(bits);
  });

  it('reads back every half that it writes', () => {
    for (let bits = 0; bits < 0x10000; bits += 1) {
      const value = halfToFloat(bits);
      if (Number.isNaN(value)) expect(Number.isNaN(halfToFloat(floatToHalf(value)))).toBe(true);
      else if (floatToHalf(value) !== bits)
        throw new Error(`${bits.toString(16)} became ${floatToHalf(value)}`);
    }
  });
});
