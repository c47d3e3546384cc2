import { describe, expect, it } from 'vitest';
import { outputProblem } from '../../src/backends/output-check.js';
import type { Tensor, TensorInfo, TensorMap } from '../../src/base/tensor.js';

const input = (...dims: (number | string)[]): TensorInfo => ({ name: 'x', type: 'int64', dims });
const output = (type: TensorInfo['type'], ...dims: (number | string)[]): TensorInfo => ({
  name: 'y',
  type,
  dims,
});
const ids = (...dims: number[]): TensorMap => ({ x: { type: 'int64', dims, data: new BigInt64Array(1) } });
const floats = (dims: number[], data = new Float32Array(dims.reduce((a, b) => a * b, 1))): Tensor => ({
  type: 'float32',
  dims,
  data,
});

const byText = { inputs: [input('batch', 'sequence')], outputs: [output('float32', 'batch', 'sequence')] };
/** A batch of 3 samples, padded to 7. */
const batch = { size: 3, feeds: ids(3, 7) };
const problemOf = (y: unknown) => outputProblem(byText, batch, { y });

describe('outputs', () => {
  it('are right where names, types and shapes are as declared and all numbers finite', () => {
    expect(problemOf(floats([3, 7]))).toBeUndefined();
    expect(outputProblem({ inputs: [], outputs: [] }, batch, {})).toBeUndefined();
  });

  it.each([
    [undefined, 'run() gave undefined in place of the outputs by name'],
    [null, 'run() gave null in place of the outputs by name'],
    [42, 'run() gave a number in place of the outputs by name'],
    ['done', 'run() gave a string in place of the outputs by name'],
  ])('are none: %s', (outputs, problem) => {
    expect(outputProblem(byText, batch, outputs)).toBe(problem);
    expect(outputProblem({ inputs: [], outputs: [] }, batch, outputs), 'nothing declared').toBe(problem);
  });

  it.each<[string, unknown, string]>([
    ['missing', undefined, 'is missing'],
    ['null', null, 'is missing'],
    ['a bare array', [1, 2], 'is undefined, declared as float32'],
    ['of another type', { ...floats([3, 7]), type: 'int64' }, 'is int64, declared as float32'],
    ['without dims', { type: 'float32', data: new Float32Array(21) }, 'has no dims'],
    ['of negative dims', floats([-3, -7], new Float32Array(21)), 'has no dims'],
    ['without data', { type: 'float32', dims: [3, 7] }, 'has no Float32Array as its data'],
    [
      'of plain numbers',
      { type: 'float32', dims: [3, 7], data: Array(21).fill(0) },
      'has no Float32Array as its data',
    ],
    [
      'of doubles',
      { type: 'float32', dims: [3, 7], data: new Float64Array(21) },
      'has no Float32Array as its data',
    ],
    [
      'short of samples',
      floats([2, 7]),
      'has the shape [2, 7] for a batch of 3, declared as [batch, sequence]',
    ],
    ['long', floats([4, 7]), 'has the shape [4, 7] for a batch of 3, declared as [batch, sequence]'],
    [
      'short of tokens',
      floats([3, 6]),
      'has the shape [3, 6] for a batch of 3, declared as [batch, sequence]',
    ],
    ['of another rank', floats([21]), 'has the shape [21] for a batch of 3, declared as [batch, sequence]'],
    ['short of elements', floats([3, 7], new Float32Array(20)), 'has 20 elements in the shape [3, 7]'],
    ['NaN', floats([3, 7], new Float32Array(21).fill(Number.NaN, 20)), 'holds NaN at element 20'],
    [
      'infinite',
      floats([3, 7], new Float32Array(21).fill(Number.NEGATIVE_INFINITY, 4, 5)),
      'holds -Infinity at element 4',
    ],
  ])('are wrong where one is %s', (_, y, problem) => {
    expect(problemOf(y)).toBe(`output y ${problem}`);
  });

  it('may have a dimension of their own, but a fixed one is kept to', () => {
    const own = { inputs: [input('batch', 'sequence')], outputs: [output('float32', 'batch', 'boxes', 4)] };
    expect(outputProblem(own, batch, { y: floats([3, 11, 4]) })).toBeUndefined();
    expect(outputProblem(own, batch, { y: floats([3, 11, 5]) })).toMatch(
      /shape \[3, 11, 5\].*\[batch, boxes, 4\]/,
    );
  });

  it('have the batch first, unless the model says that they go by something else', () => {
    const named = (inputs: TensorInfo[], first: number | string) => ({
      inputs,
      outputs: [output('float32', first, 2)],
    });
    const short = { y: floats([1, 2]) };
    const problem = (inputs: TensorInfo[], first: number | string) =>
      outputProblem(named(inputs, first), batch, short)?.includes('[1, 2]') ?? false;
    expect(problem([input('n', 7)], 'n')).toBe(true);
    expect(problem([input('n', 7)], 'batch_size')).toBe(true);
    expect(problem([input('n', 7)], '')).toBe(true);
    expect(problem([], 'anything')).toBe(true);
    expect(problem([input('n', 7)], 3)).toBe(true);
    expect(problem([input('n', 7)], 'detections')).toBe(false);
  });

  it('have as many rows as the model insists on, or as the batch has samples', () => {
    const fixed = { inputs: [input(8, 'sequence')], outputs: [output('float32', '', 'sequence')] };
    const padded = { size: 3, feeds: ids(8, 7) };
    expect(outputProblem(fixed, padded, { y: floats([8, 7]) })).toBeUndefined();
    expect(outputProblem(fixed, padded, { y: floats([3, 7]) })).toBeUndefined();
    expect(outputProblem(fixed, padded, { y: floats([2, 7]) })).toMatch(/shape \[2, 7\]/);
  });

  it('are checked for finite halves too, and integers need no such check', () => {
    const halves = (...bits: number[]) => ({
      y: { type: 'float16', dims: [3], data: Uint16Array.from(bits) },
    });
    const half = { inputs: [], outputs: [output('float16', 'batch')] };
    // 0x7bff is 65,504, the largest half; 0xfc00 minus infinity; 0x7e00 NaN.
    expect(outputProblem(half, batch, halves(0, 0x7bff, 0xfbff))).toBeUndefined();
    expect(outputProblem(half, batch, halves(0, 0xfc00, 0))).toBe('output y holds -Infinity at element 1');
    expect(outputProblem(half, batch, halves(0, 0, 0x7e00))).toBe('output y holds NaN at element 2');
    const whole = { inputs: [], outputs: [output('int64', 'batch')] };
    const y = { type: 'int64', dims: [3], data: BigInt64Array.of(1n, 2n, 3n) };
    expect(outputProblem(whole, batch, { y })).toBeUndefined();
  });
});
