/** One input of the model as a buffer in the model's type, into which every batch is written. */
import { floatToHalf } from '../../base/float16.js';
import {
  bytesPerElement,
  elementCount,
  type Tensor,
  type TensorData,
  typedArray,
} from '../../base/tensor.js';
import { converted, convertInto, sameBits } from './convert.js';
import type { Fit } from './fit.js';

export interface InputBuffer {
  /** Writes a slot's sample into a row, padded to `length` (the ragged dimension; ignored if shapes are fixed). */
  write(slot: number, row: number, length: number): void;
  /** The first `rows` rows as a tensor, over the same memory whatever its shape. */
  tensor(rows: number, length: number): Tensor;
  /** Makes room for `rows` rows; returns whether that moved the buffer, so that earlier tensors are stale. */
  reserve(rows: number, length: number): boolean;
}

export function inputBuffer({ input, column }: Fit): InputBuffer {
  const { offsets } = column;
  const { type } = input;
  const ragged = column.dims[0] === -1;
  const inner = elementCount(ragged ? column.dims.slice(1) : column.dims);
  const bytes = bytesPerElement[type];
  const given = typedArray(column.type, offsets[offsets.length - 1] ?? 0, column.data);
  // Text is small and is converted once; images are large, and are converted one by one if their type does not match.
  const ready = sameBits(column.type, type) ? given : ragged ? converted(given, type) : undefined;
  const samples = ready ?? given;
  const views: (TensorData | undefined)[] = new Array(offsets.length - 1);
  const pad = padElement(column.padValue, type);
  let buffer = new ArrayBuffer(0);
  let target = typedArray(type, 0, buffer);

  function rowSize(length: number): number {
    return ragged ? length * inner : inner;
  }

  return {
    write(slot, row, length) {
      const size = rowSize(length);
      const at = row * size;
      // Each slot's view is made once, so that a batch of samples seen before allocates nothing.
      views[slot] ??= samples.subarray(offsets[slot], offsets[slot + 1]);
      const sample = views[slot];
      if (ready) (target as Int32Array).set(sample as Int32Array, at);
      else convertInto(target, at, sample, type);
      if (sample.length < size) (target as Int32Array).fill(pad as number, at + sample.length, at + size);
    },
    tensor(rows, length) {
      const dims = [rows, ...column.dims.map((dim) => (dim === -1 ? length : dim))];
      return { type, dims, data: typedArray(type, rows * rowSize(length), buffer) };
    },
    reserve(rows, length) {
      const needed = rows * rowSize(length) * bytes;
      if (needed <= buffer.byteLength) return false;
      // Ragged batches come in every size: doubling the buffer keeps moves rare. Fixed ones get exactly what they need.
      buffer = new ArrayBuffer(ragged ? Math.max(needed, 2 * buffer.byteLength) : needed);
      target = typedArray(type, buffer.byteLength / bytes, buffer);
      return true;
    },
  };
}

function padElement(value: number, type: Tensor['type']): number | bigint {
  if (type === 'int64') return BigInt(value);
  return type === 'float16' ? floatToHalf(value) : value;
}
