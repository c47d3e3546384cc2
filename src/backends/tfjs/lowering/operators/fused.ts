/** ONNX Runtime's contrib operators (`com.microsoft`) as the simple ones that they stand for. */
import { int, ints, lastOf, type ProgramBuilder, type Value } from '../builder.js';
import type { Lowerings, NodeContext } from '../operator.js';
import { add, binary, gelu, unary } from './elementwise.js';
import { batchProduct, layerNorm, project, reduce } from './matrix.js';
import { gathered } from './select.js';
import { unsqueezed } from './shape.js';

/** What ONNX Runtime adds to the scores of masked tokens (`mask_filter_value`). */
const masked = -10000;

function attention(node: NodeContext): Value {
  const { builder } = node;
  const x = node.input(0);
  const heads = node.int('num_heads', 0);
  const [batch, sequence] = [x.dims[0]!, x.dims[1]!];
  const bias = node.optional(2);
  if (node.int('unidirectional', 0) !== 0 || node.optional(4) || node.optional(5) || bias === undefined)
    return node.fail('it is attention of a kind that BERT does not have');
  const joined = add(builder, project(builder, x, node.plain(1)), bias);
  const width = lastOf(joined.dims);
  if (typeof width !== 'number' || heads < 1) return node.fail('its width or its heads are unknown');
  const size = width / 3 / heads;
  const parts = builder.reshape(joined, [batch, sequence, 3, heads, size]);
  const ordered = builder.emit(
    'Transpose',
    [parts.name, ints([2, 0, 3, 1, 4])],
    {},
    { type: x.type, dims: [3, batch, heads, sequence, size] },
  );
  const dims = [batch, heads, sequence, size];
  const [query, key, value] = builder.emitAll(
    'Unpack',
    [ordered.name],
    { num: 3, axis: 0 },
    [dims, dims, dims].map((each) => ({ type: x.type, dims: each })),
  ) as [Value, Value, Value];
  const scores = batchProduct(builder, query, key, true);
  const scaled = binary(builder, 'Mul', scores, builder.scalar(1 / Math.sqrt(size), x.type));
  const mask = node.optional(3);
  const weights = unary(
    builder,
    'Softmax',
    mask === undefined ? scaled : add(builder, scaled, penalty(node, mask, x)),
  );
  const mixed = builder.emit(
    'Transpose',
    [batchProduct(builder, weights, value).name, ints([0, 2, 1, 3])],
    {},
    { type: x.type, dims: [batch, sequence, heads, size] },
  );
  return builder.reshape(mixed, [batch, sequence, heads * size]);
}

/** 0 for a token and a large negative number for padding: [batch, 1, 1, sequence]. */
function penalty(node: NodeContext, mask: Value, x: Value): Value {
  const { builder } = node;
  if (mask.dims.length > 2) return node.fail('its mask has more than two dimensions');
  let present: Value;
  if (mask.dims.length === 1) {
    const sequence = x.dims[1]!;
    const places = builder.emit(
      'Range',
      [int(0), int(sequence), int(1)],
      {},
      { type: 'int32', dims: [sequence] },
    );
    present = binary(builder, 'Less', places, unsqueezed(builder, mask, [1, 2, 3]), 'bool');
  } else {
    const zero = builder.knownValue([0], []);
    present = binary(builder, 'Greater', unsqueezed(builder, mask, [1, 2]), zero, 'bool');
  }
  const [none, much] = [builder.scalar(0, x.type), builder.scalar(masked, x.type)];
  return builder.emit(
    'SelectV2',
    [present.name, none.name, much.name],
    {},
    { type: x.type, dims: present.dims },
  );
}

function embed(node: NodeContext): readonly Value[] {
  const { builder } = node;
  const ids = node.plain(0);
  const [words, places] = [node.plain(2), node.plain(3)];
  const sequence = ids.dims[1]!;
  const order = builder.emit(
    'Range',
    [int(0), int(sequence), int(1)],
    {},
    { type: 'int32', dims: [sequence] },
  );
  let sum = binary(builder, 'AddV2', gathered(builder, words, ids, 0), gathered(builder, places, order, 0));
  const [segments, kinds] = [node.optional(1), node.optional(4)];
  if (segments && kinds) sum = binary(builder, 'AddV2', sum, gathered(builder, kinds, segments, 0));
  const tokens = layerNorm(builder, sum, node.input(5), node.input(6), node.int('epsilon', 1e-12));
  const mask = node.optional(7);
  const lengths = mask
    ? reduce(builder, 'Sum', mask, [1], false)
    : builder.emit('Fill', [ints([ids.dims[0]!]), int(0)], {}, { type: 'int32', dims: [ids.dims[0]!] });
  return [tokens, lengths];
}

function skipNorm(node: NodeContext): Value {
  const { builder } = node;
  const bias = node.optional(4);
  const x = bias === undefined ? node.input(0) : add(builder, node.input(0), bias);
  const sum = binary(builder, 'AddV2', x, node.input(1));
  return layerNorm(builder, sum, node.input(2), node.optional(3), node.int('epsilon', 1e-12));
}

/** x/2 · (1 + tanh(√(2/π) · (x + 0.044715 x³))). */
function fastGelu(builder: ProgramBuilder, x: Value): Value {
  const scalar = (number: number): Value => builder.scalar(number, x.type);
  const cube = binary(
    builder,
    'Mul',
    binary(builder, 'Mul', unary(builder, 'Square', x), x),
    scalar(0.044715),
  );
  const inner = binary(builder, 'Mul', binary(builder, 'AddV2', x, cube), scalar(Math.sqrt(2 / Math.PI)));
  const one = binary(builder, 'AddV2', unary(builder, 'Tanh', inner), scalar(1));
  return binary(builder, 'Mul', binary(builder, 'Mul', x, scalar(0.5)), one);
}

export const contrib: Lowerings = {
  Attention: attention,
  EmbedLayerNormalization: embed,
  SkipLayerNormalization: skipNorm,
  BiasGelu: (node) => gelu(node.builder, add(node.builder, node.input(0), node.input(1))),
  Gelu: (node) => gelu(node.builder, node.input(0)),
  FastGelu: (node) => {
    const bias = node.optional(1);
    return fastGelu(node.builder, bias ? add(node.builder, node.input(0), bias) : node.input(0));
  },
};
