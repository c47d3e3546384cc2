/** Inputs and outputs of an ONNX graph, and the names of element types. */
import type { WireFile, WirePlace } from './wire.js';

/** An input or output; the type is ONNX's name in lower case, a dynamic dimension is its name or ''. */
export interface FileTensor {
  readonly name: string;
  readonly type: string;
  readonly dims: readonly (number | string)[];
}

/** `ValueInfoProto`: name 1, type 2; `TypeProto`: tensor 1; of that: element type 1, shape 2; its dimensions 1. */
export function readTensorInfo(file: WireFile, place: WirePlace): FileTensor {
  let name = '';
  let type = 'no tensor';
  const dims: (number | string)[] = [];
  const bytesOf = function* (within: WirePlace, number: number): Generator<WirePlace> {
    for (const field of file.fields(within.start, within.end))
      if (field.number === number && field.kind === 'bytes') yield field;
  };
  for (const text of bytesOf(place, 1)) name = file.text(text.start, text.end);
  for (const outer of bytesOf(place, 2))
    for (const tensor of bytesOf(outer, 1)) {
      for (const field of file.fields(tensor.start, tensor.end))
        if (field.number === 1 && field.kind === 'number') type = typeName(field.value);
      for (const shape of bytesOf(tensor, 2))
        for (const dim of bytesOf(shape, 1)) dims.push(readDim(file, dim));
    }
  return { name, type, dims };
}

function readDim(file: WireFile, place: WirePlace): number | string {
  let dim: number | string = '';
  for (const field of file.fields(place.start, place.end)) {
    if (field.number === 1 && field.kind === 'number') dim = field.value;
    if (field.number === 2 && field.kind === 'bytes') dim = file.text(field.start, field.end);
  }
  return dim;
}

/** `OperatorSetIdProto`: domain 1 ('' or `ai.onnx` for ONNX's own), version 2. */
export function readOpset(
  file: WireFile,
  place: WirePlace,
): { readonly domain: string; readonly version: number } {
  let [domain, version] = ['', 0];
  for (const field of file.fields(place.start, place.end)) {
    if (field.number === 1 && field.kind === 'bytes') domain = file.text(field.start, field.end);
    if (field.number === 2 && field.kind === 'number') version = field.value;
  }
  return { domain, version };
}

/** `StringStringEntryProto`, as of external data: key 1, value 2, in this order. */
export function readEntry(
  file: WireFile,
  place: WirePlace,
): readonly [key: string | undefined, value: string | undefined] {
  const [key, value] = [...file.fields(place.start, place.end)].map((field) =>
    field.kind === 'bytes' ? file.text(field.start, field.end) : '',
  );
  return [key, value];
}

/** ONNX's names of element types by their number (`TensorProto.DataType`), where FLOAT is float32 as everywhere here. */
const typeNames = [
  ...['undefined', 'float32', 'uint8', 'int8', 'uint16', 'int16', 'int32', 'int64', 'string', 'bool'],
  ...['float16', 'float64', 'uint32', 'uint64', 'complex64', 'complex128', 'bfloat16'],
  ...['float8e4m3fn', 'float8e4m3fnuz', 'float8e5m2', 'float8e5m2fnuz', 'uint4', 'int4', 'float4e2m1'],
];

export function typeName(type: number): string {
  return typeNames[type] ?? `type ${type}`;
}
