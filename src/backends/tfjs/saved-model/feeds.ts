/**
 * How inputs get into the graph. The binding of tfjs-node copies what is not int32 once more for each run, so everything
 * is handed over as int32 words and gets its type in the graph.
 */
import { bytesPerElement, type Tensor } from '../../../base/tensor.js';
import type { ProgramInput } from '../program/program.js';
import { type GraphNode, intsNode } from './graph-def.js';

const wordBytes = 4;

/** Inputs whose elements are smaller than a word: they come as words in a row, with their shape beside them. */
export const isPacked = ({ type }: Pick<ProgramInput, 'type'>): boolean => bytesPerElement[type] < wordBytes;

/** The names of what is fed for input `i`, in the order of `wordsOf`. */
export function feedNames(input: Pick<ProgramInput, 'type'>, i: number): readonly string[] {
  return isPacked(input) ? [`feed_${i}`, `feed_${i}_shape`] : [`feed_${i}`];
}

export interface Words {
  readonly dims: readonly number[];
  readonly data: Int32Array;
}

/** The words of a tensor, over its own memory wherever that is aligned. */
export function wordsOf({ type, dims, data }: Tensor): readonly Words[] {
  const words = wordView(data);
  if (isPacked({ type }))
    return [
      { dims: [words.length], data: words },
      { dims: [dims.length], data: Int32Array.from(dims) },
    ];
  return [{ dims: type === 'int64' ? [...dims, 2] : dims, data: words }];
}

function wordView({ buffer, byteOffset, byteLength }: ArrayBufferView): Int32Array {
  const fits = byteOffset % wordBytes === 0 && byteLength % wordBytes === 0;
  if (fits) return new Int32Array(buffer, byteOffset, byteLength / wordBytes);
  const padded = new Uint8Array(Math.ceil(byteLength / wordBytes) * wordBytes);
  padded.set(new Uint8Array(buffer, byteOffset, byteLength));
  return new Int32Array(padded.buffer);
}

/** Nodes that make input `i`, as the node `name`, of the words that are fed. */
export function feedNodes(input: ProgramInput, i: number, name: string): readonly GraphNode[] {
  const [words, shape] = feedNames(input, i) as [string, string | undefined];
  const sizes = input.dims.map((dim) => (typeof dim === 'number' ? dim : -1));
  const { type } = input;
  if (shape === undefined) {
    const dims = type === 'int64' ? [...sizes, 2] : sizes;
    const fed = placeholder(words, dims);
    if (type === 'int32') return [fed, node(name, 'Identity', [words], { T: { type: 'int32' } })];
    const attributes = { T: { type: 'int32' }, type: { type } } as const;
    if (type === 'float32') return [fed, node(name, 'Bitcast', [words], attributes)];
    return [
      fed,
      node(`${words}_wide`, 'Bitcast', [words], attributes),
      node(name, 'Cast', [`${words}_wide`], { SrcT: { type: 'int64' }, DstT: { type: 'int32' } }),
    ];
  }
  const stored = type === 'bool' ? 'uint8' : type;
  const constant = (key: string, numbers: readonly number[]) => intsNode(`${words}_${key}`, numbers);
  // One unknown size is found by TensorFlow, and then it knows the other ones when it optimizes the graph.
  const open = sizes.filter((size) => size === -1).length;
  const [target, targetNodes] = open <= 1 ? [`${words}_dims`, [constant('dims', sizes)]] : [shape, []];
  const elements = type === 'bool' ? `${words}_bytes` : name;
  return [
    placeholder(words, [-1]),
    placeholder(shape, [sizes.length]),
    ...targetNodes,
    constant('all', [-1]),
    constant('first', [0]),
    constant('axes', [0]),
    node(`${words}_cut`, 'Bitcast', [words], { T: { type: 'int32' }, type: { type: stored } }),
    node(`${words}_row`, 'Reshape', [`${words}_cut`, `${words}_all`], {
      T: { type: stored },
      Tshape: { type: 'int32' },
    }),
    node(`${words}_count`, 'Prod', [shape, `${words}_axes`], {
      T: { type: 'int32' },
      Tidx: { type: 'int32' },
      keep_dims: true,
    }),
    // The last word may be filled up; where it is not, this copies nothing.
    node(`${words}_own`, 'Slice', [`${words}_row`, `${words}_first`, `${words}_count`], {
      T: { type: stored },
      Index: { type: 'int32' },
    }),
    node(elements, 'Reshape', [`${words}_own`, target], { T: { type: stored }, Tshape: { type: 'int32' } }),
    ...(type === 'bool'
      ? [node(name, 'Cast', [elements], { SrcT: { type: 'uint8' }, DstT: { type: 'bool' } })]
      : []),
  ];
}

function placeholder(name: string, shape: readonly number[]): GraphNode {
  return node(name, 'Placeholder', [], { dtype: { type: 'int32' }, shape: { shape } });
}

function node(
  name: string,
  op: string,
  inputs: readonly string[],
  attributes: GraphNode['attributes'],
): GraphNode {
  return { name, op, inputs, attributes };
}
