/** One small graph for each operator of the lowering's table: its inputs, and TensorFlow's operators that it becomes. */
import proto, { type onnx } from 'onnx-proto';
import type { Tensor, TensorMap } from '../../../src/base/tensor.js';
import { info, onnxFile } from '../../graphs/onnx-file.js';

const { DataType } = proto.onnx.TensorProto;
const { AttributeType } = proto.onnx.AttributeProto;

export interface Given {
  readonly type: 'float32' | 'int64' | 'bool' | 'int32';
  readonly dims: readonly number[];
  readonly values: readonly number[];
  /** Part of the graph rather than fed. */
  readonly constant?: boolean;
}

type Attribute = number | readonly number[] | string | { readonly float: number };

export interface OperatorCase {
  readonly op: string;
  /** What is special about this one. */
  readonly note?: string;
  readonly domain?: string;
  readonly opset?: number;
  readonly inputs: readonly (Given | undefined)[];
  readonly attributes?: Readonly<Record<string, Attribute>>;
  readonly outputs?: readonly Given['type'][];
  /** TensorFlow's operators, in their order. */
  readonly becomes: readonly string[];
}

/** Numbers between -2 and 2 that repeat nowhere. */
export function floats(dims: readonly number[], constant = false): Given {
  const count = dims.reduce((product, dim) => product * dim, 1);
  const values = Array.from({ length: count }, (_, i) => 2 * Math.sin(1 + i * 1.7));
  return { type: 'float32', dims, values, ...(constant ? { constant } : {}) };
}

const positive = (dims: readonly number[], constant = false): Given => {
  const given = floats(dims, constant);
  return { ...given, values: given.values.map((value) => 0.1 + Math.abs(value)) };
};

export const wholes = (values: readonly number[], dims = [values.length], constant = true): Given => ({
  type: 'int64',
  dims,
  values,
  ...(constant ? { constant } : {}),
});

const number = (value: number): Given => ({ type: 'float32', dims: [], values: [value], constant: true });
const bools = (dims: readonly number[]): Given => ({
  type: 'bool',
  dims,
  values: floats(dims).values.map((value) => (value > 0 ? 1 : 0)),
});

const unary = (op: string, becomes = op, x = floats([2, 3])): OperatorCase => ({
  op,
  inputs: [x],
  becomes: [becomes],
});
const pair = (
  op: string,
  becomes: string,
  out: Given['type'] = 'float32',
  x = floats([2, 3]),
): OperatorCase => ({
  op,
  inputs: [x, { ...floats([3]), type: x.type, values: positive([3]).values }],
  outputs: [out],
  becomes: [becomes],
});
const image = floats([2, 4, 6, 6]);
const toNhwc = 'Transpose';
const window = { kernel_shape: [3, 3], strides: [2, 2], pads: [1, 1, 1, 1] };
const vector = (length: number): Given => floats([length], true);

export const operatorCases: readonly OperatorCase[] = [
  ...[
    'Abs',
    'Ceil',
    'Cos',
    'Elu',
    'Erf',
    'Exp',
    'Floor',
    'Neg',
    'Relu',
    'Sigmoid',
    'Sin',
    'Softplus',
    'Tanh',
  ].map((op) => unary(op)),
  ...['Log', 'Reciprocal', 'Sqrt'].map((op) => unary(op, op, positive([2, 3]))),
  { op: 'Not', inputs: [bools([2, 3])], outputs: ['bool'], becomes: ['LogicalNot'] },
  { op: 'Identity', inputs: [floats([2, 3])], becomes: [] },
  { op: 'Dropout', opset: 12, inputs: [floats([2, 3])], becomes: [] },
  pair('Add', 'AddV2'),
  pair('Sub', 'Sub'),
  pair('Mul', 'Mul'),
  pair('Div', 'RealDiv'),
  {
    op: 'Div',
    note: 'of whole numbers rounds to zero',
    inputs: [wholes([-7, 7, 9, -9], [4], false), wholes([2, -2, 4, 4], [4], false)],
    outputs: ['int64'],
    becomes: ['TruncateDiv'],
  },
  { op: 'Pow', inputs: [floats([2, 3]), number(2)], becomes: ['Square'] },
  { op: 'Pow', note: 'with any exponent', inputs: [positive([2, 3]), number(1.5)], becomes: ['Pow'] },
  pair('Max', 'Maximum'),
  pair('Min', 'Minimum'),
  pair('Sum', 'AddV2'),
  pair('Equal', 'Equal', 'bool'),
  pair('Greater', 'Greater', 'bool'),
  pair('GreaterOrEqual', 'GreaterEqual', 'bool'),
  pair('Less', 'Less', 'bool'),
  pair('LessOrEqual', 'LessEqual', 'bool'),
  { op: 'And', inputs: [bools([2, 3]), bools([2, 3])], outputs: ['bool'], becomes: ['LogicalAnd'] },
  { op: 'Or', inputs: [bools([2, 3]), bools([2, 3])], outputs: ['bool'], becomes: ['LogicalOr'] },
  { op: 'Where', inputs: [bools([2, 3]), floats([2, 3]), floats([3], true)], becomes: ['SelectV2'] },
  { op: 'Clip', inputs: [floats([2, 3]), number(-0.5), number(1)], becomes: ['Maximum', 'Minimum'] },
  { op: 'Clip', note: 'from 0 to 6', inputs: [floats([2, 3]), number(0), number(6)], becomes: ['Relu6'] },
  {
    op: 'Cast',
    inputs: [floats([2, 3])],
    attributes: { to: DataType.INT64 },
    outputs: ['int64'],
    becomes: ['Cast'],
  },
  { op: 'Gelu', opset: 20, inputs: [floats([2, 3])], becomes: ['Mul', 'Erf', 'Mul', 'AddV2', 'Mul'] },

  { op: 'Reshape', inputs: [floats([2, 6]), wholes([0, -1, 3])], becomes: ['Reshape'] },
  { op: 'Transpose', inputs: [floats([2, 3, 4])], attributes: { perm: [2, 0, 1] }, becomes: ['Transpose'] },
  { op: 'Squeeze', opset: 13, inputs: [floats([2, 1, 3]), wholes([1])], becomes: ['Reshape'] },
  { op: 'Unsqueeze', opset: 13, inputs: [floats([2, 3]), wholes([-1])], becomes: ['Reshape'] },
  { op: 'Flatten', inputs: [floats([2, 3, 4])], becomes: ['Reshape'] },
  { op: 'Shape', inputs: [floats([2, 3])], outputs: ['int64'], becomes: ['Identity'] },
  { op: 'ConstantOfShape', inputs: [wholes([2, 3])], becomes: ['Reshape', 'Fill'] },
  { op: 'Expand', inputs: [floats([2, 1]), wholes([1, 3])], becomes: ['BroadcastTo'] },
  { op: 'Concat', inputs: [floats([2, 3]), floats([2, 2])], attributes: { axis: -1 }, becomes: ['ConcatV2'] },
  {
    op: 'Split',
    opset: 13,
    inputs: [floats([2, 6]), wholes([1, 5])],
    attributes: { axis: 1 },
    outputs: ['float32', 'float32'],
    becomes: ['SplitV'],
  },
  { op: 'Tile', inputs: [floats([2, 3]), wholes([1, 2])], becomes: ['Tile'] },
  {
    op: 'Pad',
    opset: 13,
    inputs: [floats([2, 3]), wholes([0, 1, 0, 2]), number(7)],
    becomes: ['Identity', 'Reshape', 'Reshape', 'PadV2'],
  },

  {
    op: 'Gather',
    inputs: [floats([2, 5]), wholes([4, -2])],
    attributes: { axis: 1 },
    becomes: ['Identity', 'GatherV2'],
  },
  {
    op: 'GatherND',
    opset: 12,
    inputs: [floats([2, 3]), wholes([0, 2, 1, 0], [2, 2])],
    becomes: ['GatherNd'],
  },
  {
    op: 'ScatterND',
    opset: 13,
    inputs: [floats([2, 3]), wholes([0, 2, 1, 0], [2, 2]), floats([2], true)],
    becomes: ['TensorScatterUpdate'],
  },
  {
    op: 'Slice',
    opset: 13,
    inputs: [floats([2, 6]), wholes([-4]), wholes([2 ** 31 - 1]), wholes([1]), wholes([2])],
    becomes: ['StridedSlice'],
  },
  {
    op: 'Slice',
    note: 'backwards',
    opset: 13,
    inputs: [floats([2, 6]), wholes([4]), wholes([0]), wholes([1]), wholes([-1])],
    becomes: ['StridedSlice'],
  },
  { op: 'TopK', inputs: [floats([2, 6]), wholes([3])], outputs: ['float32', 'int64'], becomes: ['TopKV2'] },
  {
    op: 'ArgMax',
    inputs: [floats([2, 6])],
    attributes: { axis: 1, keepdims: 0 },
    outputs: ['int64'],
    becomes: ['ArgMax'],
  },
  {
    op: 'CumSum',
    inputs: [floats([2, 6]), wholes([1], [])],
    attributes: { exclusive: 1 },
    becomes: ['Cumsum'],
  },
  {
    op: 'Range',
    inputs: [wholes([1], []), wholes([7], []), wholes([2], [])],
    outputs: ['int64'],
    becomes: ['Range'],
  },
  { op: 'Constant', inputs: [], attributes: { value_float: { float: 2.5 } }, opset: 12, becomes: [] },

  {
    op: 'MatMul',
    inputs: [floats([2, 3, 4]), floats([4, 70], true)],
    becomes: ['Reshape', 'MatMul', 'Reshape'],
  },
  {
    op: 'MatMul',
    note: 'of stacks',
    inputs: [floats([2, 3, 4]), floats([2, 4, 5])],
    becomes: ['BatchMatMulV2'],
  },
  {
    op: 'Gemm',
    inputs: [floats([2, 4]), floats([5, 4], true), vector(5)],
    attributes: { transB: 1, alpha: { float: 0.5 } },
    becomes: ['MatMul', 'Mul', 'AddV2'],
  },
  ...(
    [
      ['ReduceMean', 'Mean'],
      ['ReduceMax', 'Max'],
      ['ReduceMin', 'Min'],
      ['ReduceProd', 'Prod'],
    ] as const
  ).map(([op, becomes]) => ({
    op,
    inputs: [floats([2, 3, 4])],
    attributes: { axes: [1], keepdims: 0 },
    becomes: [becomes],
  })),
  { op: 'ReduceSum', opset: 13, inputs: [floats([2, 3]), wholes([1])], becomes: ['Sum'] },
  { op: 'Softmax', opset: 13, inputs: [floats([2, 3, 4])], attributes: { axis: -1 }, becomes: ['Softmax'] },
  {
    op: 'Softmax',
    note: 'along another axis',
    opset: 13,
    inputs: [floats([2, 3, 4])],
    attributes: { axis: 1 },
    becomes: ['Transpose', 'Softmax', 'Transpose'],
  },
  {
    op: 'LayerNormalization',
    opset: 17,
    inputs: [floats([2, 3]), vector(3), vector(3)],
    becomes: ['Mean', 'SquaredDifference', 'Mean', 'AddV2', 'Rsqrt', 'Mul', 'Sub', 'Mul', 'AddV2'],
  },

  {
    op: 'Conv',
    inputs: [image, floats([8, 4, 3, 3], true), vector(8)],
    attributes: { ...window, pads: [0, 1, 2, 1] },
    becomes: [toNhwc, 'Conv2D', 'BiasAdd', 'Transpose'],
  },
  {
    op: 'Conv',
    note: 'of each channel by itself',
    inputs: [image, floats([8, 1, 3, 3], true)],
    attributes: { kernel_shape: [3, 3], group: 4 },
    becomes: [toNhwc, 'DepthwiseConv2dNative', 'Transpose'],
  },
  {
    op: 'Conv',
    note: 'padded to the same size',
    inputs: [image, floats([8, 4, 2, 2], true)],
    attributes: { auto_pad: 'SAME_LOWER' },
    becomes: [toNhwc, 'Conv2D', 'Transpose'],
  },
  {
    op: 'Conv',
    note: 'with gaps',
    inputs: [image, floats([8, 4, 2, 2], true)],
    attributes: { dilations: [2, 2] },
    becomes: [toNhwc, 'Conv2D', 'Transpose'],
  },
  { op: 'MaxPool', inputs: [image], attributes: window, becomes: [toNhwc, 'MaxPool', 'Transpose'] },
  {
    op: 'AveragePool',
    inputs: [image],
    attributes: { kernel_shape: [2, 2], strides: [2, 2] },
    becomes: [toNhwc, 'AvgPool', 'Transpose'],
  },
  { op: 'GlobalAveragePool', inputs: [image], becomes: [toNhwc, 'Mean', 'Transpose'] },
  {
    op: 'BatchNormalization',
    inputs: [image, vector(4), vector(4), vector(4), positive([4], true)],
    becomes: [toNhwc, 'FusedBatchNormV3', 'Transpose'],
  },

  {
    op: 'Attention',
    domain: 'com.microsoft',
    inputs: [
      floats([2, 3, 8]),
      floats([8, 24], true),
      vector(24),
      { type: 'int32', dims: [2], values: [3, 2] },
    ],
    attributes: { num_heads: 2 },
    becomes: [
      ...[
        'Reshape',
        'MatMul',
        'BiasAdd',
        'Reshape',
        'Transpose',
        'Unpack',
        'BatchMatMulV2',
        'Mul',
        'Range',
        'Reshape',
      ],
      ...['Less', 'SelectV2', 'AddV2', 'Softmax', 'BatchMatMulV2', 'Transpose', 'Reshape'],
    ],
  },
  {
    op: 'EmbedLayerNormalization',
    domain: 'com.microsoft',
    inputs: [
      { type: 'int32', dims: [2, 3], values: [0, 4, 2, 3, 1, 1] },
      { type: 'int32', dims: [2, 3], values: [0, 0, 1, 0, 1, 1] },
      ...[[5, 8], [6, 8], [2, 8], [8], [8]].map((dims) => floats(dims, true)),
      { type: 'int32', dims: [2, 3], values: [1, 1, 1, 1, 1, 0] },
    ],
    attributes: { epsilon: { float: 1e-6 } },
    outputs: ['float32', 'int32'],
    becomes: [
      ...['Range', 'GatherV2', 'GatherV2', 'AddV2', 'GatherV2', 'AddV2', 'Reshape'],
      ...[
        'Mean',
        'SquaredDifference',
        'Mean',
        'AddV2',
        'Rsqrt',
        'Mul',
        'Sub',
        'Mul',
        'AddV2',
        'Sum',
        'Reshape',
      ],
    ],
  },
  {
    op: 'SkipLayerNormalization',
    domain: 'com.microsoft',
    inputs: [floats([2, 3, 8]), floats([2, 3, 8]), vector(8), vector(8), vector(8)],
    attributes: { epsilon: { float: 1e-6 } },
    becomes: [
      ...['AddV2', 'AddV2', 'Reshape'],
      ...['Mean', 'SquaredDifference', 'Mean', 'AddV2', 'Rsqrt', 'Mul', 'Sub', 'Mul', 'AddV2', 'Reshape'],
    ],
  },
  {
    op: 'BiasGelu',
    domain: 'com.microsoft',
    inputs: [floats([2, 3]), vector(3)],
    becomes: ['AddV2', 'Mul', 'Erf', 'Mul', 'AddV2', 'Mul'],
  },
  {
    op: 'Gelu',
    domain: 'com.microsoft',
    inputs: [floats([2, 3])],
    becomes: ['Mul', 'Erf', 'Mul', 'AddV2', 'Mul'],
  },
  {
    op: 'FastGelu',
    domain: 'com.microsoft',
    inputs: [floats([2, 3]), vector(3)],
    becomes: ['AddV2', 'Square', 'Mul', 'Mul', 'AddV2', 'Mul', 'Tanh', 'AddV2', 'Mul', 'Mul'],
  },
];

export const caseName = ({ op, note, domain }: OperatorCase): string =>
  [domain === undefined ? op : `${domain}.${op}`, note].filter((part) => part !== undefined).join(' ');

const typesOf = { float32: 'FLOAT', int64: 'INT64', int32: 'INT32', bool: 'BOOL' } as const;

function rawData({ type, values }: Given): Uint8Array {
  if (type === 'int64') return new Uint8Array(BigInt64Array.from(values.map(BigInt)).buffer);
  if (type === 'int32') return new Uint8Array(Int32Array.from(values).buffer);
  if (type === 'bool') return Uint8Array.from(values);
  return new Uint8Array(Float32Array.from(values).buffer);
}

function attributeProto(name: string, value: Attribute): onnx.IAttributeProto {
  if (typeof value === 'number') return { name, type: AttributeType.INT, i: value };
  if (typeof value === 'string')
    return { name, type: AttributeType.STRING, s: new TextEncoder().encode(value) };
  if ('float' in value) return { name, type: AttributeType.FLOAT, f: value.float };
  return { name, type: AttributeType.INTS, ints: [...value] };
}

/** The bytes of an ONNX file with this one node; the first dimension of what is fed is dynamic. */
export function caseFile({
  op,
  domain,
  opset = 13,
  inputs,
  attributes = {},
  outputs = ['float32'],
}: OperatorCase): Uint8Array {
  const named = inputs.flatMap((given, i) => (given ? [{ given, name: `x${i}` }] : []));
  return onnxFile(
    {
      node: [
        {
          opType: op,
          name: 'the node',
          domain: domain ?? '',
          input: inputs.map((given, i) => (given ? `x${i}` : '')),
          output: outputs.map((_, i) => `y${i}`),
          attribute: Object.entries(attributes).map(([name, value]) => attributeProto(name, value)),
        },
      ],
      initializer: named
        .filter(({ given }) => given.constant)
        .map(({ name, given }) => ({
          name,
          dims: [...given.dims],
          dataType: DataType[typesOf[given.type]],
          rawData: rawData(given),
        })),
      input: named
        .filter(({ given }) => !given.constant)
        .map(({ name, given }) => info(name, typesOf[given.type], ['n', ...given.dims.slice(1)])),
      output: outputs.map((type, i) => ({
        name: `y${i}`,
        type: { tensorType: { elemType: DataType[typesOf[type]] } },
      })),
    },
    opset,
  );
}

export function caseFeeds({ inputs }: OperatorCase): TensorMap {
  const fed = inputs.flatMap((given, i): [string, Tensor][] => {
    if (given === undefined || given.constant) return [];
    const bytes = rawData(given).slice().buffer;
    const { type, dims } = given;
    if (type === 'int64') return [[`x${i}`, { type, dims, data: new BigInt64Array(bytes) }]];
    if (type === 'int32') return [[`x${i}`, { type, dims, data: new Int32Array(bytes) }]];
    if (type === 'bool') return [[`x${i}`, { type, dims, data: new Uint8Array(bytes) }]];
    return [[`x${i}`, { type, dims, data: new Float32Array(bytes) }]];
  });
  return Object.fromEntries(fed);
}
