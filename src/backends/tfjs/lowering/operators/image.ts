/** Convolutions and pools, with the channels last. */
import type { Attribute, Dim } from '../../program/program.js';
import type { Value } from '../builder.js';
import type { Lowerings, NodeContext } from '../operator.js';
import { reduce } from './matrix.js';

interface Window {
  readonly kernel: readonly number[];
  readonly strides: readonly number[];
  readonly dilations: readonly number[];
  /** Top, left, bottom, right. */
  readonly pads: readonly number[];
  readonly sides: readonly Dim[];
}

function windowOf(node: NodeContext, x: Value, kernel: readonly number[]): Window {
  if (x.dims.length !== 4 || kernel.length !== 2) return node.fail('it does not work on images');
  const strides = node.ints('strides') ?? [1, 1];
  const dilations = node.ints('dilations') ?? [1, 1];
  const pads = padsOf(node, x, kernel, strides, dilations);
  const sides = [0, 1].map((i): Dim => {
    const side = x.dims[2 + i]!;
    if (typeof side !== 'number') return node.builder.newSize();
    const span = side + pads[i]! + pads[i + 2]! - ((kernel[i]! - 1) * dilations[i]! + 1);
    if (node.int('ceil_mode', 0) === 1 && span % strides[i]! !== 0)
      return node.fail('it rounds the size of its output up');
    return Math.floor(span / strides[i]!) + 1;
  });
  return { kernel, strides, dilations, pads, sides };
}

function padsOf(
  node: NodeContext,
  x: Value,
  kernel: readonly number[],
  strides: readonly number[],
  dilations: readonly number[],
): readonly number[] {
  const auto = node.text('auto_pad', 'NOTSET');
  if (auto === 'NOTSET' || auto === '') return node.ints('pads') ?? [0, 0, 0, 0];
  if (auto === 'VALID') return [0, 0, 0, 0];
  const before: number[] = [];
  const after: number[] = [];
  for (const i of [0, 1]) {
    const side = x.dims[2 + i]!;
    if (typeof side !== 'number') return node.fail('its padding depends on sizes that are unknown');
    const out = Math.ceil(side / strides[i]!);
    const all = Math.max(0, (out - 1) * strides[i]! + (kernel[i]! - 1) * dilations[i]! + 1 - side);
    const less = Math.floor(all / 2);
    before.push(auto === 'SAME_UPPER' ? less : all - less);
    after.push(auto === 'SAME_UPPER' ? all - less : less);
  }
  return [...before, ...after];
}

function padding([top, left, bottom, right]: readonly number[]): Readonly<Record<string, Attribute>> {
  const none = top === 0 && left === 0 && bottom === 0 && right === 0;
  return none
    ? { padding: { text: 'VALID' } }
    : {
        padding: { text: 'EXPLICIT' },
        explicit_paddings: [0, 0, top!, bottom!, left!, right!, 0, 0],
      };
}

const spread = ([h, w]: readonly number[]): readonly number[] => [1, h!, w!, 1];

function conv(node: NodeContext): Value {
  const { builder } = node;
  const [x, filter] = [node.input(0), node.input(1)];
  const kernel = filter.dims.slice(2);
  const { weight } = filter;
  if (weight === undefined || weight.perm || !kernel.every((size) => typeof size === 'number'))
    return node.fail('its filters are not constant');
  const window = windowOf(node, x, kernel as number[]);
  const image = builder.nhwc(x);
  const group = node.int('group', 1);
  const [outputs, inputs] = [Number(filter.dims[0]), x.dims[1]];
  const attributes = {
    strides: spread(window.strides),
    dilations: spread(window.dilations),
    ...padding(window.pads),
    data_format: { text: 'NHWC' },
  };
  const result = {
    type: x.type,
    dims: [x.dims[0]!, outputs, ...window.sides],
    layout: 'nhwc' as const,
  };
  const made = (op: string, filters: Value): Value =>
    builder.bind(builder.emit(op, [image.name, filters.name], attributes, result));
  let y: Value;
  if (group === 1) {
    const name = `${weight.name}^filter`;
    y = made('Conv2D', builder.weight({ ...weight, name, perm: [2, 3, 1, 0], filter: true }));
  } else if (group === inputs) {
    const dims = [group, outputs / group, ...(kernel as number[])];
    const name = `${weight.name}^depthwise`;
    y = made(
      'DepthwiseConv2dNative',
      builder.weight({ ...weight, name, dims, perm: [2, 3, 0, 1], filter: true }),
    );
  } else return node.fail(`it has ${group} groups of channels`);
  const bias = node.optional(2);
  return bias === undefined
    ? y
    : builder.emit('BiasAdd', [y.name, bias.name], { data_format: { text: 'NHWC' } }, result);
}

function pool(node: NodeContext, op: 'MaxPool' | 'AvgPool'): Value {
  const { builder } = node;
  const x = node.input(0);
  const window = windowOf(node, x, node.ints('kernel_shape') ?? []);
  if (window.dilations.some((step) => step !== 1)) return node.fail('its window has gaps');
  if (op === 'AvgPool' && window.pads.some((amount) => amount !== 0))
    return node.fail('it averages over padding');
  const image = builder.nhwc(x);
  return builder.bind(
    builder.emit(
      op,
      [image.name],
      {
        ksize: spread(window.kernel),
        strides: spread(window.strides),
        ...padding(window.pads),
        data_format: { text: 'NHWC' },
      },
      { type: x.type, dims: [x.dims[0]!, x.dims[1]!, ...window.sides], layout: 'nhwc' },
    ),
  );
}

function batchNormalization(node: NodeContext): Value {
  const { builder } = node;
  const image = builder.nhwc(node.input(0));
  const [scale, offset, mean, variance] = [1, 2, 3, 4].map((i) => builder.cast(node.plain(i), 'float32')) as [
    Value,
    Value,
    Value,
    Value,
  ];
  return builder.emit(
    'FusedBatchNormV3',
    [image.name, scale.name, offset.name, mean.name, variance.name],
    { epsilon: { float: node.int('epsilon', 1e-5) }, is_training: false, data_format: { text: 'NHWC' } },
    { type: image.type, dims: image.dims, layout: 'nhwc' },
  );
}

export const images: Lowerings = {
  Conv: conv,
  MaxPool: (node) => pool(node, 'MaxPool'),
  AveragePool: (node) => pool(node, 'AvgPool'),
  GlobalAveragePool: (node) => reduce(node.builder, 'Mean', node.builder.nhwc(node.input(0)), [2, 3], true),
  BatchNormalization: batchNormalization,
};
