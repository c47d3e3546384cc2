/** Operators that pick elements by their places, or count. */
import type { Dim } from '../../program/program.js';
import { computedType, int, ints, type ProgramBuilder, type Value } from '../builder.js';
import type { Lowerings, NodeContext } from '../operator.js';

/** Indices from the front; those that are computed are taken as they are. */
function frontIndices(builder: ProgramBuilder, indices: Value, size: Dim): Value {
  const { numbers } = indices;
  if (numbers === undefined || numbers.every((at) => at >= 0) || typeof size !== 'number') return indices;
  return builder.knownValue(
    numbers.map((at) => (at < 0 ? at + size : at)),
    indices.dims,
  );
}

export function gathered(builder: ProgramBuilder, x: Value, indices: Value, axis: number): Value {
  const places = frontIndices(builder, builder.plain(indices), x.dims[axis]!);
  const dims = [...x.dims.slice(0, axis), ...places.dims, ...x.dims.slice(axis + 1)];
  if (x.known && axis === 0 && x.dims.length === 1 && places.known?.every((at) => typeof at === 'number'))
    return builder.knownValue(
      places.known.map((at) => x.known!.at(at as number)!),
      dims,
    );
  return builder.emit('GatherV2', [x.name, places.name, int(axis)], {}, { type: x.type, dims });
}

const gather = (node: NodeContext): Value => {
  const x = node.plain(0);
  return gathered(node.builder, x, node.input(1), node.axis(node.int('axis', 0), x.dims.length));
};

/** Larger than any index; ONNX's exporters write it for "to the end". */
const far = 2 ** 31 - 1;

function slice(node: NodeContext): Value {
  const { builder } = node;
  const x = node.plain(0);
  const rank = x.dims.length;
  const starts = node.knownInts('starts', 1)!;
  const ends = node.knownInts('ends', 2)!;
  const axes = (node.numbers('axes', 3) ?? starts.map((_, i) => i)).map((axis) => node.axis(axis, rank));
  const steps = node.numbers('steps', 4) ?? starts.map(() => 1);
  const begin: Dim[] = x.dims.map(() => 0);
  const end: Dim[] = x.dims.map(() => 0);
  const strides = x.dims.map(() => 1);
  let whole = x.dims.reduce((mask: number, _, i) => mask | (1 << i), 0);
  let toEnd = whole;
  let fromStart = whole;
  const dims = [...x.dims];
  axes.forEach((axis, i) => {
    const [from, to, step] = [starts[i]!, ends[i]!, steps[i]!];
    const size = x.dims[axis]!;
    whole &= ~(1 << axis);
    strides[axis] = step;
    const all = typeof to === 'number' && (step > 0 ? to >= far : to <= -far);
    if (!all) toEnd &= ~(1 << axis);
    const first = typeof from === 'number' && step < 0 && from >= far;
    if (!first) fromStart &= ~(1 << axis);
    begin[axis] = first ? 0 : from;
    end[axis] = all ? 0 : to;
    dims[axis] = slicedSize(builder, size, { from, to, step, all });
  });
  const known = slicedKnown(x, starts, ends, steps);
  if (known) return builder.knownValue(known, [known.length]);
  return builder.bind(
    builder.emit(
      'StridedSlice',
      [x.name, ints(begin), ints(end), ints(strides)],
      { begin_mask: fromStart, end_mask: toEnd },
      { type: x.type, dims },
    ),
  );
}

function slicedSize(
  builder: ProgramBuilder,
  size: Dim,
  { from, to, step, all }: { from: Dim; to: Dim; step: number; all: boolean },
): Dim {
  if (from === 0 && step === 1 && (all || to === size)) return size;
  if (typeof size === 'number' && typeof from === 'number' && typeof to === 'number') {
    const clamp = (at: number, least: number, most: number): number =>
      Math.max(least, Math.min(most, at < 0 ? at + size : at));
    const [least, most] = step > 0 ? [0, size] : [-1, size - 1];
    const last = to <= -far ? least : clamp(to, least, most);
    return Math.max(0, Math.ceil((last - clamp(from, least, most)) / step));
  }
  // A cut at a size that is known only at run time: the model means one that is not beyond the end.
  if (from === 0 && step === 1 && typeof to === 'string') return to;
  return builder.newSize();
}

function slicedKnown(
  { known, dims }: Value,
  starts: readonly Dim[],
  ends: readonly Dim[],
  steps: readonly number[],
): readonly Dim[] | undefined {
  if (known === undefined || dims.length !== 1 || steps[0] !== 1) return undefined;
  const [from, to] = [starts[0], ends[0]];
  return typeof from === 'number' && typeof to === 'number' ? known.slice(from, to) : undefined;
}

function topK(node: NodeContext): readonly Value[] {
  const { builder } = node;
  const x = node.plain(0);
  const rank = x.dims.length;
  if (node.int('largest', 1) !== 1) return node.fail('it looks for the smallest values');
  if (node.axis(node.int('axis', -1), rank) !== rank - 1) return node.fail('its axis is not the last');
  const attribute = node.node.attributes.get('k');
  const k = typeof attribute === 'number' ? attribute : node.knownInts('k', 1)![0]!;
  const dims = [...x.dims.slice(0, -1), k];
  return builder.emitAll('TopKV2', [x.name, int(k)], { sorted: true }, [
    { type: x.type, dims },
    { type: 'int32', dims },
  ]);
}

function gatherNd(node: NodeContext): Value {
  const [x, indices] = [node.plain(0), node.plain(1)];
  const depth = indices.dims.at(-1);
  if (typeof depth !== 'number' || node.int('batch_dims', 0) !== 0)
    return node.fail('its indices are of a kind that TensorFlow lacks');
  const dims = [...indices.dims.slice(0, -1), ...x.dims.slice(depth)];
  return node.builder.emit('GatherNd', [x.name, indices.name], {}, { type: x.type, dims });
}

function scatterNd(node: NodeContext): Value {
  const [x, indices, updates] = [node.plain(0), node.plain(1), node.plain(2)];
  if (node.text('reduction', 'none') !== 'none') return node.fail('it reduces what it scatters');
  return node.builder.emit(
    'TensorScatterUpdate',
    [x.name, indices.name, updates.name],
    {},
    { type: x.type, dims: x.dims },
  );
}

function cumSum(node: NodeContext): Value {
  const x = node.plain(0);
  const axis = node.axis(node.numbers('axis', 1)![0]!, x.dims.length);
  return node.builder.emit(
    'Cumsum',
    [x.name, int(axis)],
    { exclusive: node.int('exclusive', 0) === 1, reverse: node.int('reverse', 0) === 1 },
    { type: x.type, dims: x.dims },
  );
}

function range(node: NodeContext): Value {
  const { builder } = node;
  const [start, limit, delta] = [node.input(0), node.input(1), node.input(2)];
  const [from, to, step] = [start, limit, delta].map(({ known }) => known?.[0]);
  const size =
    from === 0 && step === 1 && to !== undefined
      ? to
      : [from, to, step].every((part) => typeof part === 'number')
        ? Math.max(0, Math.ceil((Number(to) - Number(from)) / Number(step)))
        : builder.newSize();
  return builder.bind(
    builder.emit('Range', [start.name, limit.name, delta.name], {}, { type: start.type, dims: [size] }),
  );
}

function constant(node: NodeContext): Value {
  const { attributes } = node.node;
  const tensor = attributes.get('value');
  if (typeof tensor === 'object' && 'data' in tensor) return node.constant(tensor);
  const number = attributes.get('value_float');
  if (typeof number === 'number') return node.builder.scalar(number, 'float32');
  const whole = attributes.get('value_int');
  if (typeof whole === 'number') return node.builder.knownValue([whole], []);
  const several = node.ints('value_ints');
  if (several !== undefined) return node.builder.knownValue(several, [several.length]);
  return node.fail('its value is of a kind that baremark does not read');
}

function argMax(node: NodeContext): Value {
  const x = node.plain(0);
  const axis = node.axis(node.int('axis', 0), x.dims.length);
  const dims = x.dims.filter((_, i) => i !== axis);
  const found = node.builder.emit(
    'ArgMax',
    [x.name, int(axis)],
    { output_type: { type: computedType('int64') } },
    { type: 'int32', dims },
  );
  return node.int('keepdims', 1) === 1 ? node.builder.reshape(found, x.dims.with(axis, 1)) : found;
}

export const selection: Lowerings = {
  Gather: gather,
  GatherND: gatherNd,
  ScatterND: scatterNd,
  Slice: slice,
  TopK: topK,
  ArgMax: argMax,
  CumSum: cumSum,
  Range: range,
  Constant: constant,
};
