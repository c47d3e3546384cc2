/** Operators that make, ask or change shapes. */
import type { Dim } from '../../program/program.js';
import { ints, type ProgramBuilder, type Value } from '../builder.js';
import type { Lowerings, NodeContext } from '../operator.js';
import { broadcast, reshaped } from '../shapes.js';

/** Where each physical axis of `nhwc` lies in ONNX's order. */
const nhwcAxes = [0, 2, 3, 1];

function reshape(node: NodeContext): Value {
  const { builder } = node;
  const x = node.input(0);
  const target = node.ints('shape') ?? node.optional(1)?.known;
  if (target === undefined) return reshapeTo(node, x, node.input(1));
  const dims = reshaped(x.dims, target, node.int('allowzero', 0) === 0);
  // Rows and plain values have the same bytes.
  const source = x.layout === 'nhwc' ? builder.plain(x) : x;
  const open = dims.indexOf(-1);
  if (open === -1) return builder.reshape(source, dims);
  const named = dims.with(open, builder.newSize());
  return builder.bind(
    builder.emit('Reshape', [source.name, ints(dims)], {}, { type: x.type, dims: named, ...knownOf(x) }),
  );
}

const knownOf = ({ known }: Value): { known?: readonly Dim[] } => (known ? { known } : {});

/** The shape is computed from data: its sizes are known only when the program runs. */
function reshapeTo(node: NodeContext, x: Value, shape: Value): Value {
  const { builder } = node;
  const rank = shape.dims[0];
  if (typeof rank !== 'number') return node.fail('not even the number of dimensions that it makes is known');
  const dims = Array.from({ length: rank }, () => builder.newSize());
  return builder.bind(
    builder.emit('Reshape', [builder.plain(x).name, shape.name], {}, { type: x.type, dims }),
  );
}

function transpose(node: NodeContext): Value {
  const { builder } = node;
  const x = node.input(0);
  const perm = node.ints('perm') ?? x.dims.map((_, i) => x.dims.length - 1 - i);
  const dims = perm.map((axis) => x.dims[axis]!);
  const source = x.layout === 'rows' ? builder.plain(x) : x;
  const from = source.layout === 'nhwc' ? perm.map((axis) => nhwcAxes.indexOf(axis)) : perm;
  if (from.every((axis, i) => axis === i)) return { ...source, dims, layout: 'plain' };
  if (from.join() === '0,3,1,2') return { name: source.name, type: x.type, dims, layout: 'nhwc' };
  const weight = builder.transposedWeight(source, perm);
  if (weight !== undefined && source.numbers === undefined) return weight;
  return builder.emit('Transpose', [source.name, ints(from)], {}, { type: x.type, dims });
}

function squeeze(node: NodeContext): Value {
  const x = node.input(0);
  const rank = x.dims.length;
  const axes = node.numbers('axes', 1)?.map((axis) => node.axis(axis, rank));
  const dims = x.dims.filter((dim, i) => (axes ? !axes.includes(i) : dim !== 1));
  return node.builder.reshape(node.builder.plain(x), dims);
}

export function unsqueezed(builder: ProgramBuilder, x: Value, axes: readonly number[]): Value {
  const rank = x.dims.length + axes.length;
  const at = new Set(axes.map((axis) => (axis < 0 ? axis + rank : axis)));
  const rest = [...x.dims];
  const dims = Array.from({ length: rank }, (_, i) => (at.has(i) ? 1 : rest.shift()!));
  return builder.reshape(builder.plain(x), dims);
}

function flatten(node: NodeContext): Value {
  const x = node.plain(0);
  const given = node.int('axis', 1);
  const axis = given < 0 ? given + x.dims.length : given;
  const product = (dims: readonly Dim[]): Dim =>
    dims.every((dim) => typeof dim === 'number')
      ? (dims as number[]).reduce((a, b) => a * b, 1)
      : dims.length === 1
        ? dims[0]!
        : -1;
  const dims = reshaped(x.dims, [product(x.dims.slice(0, axis)), product(x.dims.slice(axis))], false);
  if (dims.filter((dim) => dim === -1).length > 1) return node.fail('it joins too many unknown sizes');
  const named = dims.map((dim) => (dim === -1 ? node.builder.newSize() : dim));
  return node.builder.bind(
    node.builder.emit('Reshape', [x.name, ints(dims)], {}, { type: x.type, dims: named }),
  );
}

function shape(node: NodeContext): Value {
  const { dims } = node.input(0);
  const rank = dims.length;
  const from = (axis: number): number => Math.min(rank, axis < 0 ? axis + rank : axis);
  const known = dims.slice(from(node.int('start', 0)), from(node.int('end', rank)));
  return node.builder.knownValue(known, [known.length]);
}

function constantOfShape(node: NodeContext): Value {
  const { builder } = node;
  const dims = node.knownInts('shape', 0)!;
  const value = node.node.attributes.get('value');
  const filled =
    typeof value === 'object' && 'data' in value ? node.constant(value) : builder.scalar(0, 'float32');
  const [number] = filled.numbers ?? [0];
  const count = dims.length === 1 && typeof dims[0] === 'number' ? dims[0] : undefined;
  const known =
    filled.known && count !== undefined ? { known: Array.from({ length: count }, () => number!) } : {};
  const scalar = builder.reshape(filled, []);
  return builder.emit('Fill', [ints(dims), scalar.name], {}, { type: filled.type, dims, ...known });
}

function expand(node: NodeContext): Value {
  const { builder } = node;
  const x = node.plain(0);
  const dims = broadcast(builder, x.dims, node.knownInts('shape', 1)!);
  return builder.emit('BroadcastTo', [x.name, ints(dims)], {}, { type: x.type, dims });
}

function concat(node: NodeContext): Value {
  const { builder } = node;
  const given = node.node.inputs.map((_, i) => node.input(i));
  const rank = given[0]!.dims.length;
  const axis = node.axis(node.int('axis', 0), rank);
  if (rank === 1 && given.every(({ known }) => known !== undefined)) {
    const known = given.flatMap((value) => value.known!);
    return builder.knownValue(known, [known.length]);
  }
  const lengths = given.map(({ dims }) => dims[axis]!);
  const total = lengths.every((dim) => typeof dim === 'number')
    ? (lengths as number[]).reduce((a, b) => a + b, 0)
    : builder.newSize();
  const dims = given[0]!.dims.with(axis, total);
  const { type } = given[0]!;
  if (given.every(({ layout }) => layout === 'nhwc')) {
    const parts = [...given.map(({ name }) => name), { ints: [nhwcAxes.indexOf(axis)], scalar: true }];
    return builder.bind(builder.emit('ConcatV2', parts, {}, { type, dims, layout: 'nhwc' }));
  }
  const parts = [...given.map((value) => builder.plain(value).name), { ints: [axis], scalar: true }];
  return builder.bind(builder.emit('ConcatV2', parts, {}, { type, dims }));
}

function split(node: NodeContext): readonly Value[] {
  const { builder } = node;
  const x = node.plain(0);
  const axis = node.axis(node.int('axis', 0), x.dims.length);
  const count = node.node.outputs.length;
  const whole = x.dims[axis]!;
  const given = node.numbers('split', 1);
  if (given === undefined && typeof whole !== 'number')
    return node.fail('it splits a dimension whose size is unknown');
  const part = Math.ceil(Number(whole) / count);
  const sizes = given ?? Array.from({ length: count }, (_, i) => Math.min(part, Number(whole) - i * part));
  if (count === 1) return [x];
  return builder.emitAll(
    'SplitV',
    [x.name, ints(sizes), { ints: [axis], scalar: true }],
    {},
    sizes.map((size) => ({ type: x.type, dims: x.dims.with(axis, size) })),
  );
}

function tile(node: NodeContext): Value {
  const x = node.plain(0);
  const repeats = node.numbers('repeats', 1)!;
  const dims = x.dims.map((dim, i) =>
    repeats[i] === 1 ? dim : typeof dim === 'number' ? dim * repeats[i]! : node.builder.newSize(),
  );
  return node.builder.bind(node.builder.emit('Tile', [x.name, ints(repeats)], {}, { type: x.type, dims }));
}

function pad(node: NodeContext): Value {
  const { builder } = node;
  const x = node.input(0);
  const pads = node.numbers('pads', 1)!;
  const rank = x.dims.length;
  if (pads.every((amount) => amount === 0)) return x;
  if (node.text('mode', 'constant') !== 'constant') return node.fail('its mode is not constant');
  const source = builder.plain(x);
  const pairs = Array.from({ length: rank }, (_, i) => [pads[i]!, pads[i + rank]!]).flat();
  const dims = x.dims.map((dim, i) => {
    const more = pads[i]! + pads[i + rank]!;
    return more === 0 ? dim : typeof dim === 'number' ? dim + more : builder.newSize();
  });
  const attribute = node.node.attributes.get('value');
  const value = node.optional(2) ?? builder.scalar(typeof attribute === 'number' ? attribute : 0, x.type);
  const matrix = builder.reshape(builder.knownValue(pairs, [2 * rank]), [rank, 2]);
  return builder.bind(
    builder.emit(
      'PadV2',
      [source.name, matrix.name, builder.reshape(value, []).name],
      {},
      { type: x.type, dims },
    ),
  );
}

export const shapes: Lowerings = {
  Reshape: reshape,
  Transpose: transpose,
  Squeeze: squeeze,
  Unsqueeze: (node) => unsqueezed(node.builder, node.input(0), node.numbers('axes', 1)!),
  Flatten: flatten,
  Shape: shape,
  ConstantOfShape: constantOfShape,
  Expand: expand,
  Concat: concat,
  Split: split,
  Tile: tile,
  Pad: pad,
};
