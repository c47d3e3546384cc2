/** Products of matrices, reductions, and what is normalized by them. */
import type { Dim } from '../../program/program.js';
import { ints, lastOf, type ProgramBuilder, type Value } from '../builder.js';
import type { Lowerings, NodeContext } from '../operator.js';
import { broadcast } from '../shapes.js';
import { add, binary, unary } from './elementwise.js';

/** [..., k] × [k, n]: one product of two matrices, of which the left one is all rows. */
export function project(builder: ProgramBuilder, x: Value, matrix: Value): Value {
  const left = builder.rows(x);
  const dims = [...x.dims.slice(0, -1), lastOf(matrix.dims)];
  return builder.emit(
    'MatMul',
    [left.name, matrix.name],
    { transpose_a: false, transpose_b: false },
    { type: x.type, dims, layout: dims.length > 2 ? 'rows' : 'plain' },
  );
}

export function batchProduct(builder: ProgramBuilder, a: Value, b: Value, transposed = false): Value {
  const [x, y] = [builder.plain(a), builder.plain(b)];
  const lead = broadcast(builder, x.dims.slice(0, -2), y.dims.slice(0, -2));
  const dims = [...lead, x.dims.at(-2)!, transposed ? y.dims.at(-2)! : y.dims.at(-1)!];
  return builder.bind(
    builder.emit(
      'BatchMatMulV2',
      [x.name, y.name],
      { adj_x: false, adj_y: transposed },
      { type: x.type, dims },
    ),
  );
}

function matMul(node: NodeContext): Value {
  const [a, b] = [node.input(0), node.input(1)];
  if (a.dims.length < 2 || b.dims.length < 2) return node.fail('one side is a vector');
  if (b.dims.length === 2) return project(node.builder, a, node.builder.plain(b));
  return batchProduct(node.builder, a, b);
}

function gemm(node: NodeContext): Value {
  const { builder } = node;
  const [a, b] = [node.plain(0), node.plain(1)];
  const [transposeA, transposeB] = [node.int('transA', 0) === 1, node.int('transB', 0) === 1];
  const dims = [a.dims[transposeA ? 1 : 0]!, b.dims[transposeB ? 0 : 1]!];
  let y = builder.emit(
    'MatMul',
    [a.name, b.name],
    { transpose_a: transposeA, transpose_b: transposeB },
    { type: a.type, dims },
  );
  const alpha = node.int('alpha', 1);
  if (alpha !== 1) y = binary(builder, 'Mul', y, builder.scalar(alpha, y.type));
  const c = node.optional(2);
  if (c === undefined) return y;
  const beta = node.int('beta', 1);
  return add(builder, y, beta === 1 ? c : binary(builder, 'Mul', c, builder.scalar(beta, y.type)));
}

/** A reduction over axes from the front. */
export function reduce(
  builder: ProgramBuilder,
  op: string,
  x: Value,
  axes: readonly number[],
  keep: boolean,
): Value {
  const rank = x.dims.length;
  const kept = x.dims.map((dim, i) => (axes.includes(i) ? 1 : dim));
  const emit = (from: Value, physical: readonly number[], dims: readonly Dim[]): Value =>
    builder.emit(
      op,
      [from.name, ints(physical)],
      { keep_dims: keep },
      { type: x.type, dims, layout: from.layout },
    );
  if (keep && x.layout === 'rows' && axes.length === 1 && axes[0] === rank - 1) return emit(x, [1], kept);
  if (keep && x.layout === 'nhwc')
    return emit(
      x,
      axes.map((axis) => [0, 3, 1, 2][axis]!),
      kept,
    );
  return emit(builder.plain(x), axes, keep ? kept : x.dims.filter((_, i) => !axes.includes(i)));
}

const reduceAs =
  (op: string) =>
  (node: NodeContext): Value => {
    const x = node.input(0);
    const rank = x.dims.length;
    const given = node.numbers('axes', 1);
    if (given === undefined && node.int('noop_with_empty_axes', 0) === 1) return x;
    const axes = (given ?? x.dims.map((_, i) => i)).map((axis) => node.axis(axis, rank));
    return reduce(node.builder, op, x, axes, node.int('keepdims', 1) === 1);
  };

function softmax(node: NodeContext): Value {
  const { builder } = node;
  const x = node.plain(0);
  const rank = x.dims.length;
  const axis = node.axis(node.int('axis', node.opset < 13 ? 1 : -1), rank);
  const run = (value: Value): Value => unary(builder, 'Softmax', value);
  if (axis === rank - 1) return run(x);
  if (node.opset < 13) {
    // The dimensions from the axis on are one.
    const rest = x.dims.slice(axis);
    if (!rest.every((dim) => typeof dim === 'number')) return node.fail('it joins sizes that are unknown');
    const width = (rest as number[]).reduce((a, b) => a * b, 1);
    return builder.reshape(run(builder.reshape(x, [-1, width])), x.dims);
  }
  const perm = x.dims.map((_, i) => (i === axis ? rank - 1 : i === rank - 1 ? axis : i));
  const swap = (value: Value): Value =>
    builder.emit(
      'Transpose',
      [value.name, ints(perm)],
      {},
      { type: x.type, dims: perm.map((at) => value.dims[at]!) },
    );
  return swap(run(swap(x)));
}

/** (x − mean) / √(variance + ε) · γ + β over the last dimension; half precision is computed in single. */
export function layerNorm(
  builder: ProgramBuilder,
  given: Value,
  gamma: Value,
  beta: Value | undefined,
  epsilon: number,
): Value {
  const x = builder.cast(builder.rows(given), 'float32');
  const axes = [x.dims.length - 1];
  const mean = reduce(builder, 'Mean', x, axes, true);
  const squares = binary(builder, 'SquaredDifference', x, mean);
  const variance = reduce(builder, 'Mean', squares, axes, true);
  const deviation = binary(builder, 'AddV2', variance, builder.scalar(epsilon, 'float32'));
  const scale = binary(builder, 'Mul', unary(builder, 'Rsqrt', deviation), builder.cast(gamma, 'float32'));
  const scaled = binary(builder, 'Mul', binary(builder, 'Sub', x, mean), scale);
  const shifted =
    beta === undefined ? scaled : binary(builder, 'AddV2', scaled, builder.cast(beta, 'float32'));
  return builder.cast(shifted, given.type);
}

export const matrices: Lowerings = {
  MatMul: matMul,
  Gemm: gemm,
  ReduceMean: reduceAs('Mean'),
  ReduceSum: reduceAs('Sum'),
  ReduceMax: reduceAs('Max'),
  ReduceMin: reduceAs('Min'),
  ReduceProd: reduceAs('Prod'),
  Softmax: softmax,
  LayerNormalization: (node) => {
    if (node.axis(node.int('axis', -1), node.input(0).dims.length) !== node.input(0).dims.length - 1)
      return node.fail('it normalizes more than the last dimension');
    return layerNorm(node.builder, node.input(0), node.input(1), node.optional(2), node.int('epsilon', 1e-5));
  },
};
