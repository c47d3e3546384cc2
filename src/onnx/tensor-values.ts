/** Reads the values of a small constant of an ONNX file as numbers. */
import { closeSync, openSync, readSync } from 'node:fs';
import { halfToFloat } from '../base/float16.js';
import { elementCount } from '../base/tensor.js';
import type { FileSegment, OnnxTensor } from './read-graph.js';

const readers: Readonly<Record<string, readonly [bytes: number, (view: DataView, at: number) => number]>> = {
  float32: [4, (view, at) => view.getFloat32(at, true)],
  float16: [2, (view, at) => halfToFloat(view.getUint16(at, true))],
  float64: [8, (view, at) => view.getFloat64(at, true)],
  int32: [4, (view, at) => view.getInt32(at, true)],
  int64: [8, (view, at) => Number(view.getBigInt64(at, true))],
  uint8: [1, (view, at) => view.getUint8(at)],
  int8: [1, (view, at) => view.getInt8(at)],
  bool: [1, (view, at) => view.getUint8(at)],
};

export const isFileSegment = (data: OnnxTensor['data']): data is FileSegment => !Array.isArray(data);

/** The values in row-major order; undefined for a type that has no numbers. Throws the file system's error. */
export function tensorValues({ type, dims, data }: OnnxTensor): readonly number[] | undefined {
  const reader = readers[type];
  if (reader === undefined) return undefined;
  if (!isFileSegment(data)) return type === 'float16' ? data.map(halfToFloat) : data;
  const [width, read] = reader;
  const bytes = Buffer.alloc(elementCount(dims) * width);
  const file = openSync(data.file, 'r');
  try {
    if (readSync(file, bytes, 0, bytes.length, data.offset) < bytes.length)
      throw new Error(`${data.file} ends before byte ${data.offset + bytes.length}`);
  } finally {
    closeSync(file);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: elementCount(dims) }, (_, i) => read(view, i * width));
}
