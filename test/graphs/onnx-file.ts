import proto, { type onnx } from 'onnx-proto';

const types = proto.onnx.TensorProto.DataType;
const { AttributeType } = proto.onnx.AttributeProto;

type Type = keyof typeof types;

/** A tensor of this many values with its bytes inside, as most exporters write weights. */
export function weight(name: string, type: Type, dims: readonly number[], bytesEach = 4): onnx.ITensorProto {
  const values = dims.reduce((product, dim) => product * dim, 1);
  return {
    name,
    dims: [...dims],
    dataType: types[type],
    rawData: new Uint8Array(values * bytesEach).fill(1),
  };
}

export function node(opType: string, input: string[], output: string[], attribute?: onnx.IAttributeProto[]) {
  return { opType, input, output, attribute } satisfies onnx.INodeProto;
}

export function castTo(input: string, output: string, type: Type): onnx.INodeProto {
  return node('Cast', [input], [output], [{ name: 'to', type: AttributeType.INT, i: types[type] }]);
}

export function constant(output: string, tensor: onnx.ITensorProto): onnx.INodeProto {
  return node('Constant', [], [output], [{ name: 'value', type: AttributeType.TENSOR, t: tensor }]);
}

export function info(name: string, type: Type, dims: readonly (number | string)[]): onnx.IValueInfoProto {
  const dim = dims.map((size) => (typeof size === 'number' ? { dimValue: size } : { dimParam: size }));
  return { name, type: { tensorType: { elemType: types[type], shape: { dim } } } };
}

/** The bytes of an ONNX file with this graph. */
export function onnxFile(graph: onnx.IGraphProto, opset = 11): Uint8Array {
  return proto.onnx.ModelProto.encode({
    irVersion: 7,
    opsetImport: [
      { domain: 'com.microsoft', version: 1 },
      { domain: '', version: opset },
    ],
    graph: { name: 'test', ...graph },
  }).finish();
}
