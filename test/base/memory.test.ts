import { describe, expect, it } from 'vitest';
import { binaryBytes, toldApart } from '../../src/base/memory.js';

describe('an amount of bytes', () => {
  it.each([
    [0, '0 bytes'],
    [1023, '1023 bytes'],
    [1024, '1 KiB'],
    [300_000, '293 KiB'],
    [16 * 2 ** 20, '16 MiB'],
    [1_610_612_736, '1.5 GiB'],
    [2 ** 60, '1 EiB'],
    [2 ** 71, '2048 EiB'],
  ])('of %d is %s', (bytes, text) => expect(binaryBytes(bytes)).toBe(text));

  it('beside another one is exact where both read the same', () => {
    expect(toldApart(2 ** 20, 2 ** 24)).toEqual(['1 MiB', '16 MiB']);
    expect(toldApart(2 ** 34, 2 ** 34 + 1)).toEqual(['17179869184 bytes', '17179869185 bytes']);
  });
});
