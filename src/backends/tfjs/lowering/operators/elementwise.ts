/** Operators that compute each element by itself, in whatever layout their inputs have. */
import type { ElementType } from '../../../../base/tensor.js';
import { typeName } from '../../../../onnx/value-info.js';
import type { Dim, ProgramType } from '../../program/program.js';
import { computedType, type ProgramBuilder, type Value } from '../builder.js';
import type { Lowering, Lowerings, NodeContext } from '../operator.js';
import { aligned, broadcast } from '../shapes.js';

const isFloat = (type: ProgramType): boolean => type === 'float32' || type === 'float16';

/** A node with one input and no attributes beside its type. */
export function unary(builder: ProgramBuilder, op: string, x: Value, type = x.type): Value {
  return builder.emit(op, [x.name], {}, { type, dims: x.dims, layout: x.layout });
}

const folded: Readonly<Record<string, (a: number, b: number) => number>> = {
  AddV2: (a, b) => a + b,
  Sub: (a, b) => a - b,
  Mul: (a, b) => a * b,
  TruncateDiv: (a, b) => Math.trunc(a / b),
  Minimum: Math.min,
  Maximum: Math.max,
};

/** Sizes computed from sizes: by now where all are numbers, or where one of two changes nothing. */
function foldKnown(op: string, a: Value, b: Value): readonly Dim[] | undefined {
  const compute = folded[op];
  if (compute === undefined || a.known === undefined || b.known === undefined) return undefined;
  const length = Math.max(a.known.length, b.known.length);
  if (![a, b].every(({ known }) => known!.length === length || known!.length === 1)) return undefined;
  if (Math.max(a.dims.length, b.dims.length) > 1) return undefined;
  const result: Dim[] = [];
  for (let i = 0; i < length; i++) {
    const x = a.known[a.known.length === 1 ? 0 : i]!;
    const y = b.known[b.known.length === 1 ? 0 : i]!;
    const neutral = op === 'Mul' || op === 'TruncateDiv' ? 1 : 0;
    if (typeof x === 'number' && typeof y === 'number') result.push(compute(x, y));
    else if (y === neutral && !op.endsWith('imum')) result.push(x);
    else return undefined;
  }
  return result;
}

export function binary(builder: ProgramBuilder, op: string, a: Value, b: Value, type = a.type): Value {
  const known = foldKnown(op, a, b);
  if (known) return builder.knownValue(known, broadcast(builder, a.dims, b.dims));
  const { values, layout } = aligned(builder, [a, b]);
  const [x, y] = values as [Value, Value];
  const dims = broadcast(builder, a.dims, b.dims);
  return builder.bind(builder.emit(op, [x.name, y.name], {}, { type, dims, layout }));
}

/** A sum; a vector that is added along the last dimension is a bias, which TensorFlow fuses with what made the value. */
export function add(builder: ProgramBuilder, a: Value, b: Value): Value {
  for (const [x, bias] of [
    [a, b],
    [b, a],
  ] as const) {
    const vector = bias.weight !== undefined && bias.dims.length === 1 && bias.dims[0] !== 1;
    const width = x.dims.at(-1);
    if (vector && isFloat(x.type) && x.layout === 'rows' && width === bias.dims[0])
      return builder.emit(
        'BiasAdd',
        [x.name, bias.name],
        {},
        { type: x.type, dims: x.dims, layout: x.layout },
      );
  }
  return binary(builder, 'AddV2', a, b);
}

const unaryAs =
  (op: string): Lowering =>
  (node) =>
    unary(node.builder, op, node.input(0));

const binaryAs =
  (op: string, type?: ProgramType): Lowering =>
  (node) =>
    binary(node.builder, op, node.input(0), node.input(1), type);

/** One operator for two inputs, repeated for more. */
const foldAs =
  (op: string): Lowering =>
  (node) => {
    let result = node.input(0);
    for (let i = 1; i < node.inputCount; i++) result = binary(node.builder, op, result, node.input(i));
    return result;
  };

function cast(node: NodeContext): Value {
  const x = node.input(0);
  const to = typeName(node.int('to', 0));
  const known: readonly string[] = ['float32', 'float16', 'int32', 'int64', 'uint8', 'int8', 'bool'];
  if (to === 'float64') return node.builder.cast(x, 'float32');
  if (!known.includes(to)) node.fail(`it casts to ${to}`);
  const type = computedType(to as ElementType);
  return x.known && type === 'int32' ? x : node.builder.cast(x, type);
}

function pow(node: NodeContext): Value {
  const [x, exponent] = [node.input(0), node.input(1)];
  if (exponent.numbers?.length === 1) {
    if (exponent.numbers[0] === 2) return unary(node.builder, 'Square', x);
    if (exponent.numbers[0] === 0.5) return unary(node.builder, 'Sqrt', x);
    if (exponent.numbers[0] === 1) return x;
  }
  return binary(node.builder, 'Pow', x, node.builder.cast(exponent, x.type));
}

function clip(node: NodeContext): Value {
  const x = node.input(0);
  const bound = (name: string, index: number): number | undefined => {
    const attribute = node.node.attributes.get(name);
    if (typeof attribute === 'number') return attribute;
    const value = node.optional(index);
    if (value === undefined) return undefined;
    return value.numbers?.[0] ?? node.fail(`its ${name} is computed from the data`);
  };
  const [least, most] = [bound('min', 1), bound('max', 2)];
  if (least === 0 && most === 6 && isFloat(x.type)) return unary(node.builder, 'Relu6', x);
  const above =
    least === undefined ? x : binary(node.builder, 'Maximum', x, node.builder.scalar(least, x.type));
  return most === undefined
    ? above
    : binary(node.builder, 'Minimum', above, node.builder.scalar(most, x.type));
}

function where(node: NodeContext): Value {
  const { builder } = node;
  const given = [node.input(0), node.input(1), node.input(2)];
  const { values, layout } = aligned(builder, given);
  const dims = given.map((value) => value.dims).reduce((a, b) => broadcast(builder, a, b));
  const names = values.map(({ name }) => name);
  return builder.bind(builder.emit('SelectV2', names, {}, { type: given[1]!.type, dims, layout }));
}

/** x/2 · (1 + erf(x/√2)). */
export function gelu(builder: ProgramBuilder, x: Value): Value {
  const erf = unary(builder, 'Erf', binary(builder, 'Mul', x, builder.scalar(Math.SQRT1_2, x.type)));
  const half = binary(builder, 'Mul', x, builder.scalar(0.5, x.type));
  return binary(builder, 'Mul', half, binary(builder, 'AddV2', erf, builder.scalar(1, x.type)));
}

export const elementwise: Lowerings = {
  Abs: unaryAs('Abs'),
  Ceil: unaryAs('Ceil'),
  Cos: unaryAs('Cos'),
  Elu: unaryAs('Elu'),
  Erf: unaryAs('Erf'),
  Exp: unaryAs('Exp'),
  Floor: unaryAs('Floor'),
  Log: unaryAs('Log'),
  Neg: unaryAs('Neg'),
  Not: unaryAs('LogicalNot'),
  Reciprocal: unaryAs('Reciprocal'),
  Relu: unaryAs('Relu'),
  Sigmoid: unaryAs('Sigmoid'),
  Sin: unaryAs('Sin'),
  Softplus: unaryAs('Softplus'),
  Sqrt: unaryAs('Sqrt'),
  Tanh: unaryAs('Tanh'),
  Add: (node) => add(node.builder, node.input(0), node.input(1)),
  Sub: binaryAs('Sub'),
  Mul: binaryAs('Mul'),
  Div: (node) => {
    const [a, b] = [node.input(0), node.input(1)];
    return binary(node.builder, isFloat(a.type) ? 'RealDiv' : 'TruncateDiv', a, b);
  },
  Pow: pow,
  Max: foldAs('Maximum'),
  Min: foldAs('Minimum'),
  Sum: foldAs('AddV2'),
  And: binaryAs('LogicalAnd', 'bool'),
  Or: binaryAs('LogicalOr', 'bool'),
  Equal: binaryAs('Equal', 'bool'),
  Greater: binaryAs('Greater', 'bool'),
  GreaterOrEqual: binaryAs('GreaterEqual', 'bool'),
  Less: binaryAs('Less', 'bool'),
  LessOrEqual: binaryAs('LessEqual', 'bool'),
  Where: where,
  Clip: clip,
  Cast: cast,
  Identity: (node) => node.input(0),
  Dropout: (node) => node.input(0),
  Gelu: (node) => gelu(node.builder, node.input(0)),
};
