/** What a TensorFlow node becomes while it is converted, and how one form is made of another. */
import type { GraphBuilder } from '../graph-builder.js';

/** The size of a dimension that is known only when the graph runs. */
export const dynamic = -1;

/** A tensor of the ONNX graph. `dims` are in TensorFlow's order; with `channelsFirst`, ONNX has channels second. */
export interface Tensor {
  readonly kind: 'tensor';
  readonly name: string;
  readonly dims: readonly number[];
  readonly channelsFirst: boolean;
}

/** Values known while converting; sizes of a shape are such values, too, and may be `dynamic`. */
export interface Constant {
  readonly kind: 'constant';
  readonly dims: readonly number[];
  readonly values: Float32Array | Int32Array;
}

/** A convolution that is not a node yet: what multiplies and adds to its channels can still go into its weights. */
export interface Convolution {
  readonly kind: 'convolution';
  /** The TensorFlow node's name, for its weights. */
  readonly node: string;
  readonly input: string;
  readonly dims: readonly number[];
  /** [output channels, input channels of a group, height, width]. */
  readonly filterDims: readonly number[];
  readonly filters: Float32Array;
  readonly bias: Float32Array;
  readonly attributes: Readonly<Record<string, number | readonly number[]>>;
}

export type Value = Tensor | Constant | Convolution;

/** The convolution with its channels multiplied and added to. */
export function scaled(
  convolution: Convolution,
  scale: ArrayLike<number>,
  shift: ArrayLike<number>,
): Convolution {
  const { filters, filterDims, bias } = convolution;
  const perChannel = filters.length / filterDims[0]!;
  return {
    ...convolution,
    filters: filters.map((value, i) => value * scale[Math.floor(i / perChannel)]!),
    bias: bias.map((value, channel) => value * scale[channel]! + shift[channel]!),
  };
}

/** A value as a tensor of the graph; a convolution becomes its node. Throws where it is a constant. */
export function tensorOf(graph: GraphBuilder, value: Value): Tensor {
  if (value.kind === 'tensor') return value;
  if (value.kind === 'constant') throw new Error('it computes with constants alone');
  const { node, input, dims, filterDims, filters, bias, attributes } = value;
  const weights = [
    graph.weight(`${node}.weight`, filterDims, { kind: 'values', values: filters }),
    graph.weight(`${node}.bias`, [bias.length], { kind: 'values', values: bias }),
  ];
  const name = graph.node('Conv', [input, ...weights], { attributes });
  return { kind: 'tensor', name, dims, channelsFirst: true };
}

/** The tensor with its dimensions in TensorFlow's order. */
export function channelsLast(graph: GraphBuilder, value: Value): Tensor {
  const tensor = tensorOf(graph, value);
  if (!tensor.channelsFirst) return tensor;
  const name = graph.node('Transpose', [tensor.name], { attributes: { perm: [0, 2, 3, 1] } });
  return { ...tensor, name, channelsFirst: false };
}

/** The tensor with its channels second, as ONNX's convolutions take it. */
export function channelsSecond(graph: GraphBuilder, value: Value): Tensor {
  const tensor = tensorOf(graph, value);
  if (tensor.channelsFirst) return tensor;
  if (tensor.dims.length !== 4) throw new Error(`its input has ${tensor.dims.length} dimensions, not 4`);
  const name = graph.node('Transpose', [tensor.name], { attributes: { perm: [0, 3, 1, 2] } });
  return { ...tensor, name, channelsFirst: true };
}
