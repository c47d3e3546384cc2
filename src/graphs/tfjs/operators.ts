/** TensorFlow's operators in ONNX's: the one table of what a TF.js graph model may consist of. */
import type { GraphBuilder } from '../graph-builder.js';
import { floatOf, intOf, intsOf, type TfNode, textOf } from './model.js';
import {
  type Constant,
  type Convolution,
  channelsLast,
  channelsSecond,
  dynamic,
  scaled,
  type Tensor,
  tensorOf,
  type Value,
} from './values.js';

/** What a node becomes; throws an `Error` that says why it cannot be, as the end of a sentence about the node. */
type Rule = (graph: GraphBuilder, node: TfNode, inputs: readonly Value[]) => Value;

export const operators: Readonly<Record<string, Rule>> = {
  Conv2D: (graph, node, [x, filters]) => convolution(graph, node, x!, constant(filters), 'full'),
  DepthwiseConv2dNative: (graph, node, [x, filters]) =>
    convolution(graph, node, x!, constant(filters), 'depthwise'),
  BiasAdd: (graph, _, [x, bias]) => binary(graph, 'Add', x!, bias!),
  Add: (graph, _, [a, b]) => binary(graph, 'Add', a!, b!),
  AddV2: (graph, _, [a, b]) => binary(graph, 'Add', a!, b!),
  AddN: (graph, _, inputs) => inputs.reduce((sum, next) => binary(graph, 'Add', sum, next)),
  Mul: (graph, _, [a, b]) => binary(graph, 'Mul', a!, b!),
  FusedBatchNorm: batchNormalization,
  FusedBatchNormV3: batchNormalization,
  Relu: (graph, _, [x]) => elementwise(graph, x!, (name) => graph.node('Relu', [name])),
  Relu6: (graph, _, [x]) =>
    elementwise(graph, x!, (name) =>
      graph.node('Clip', [name, graph.number([0], []), graph.number([6], [])]),
    ),
  Sigmoid: (graph, _, [x]) => elementwise(graph, x!, (name) => graph.node('Sigmoid', [name])),
  Identity: (_graph, _node, [x]) => x!,
  Shape: (_graph, _node, [x]) => ints([x!.dims.length], x!.dims),
  StridedSlice: (_graph, node, [x, begin]) => oneOf(node, constant(x), constant(begin)),
  Pack: (_graph, node, inputs) => pack(node, inputs.map(constant)),
  Reshape: (graph, _, [x, shape]) => reshape(graph, x!, [...constant(shape).values]),
  Squeeze: squeeze,
  ConcatV2: concat,
};

function constant(value: Value | undefined): Constant {
  if (value?.kind === 'constant') return value;
  throw new Error('it needs a constant where it has a tensor');
}

function ints(dims: readonly number[], values: readonly number[]): Constant {
  return { kind: 'constant', dims, values: Int32Array.from(values) };
}

/** One rule of TensorFlow's for a window of `kernel` pixels that moves by `stride`: output size and padding. */
function window(padding: string, size: number, kernel: number, stride: number, dilation: number) {
  const reach = (kernel - 1) * dilation + 1;
  if (padding === 'VALID') return { size: Math.ceil((size - reach + 1) / stride), before: 0, after: 0 };
  if (padding !== 'SAME') throw new Error(`its padding is ${padding || 'not given'}`);
  const out = Math.ceil(size / stride);
  const total = Math.max((out - 1) * stride + reach - size, 0);
  return { size: out, before: Math.floor(total / 2), after: Math.ceil(total / 2) };
}

/** Filters come as [height, width, input channels, output channels, or multiplier]. */
function convolution(
  graph: GraphBuilder,
  node: TfNode,
  value: Value,
  { dims, values }: Constant,
  kind: 'full' | 'depthwise',
): Convolution {
  const x = channelsSecond(graph, value);
  const format = textOf(node, 'data_format');
  if (format !== 'NHWC' && format !== '') throw new Error(`its data_format is ${format}`);
  const [height, width, from, to] = dims as [number, number, number, number];
  const [batch, rows, columns, channels] = x.dims as [number, number, number, number];
  if (from !== channels) throw new Error(`its filters are for ${from} channels, and there are ${channels}`);
  const stride = intsOf(node, 'strides').slice(1, 3) as [number, number];
  const given = intsOf(node, 'dilations').slice(1, 3);
  const dilation = (given.length === 2 ? given : [1, 1]) as [number, number];
  const padding = textOf(node, 'padding');
  const down = window(padding, rows, height, stride[0], dilation[0]);
  const across = window(padding, columns, width, stride[1], dilation[1]);
  const depthwise = kind === 'depthwise';
  const outputs = depthwise ? from * to : to;
  const perFilter = depthwise ? 1 : from;
  const area = height * width;
  const filters = new Float32Array(outputs * perFilter * area);
  for (let place = 0; place < area; place++)
    for (let input = 0; input < from; input++)
      for (let output = 0; output < to; output++) {
        const row = depthwise ? input * to + output : output * from + input;
        filters[row * area + place] = values[(place * from + input) * to + output]!;
      }
  return {
    kind: 'convolution',
    node: node.name,
    input: x.name,
    dims: [batch, down.size, across.size, outputs],
    filterDims: [outputs, perFilter, height, width],
    filters,
    bias: new Float32Array(outputs),
    attributes: {
      kernel_shape: [height, width],
      strides: stride,
      dilations: dilation,
      pads: [down.before, across.before, down.after, across.after],
      group: depthwise ? from : 1,
    },
  };
}

/** Sum or product of two tensors of one shape, or of a tensor and a constant for each channel or for all. */
function binary(graph: GraphBuilder, op: 'Add' | 'Mul', a: Value, b: Value): Value {
  if (a.kind === 'constant' && b.kind !== 'constant') return binary(graph, op, b, a);
  if (b.kind === 'constant') {
    const channels = a.dims.at(-1)!;
    const { length } = b.values;
    const perChannel = length === 1 || (length === channels && b.dims.at(-1) === channels);
    if (!perChannel) throw new Error(`its constant has the shape [${b.dims.join(', ')}]`);
    const factors = Float32Array.from({ length: channels }, (_, i) => b.values[length === 1 ? 0 : i]!);
    return op === 'Add'
      ? perChannelLine(graph, a, undefined, factors)
      : perChannelLine(graph, a, factors, undefined);
  }
  const [left, right] = [tensorOf(graph, a), tensorOf(graph, b)];
  if (left.dims.join() !== right.dims.join())
    throw new Error(`its inputs have the shapes [${left.dims.join(', ')}] and [${right.dims.join(', ')}]`);
  const [x, y] =
    left.channelsFirst === right.channelsFirst
      ? [left, right]
      : [channelsSecond(graph, left), channelsSecond(graph, right)];
  return { ...x, name: graph.node(op, [x.name, y.name]) };
}

/** value × scale + shift, by channel: in the weights of a convolution, else as nodes. */
function perChannelLine(
  graph: GraphBuilder,
  value: Value,
  scale: Float32Array | undefined,
  shift: Float32Array | undefined,
): Value {
  if (value.kind === 'convolution') {
    const channels = value.bias.length;
    return scaled(value, scale ?? new Float32Array(channels).fill(1), shift ?? new Float32Array(channels));
  }
  const tensor = tensorOf(graph, value);
  const numbers = (values: Float32Array) =>
    graph.number([...values], tensor.channelsFirst ? [values.length, 1, 1] : [values.length]);
  let { name } = tensor;
  if (scale !== undefined) name = graph.node('Mul', [name, numbers(scale)]);
  if (shift !== undefined) name = graph.node('Add', [name, numbers(shift)]);
  return { ...tensor, name };
}

/** (x − mean) ÷ √(variance + ε) × gamma + beta, with the statistics of training. */
function batchNormalization(graph: GraphBuilder, node: TfNode, inputs: readonly Value[]): Value {
  const [gamma, beta, mean, variance] = inputs.slice(1).map((value) => constant(value).values);
  const epsilon = floatOf(node, 'epsilon', 1e-4);
  const scale = Float32Array.from(gamma!, (value, i) => value / Math.sqrt(variance![i]! + epsilon));
  const shift = Float32Array.from(beta!, (value, i) => value - mean![i]! * scale[i]!);
  return perChannelLine(graph, inputs[0]!, scale, shift);
}

function elementwise(graph: GraphBuilder, value: Value, node: (input: string) => string): Tensor {
  const tensor = tensorOf(graph, value);
  return { ...tensor, name: node(tensor.name) };
}

/** Of a list of sizes, the one at a place: all that a StridedSlice does for a shape. */
function oneOf(node: TfNode, { dims, values }: Constant, begin: Constant): Constant {
  const place = begin.values[0]!;
  if (dims.length !== 1 || intOf(node, 'shrink_axis_mask') !== 1 || intOf(node, 'begin_mask') !== 0)
    throw new Error('it takes more than one value out of a list');
  return ints([], [values.at(place)!]);
}

function pack(node: TfNode, inputs: readonly Constant[]): Constant {
  if (intOf(node, 'axis') !== 0 || inputs.some(({ dims }) => dims.length > 0))
    throw new Error('it packs more than single values');
  return ints(
    [inputs.length],
    inputs.map(({ values }) => values[0]!),
  );
}

function reshape(graph: GraphBuilder, value: Value, sizes: readonly number[]): Tensor {
  const x = channelsLast(graph, value);
  if (sizes.filter((size) => size === dynamic).length > 1)
    throw new Error(`its shape [${sizes.join(', ')}] has more than one size that is not known`);
  return {
    kind: 'tensor',
    name: graph.node('Reshape', [x.name, graph.int64(sizes)]),
    dims: sizes,
    channelsFirst: false,
  };
}

function squeeze(graph: GraphBuilder, node: TfNode, [x]: readonly Value[]): Tensor {
  const rank = x!.dims.length;
  const axes = intsOf(node, 'squeeze_dims').map((axis) => (axis + rank) % rank);
  if (axes.length === 0 || axes.some((axis) => x!.dims[axis] !== 1))
    throw new Error(`it takes dimensions out of [${x!.dims.join(', ')}] that are not named or not 1`);
  return reshape(
    graph,
    x!,
    x!.dims.filter((_, axis) => !axes.includes(axis)),
  );
}

function concat(graph: GraphBuilder, _node: TfNode, inputs: readonly Value[]): Tensor {
  const parts = inputs.slice(0, -1).map((value) => channelsLast(graph, value));
  const rank = parts[0]!.dims.length;
  const axis = (constant(inputs.at(-1)).values[0]! + rank) % rank;
  const length = parts.reduce((sum, { dims }) => sum + dims[axis]!, 0);
  const name = graph.node(
    'Concat',
    parts.map((part) => part.name),
    { attributes: { axis } },
  );
  return { ...parts[0]!, name, dims: parts[0]!.dims.with(axis, length) };
}
