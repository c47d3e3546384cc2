import { describe, expect, it } from 'vitest';
import { toHalf } from '../../src/graphs/half.js';
import { fillPiece, type Weight } from '../../src/graphs/weights.js';

function filled(weight: Weight, seed: number): Float32Array {
  const out = new Float32Array(weight.dims.reduce((product, dim) => product * dim, 1));
  fillPiece(weight, seed, 0, out.length, out);
  return out;
}

function moments(values: Float32Array): { mean: number; deviation: number } {
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  return { mean, deviation: Math.sqrt(values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / values.length) };
}

function correlation(a: Float32Array, b: Float32Array): number {
  const [of, and] = [moments(a), moments(b)];
  const sum = a.reduce((total, value, i) => total + (value - of.mean) * (b[i]! - and.mean), 0);
  return sum / a.length / (of.deviation * and.deviation);
}

const table: Weight = { name: 'table', dims: [400, 250], fill: { kind: 'uniform', std: 0.3, mean: 2 } };

describe('weights drawn from a seed', () => {
  it('have the deviation and mean asked for', () => {
    const { mean, deviation } = moments(filled(table, 1));
    // Of 100,000 values the mean is known to 0.3/√100000 ≈ 0.001, the deviation to about as much.
    expect(Math.abs(mean - 2)).toBeLessThan(0.004);
    expect(Math.abs(deviation - 0.3)).toBeLessThan(0.004);
  });

  it('do not depend on each other across seeds, names and neighbours', () => {
    const values = filled(table, 1);
    const others = [
      filled(table, 2),
      filled({ ...table, name: 'other' }, 1),
      new Float32Array([...values.slice(1), 2]),
    ];
    for (const other of others) expect(Math.abs(correlation(values, other))).toBeLessThan(0.015);
  });

  it('are the same in pieces as in one', () => {
    const whole = filled(table, 5);
    const piece = new Float32Array(1000);
    fillPiece(table, 5, 42_000, 1000, piece);
    expect(piece).toEqual(whole.slice(42_000, 43_000));
  });

  it('add up to zero in filters that are to', () => {
    const filters = filled(
      { name: 'conv', dims: [16, 8, 3, 3], fill: { kind: 'filters', std: 0.1, fanIn: 72 } },
      1,
    );
    for (let at = 0; at < filters.length; at += 72)
      expect(Math.abs(filters.subarray(at, at + 72).reduce((a, b) => a + b, 0))).toBeLessThan(1e-6);
    expect(Math.abs(moments(filters).deviation - 0.1)).toBeLessThan(0.01);
  });

  it('are side by side the matrices of their own names', () => {
    const names = ['left', 'right'];
    const joined = filled(
      { name: 'both', dims: [3, 8], fill: { kind: 'side-by-side', std: 1, columns: 4, names } },
      9,
    );
    const [left, right] = names.map((name) =>
      filled({ name, dims: [3, 4], fill: { kind: 'uniform', std: 1 } }, 9),
    );
    for (let row = 0; row < 3; row++)
      expect([...joined.subarray(row * 8, row * 8 + 8)]).toEqual([
        ...left!.subarray(row * 4, row * 4 + 4),
        ...right!.subarray(row * 4, row * 4 + 4),
      ]);
  });
});

describe('half precision', () => {
  const half = (value: number): number => {
    const out = new Uint16Array(1);
    toHalf(Float32Array.of(value), out);
    return out[0]!;
  };

  it('gives the bits of IEEE 754', () => {
    // One sign, five exponent and ten fraction bits, exponent bias 15.
    expect(half(1)).toBe(0x3c00);
    expect(half(-2)).toBe(0xc000);
    expect(half(65504)).toBe(0x7bff);
    expect(half(2 ** -14)).toBe(0x0400);
    expect(half(2 ** -24)).toBe(0x0001);
    expect(half(-0)).toBe(0x8000);
    expect(half(0.1)).toBe(0x2e66);
    expect(half(1 / 3)).toBe(0x3555);
    expect(half(Number.POSITIVE_INFINITY)).toBe(0x7c00);
    expect(half(Number.NaN) & 0x7fff).toBeGreaterThan(0x7c00);
  });

  it('rounds to nearest, halves to even', () => {
    expect(half(1 + 2 ** -11)).toBe(0x3c00);
    expect(half(1 + 3 * 2 ** -11)).toBe(0x3c02);
    expect(half(1 + 2 ** -11 + 2 ** -20)).toBe(0x3c01);
    expect(half(2 ** -25)).toBe(0x0000);
    expect(half(3 * 2 ** -25)).toBe(0x0002);
    expect(half(65519)).toBe(0x7bff);
    expect(half(65520)).toBe(0x7c00);
  });

  it('gives back every finite half it is given', () => {
    const values = new Float32Array(0x7c00);
    for (let bits = 0; bits < 0x7c00; bits++) {
      const exponent = bits >> 10;
      const fraction = bits & 0x3ff;
      values[bits] = exponent === 0 ? fraction * 2 ** -24 : (1 + fraction / 1024) * 2 ** (exponent - 15);
    }
    const out = new Uint16Array(values.length);
    toHalf(values, out);
    expect(out.every((bits, i) => bits === i)).toBe(true);
  });
});
