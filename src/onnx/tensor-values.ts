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

/** The first `length` bytes of a segment. Throws the file system's error, or one that says where the file ends. */
export function readSegment({ file: path, offset }: FileSegment, length: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length);
  const file = openSync(path, 'r');
  try {
    for (let at = 0; at < length; ) {
      const got = readSync(file, bytes, at, length - at, offset + at);
      if (got === 0) throw new Error(`${path} ends at byte ${offset + at}, in the middle of a weight`);
      at += got;
    }
  } finally {
    closeSync(file);
  }
  return bytes;
}

/** The values in row-major order; undefined for a type that has no numbers. Throws the file system's error. */
export function tensorValues({ type, dims, data }: OnnxTensor): readonly number[] | undefined {
  const reader = readers[type];
  if (reader === undefined) return undefined;
  if (!isFileSegment(data)) return type === 'float16' ? data.map(halfToFloat) : data;
  const [width, read] = reader;
  const bytes = readSegment(data, elementCount(dims) * width);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: elementCount(dims) }, (_, i) => read(view, i * width));
}
