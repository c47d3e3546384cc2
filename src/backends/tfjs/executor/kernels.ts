/** How TF.js computes each operator of a program: the counterpart of TensorFlow's own kernels. */
import type { Attribute, ProgramNode } from '../program/program.js';
import { call, callAny, type Tf, type TfTensor } from './tf.js';

/** An operand: a tensor, or whole numbers that are known on the host. */
export type Given = TfTensor | { readonly ints: readonly number[] };

export interface KernelCall {
  readonly tf: Tf;
  readonly inputs: readonly Given[];
  readonly attributes: ProgramNode['attributes'];
}

type Kernel = (given: KernelCall) => TfTensor | readonly TfTensor[];

const isHost = (given: Given): given is { readonly ints: readonly number[] } => 'ints' in given;

function tensor({ tf, inputs }: KernelCall, index: number): TfTensor {
  const given = inputs[index]!;
  return isHost(given) ? call(tf, 'tensor1d', [...given.ints], 'int32') : given;
}

/** Whole numbers: those of the host, or what a small tensor holds. */
function ints({ inputs }: KernelCall, index: number): number[] {
  const given = inputs[index]!;
  return isHost(given) ? [...given.ints] : Array.from(given.dataSync());
}

const flag = ({ attributes }: KernelCall, name: string): boolean => attributes[name] === true;
const numbers = ({ attributes }: KernelCall, name: string): readonly number[] =>
  attributes[name] as readonly number[];
const text = (value: Attribute | undefined): string | undefined =>
  typeof value === 'object' && 'text' in value ? value.text : undefined;

/** One function of TF.js that takes the same inputs. */
const same =
  (name: string, count: number): Kernel =>
  (given) =>
    call(given.tf, name, ...Array.from({ length: count }, (_, i) => tensor(given, i)));

const reduction =
  (name: string): Kernel =>
  (given) =>
    call(given.tf, name, tensor(given, 0), ints(given, 1), flag(given, 'keep_dims'));

const product =
  (a: string, b: string): Kernel =>
  (given) =>
    call(given.tf, 'matMul', tensor(given, 0), tensor(given, 1), flag(given, a), flag(given, b));

/** TensorFlow has an entry for each of the four dimensions; TF.js wants those of height and width. */
const sides = (values: readonly number[]): [number, number] => [values[1]!, values[2]!];

function padding(given: KernelCall): unknown {
  if (text(given.attributes.padding) !== 'EXPLICIT') return 'valid';
  const all = numbers(given, 'explicit_paddings');
  return [0, 2, 4, 6].map((at) => [all[at]!, all[at + 1]!]);
}

const convolution =
  (name: string): Kernel =>
  (given) =>
    call(
      given.tf,
      name,
      tensor(given, 0),
      tensor(given, 1),
      sides(numbers(given, 'strides')),
      padding(given),
      'NHWC',
      sides(numbers(given, 'dilations')),
    );

const pooling =
  (name: string): Kernel =>
  (given) => {
    const [size, strides] = [sides(numbers(given, 'ksize')), sides(numbers(given, 'strides'))];
    const pads = padding(given);
    if (pads === 'valid') return call(given.tf, name, tensor(given, 0), size, strides, pads);
    // Not all of TF.js's backends pool over padding; what is smaller than all else changes no maximum.
    const padded = call(given.tf, 'pad', tensor(given, 0), pads, -3.4e38);
    const pooled = call(given.tf, name, padded, size, strides, 'valid');
    padded.dispose();
    return pooled;
  };

/** Quotients of whole numbers are rounded to zero. */
const truncated: Kernel = (given) => {
  const [a, b] = [0, 1].map((i) => call(given.tf, 'cast', tensor(given, i), 'float32')) as [
    TfTensor,
    TfTensor,
  ];
  const quotient = call(given.tf, 'div', a, b);
  const whole = call(given.tf, 'cast', quotient, 'int32');
  for (const part of [a, b, quotient]) part.dispose();
  return whole;
};

function castTo({ DstT }: KernelCall['attributes']): string {
  const type = typeof DstT === 'object' && 'type' in DstT ? DstT.type : 'float32';
  return type === 'float32' || type === 'bool' ? type : 'int32';
}

export const kernels: Readonly<Record<string, Kernel>> = {
  Abs: same('abs', 1),
  Ceil: same('ceil', 1),
  Cos: same('cos', 1),
  Elu: same('elu', 1),
  Erf: same('erf', 1),
  Exp: same('exp', 1),
  Floor: same('floor', 1),
  Identity: same('clone', 1),
  Log: same('log', 1),
  LogicalNot: same('logicalNot', 1),
  Neg: same('neg', 1),
  Reciprocal: same('reciprocal', 1),
  Relu: same('relu', 1),
  Relu6: same('relu6', 1),
  Rsqrt: same('rsqrt', 1),
  Sigmoid: same('sigmoid', 1),
  Sin: same('sin', 1),
  Softmax: same('softmax', 1),
  Softplus: same('softplus', 1),
  Sqrt: same('sqrt', 1),
  Square: same('square', 1),
  Tanh: same('tanh', 1),

  AddV2: same('add', 2),
  BiasAdd: same('add', 2),
  Equal: same('equal', 2),
  Greater: same('greater', 2),
  GreaterEqual: same('greaterEqual', 2),
  Less: same('less', 2),
  LessEqual: same('lessEqual', 2),
  LogicalAnd: same('logicalAnd', 2),
  LogicalOr: same('logicalOr', 2),
  Maximum: same('maximum', 2),
  Minimum: same('minimum', 2),
  Mul: same('mul', 2),
  Pow: same('pow', 2),
  RealDiv: same('div', 2),
  SquaredDifference: same('squaredDifference', 2),
  Sub: same('sub', 2),
  TruncateDiv: truncated,
  SelectV2: same('where', 3),
  Cast: (given) => call(given.tf, 'cast', tensor(given, 0), castTo(given.attributes)),

  ArgMax: (given) => call(given.tf, 'argMax', tensor(given, 0), ints(given, 1)[0]),
  BroadcastTo: (given) => call(given.tf, 'broadcastTo', tensor(given, 0), ints(given, 1)),
  ConcatV2: (given) => {
    const parts = given.inputs.slice(0, -1).map((_, i) => tensor(given, i));
    return call(given.tf, 'concat', parts, ints(given, parts.length)[0]);
  },
  Cumsum: (given) =>
    call(
      given.tf,
      'cumsum',
      tensor(given, 0),
      ints(given, 1)[0],
      flag(given, 'exclusive'),
      flag(given, 'reverse'),
    ),
  Fill: (given) => {
    const value = given.inputs[1]!;
    const filled = isHost(value) ? value.ints[0] : value.dataSync()[0];
    return call(given.tf, 'fill', ints(given, 0), filled, isHost(value) ? 'int32' : value.dtype);
  },
  GatherNd: same('gatherND', 2),
  GatherV2: (given) => call(given.tf, 'gather', tensor(given, 0), tensor(given, 1), ints(given, 2)[0]),
  PadV2: (given) => {
    const flat = ints(given, 1);
    const pairs = Array.from({ length: flat.length / 2 }, (_, i) => [flat[2 * i]!, flat[2 * i + 1]!]);
    return call(given.tf, 'pad', tensor(given, 0), pairs, tensor(given, 2).dataSync()[0]);
  },
  Range: (given) => call(given.tf, 'range', ints(given, 0)[0], ints(given, 1)[0], ints(given, 2)[0], 'int32'),
  Reshape: (given) => call(given.tf, 'reshape', tensor(given, 0), ints(given, 1)),
  SplitV: (given) =>
    callAny(given.tf, 'split', tensor(given, 0), ints(given, 1), ints(given, 2)[0]) as readonly TfTensor[],
  StridedSlice: (given) =>
    call(
      given.tf,
      'stridedSlice',
      tensor(given, 0),
      ints(given, 1),
      ints(given, 2),
      ints(given, 3),
      given.attributes.begin_mask,
      given.attributes.end_mask,
    ),
  TensorScatterUpdate: same('tensorScatterUpdate', 3),
  Tile: (given) => call(given.tf, 'tile', tensor(given, 0), ints(given, 1)),
  TopKV2: (given) => {
    const found = callAny(given.tf, 'topk', tensor(given, 0), ints(given, 1)[0], true);
    const { values, indices } = found as { readonly values: TfTensor; readonly indices: TfTensor };
    return [values, indices];
  },
  Transpose: (given) => call(given.tf, 'transpose', tensor(given, 0), ints(given, 1)),
  Unpack: (given) =>
    callAny(given.tf, 'unstack', tensor(given, 0), given.attributes.axis) as readonly TfTensor[],

  BatchMatMulV2: product('adj_x', 'adj_y'),
  MatMul: product('transpose_a', 'transpose_b'),
  Max: reduction('max'),
  Mean: reduction('mean'),
  Min: reduction('min'),
  Prod: reduction('prod'),
  Sum: reduction('sum'),

  AvgPool: pooling('avgPool'),
  Conv2D: convolution('conv2d'),
  DepthwiseConv2dNative: convolution('depthwiseConv2d'),
  FusedBatchNormV3: (given) => {
    const [x, scale, offset, mean, variance] = [0, 1, 2, 3, 4].map((i) => tensor(given, i));
    const { epsilon } = given.attributes;
    const least = typeof epsilon === 'object' && 'float' in epsilon ? epsilon.float : 1e-3;
    return call(given.tf, 'batchNorm', x, mean, variance, offset, scale, least);
  },
  MaxPool: pooling('maxPool'),
};
