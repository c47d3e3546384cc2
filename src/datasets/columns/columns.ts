/** Columns of samples in shared memory, each allocated in one piece before it is filled. */
import { BaremarkError } from '../../base/errors.js';
import {
  bytesPerElement,
  type ElementType,
  elementCount,
  type TensorData,
  typedArray,
} from '../../base/tensor.js';
import type { SampleColumn } from '../sample-library.js';

/** A column and a view over its data, through which it is filled. */
export interface OpenColumn {
  readonly column: SampleColumn;
  readonly view: TensorData;
}

/** A column of one-dimensional samples of these lengths. */
export function raggedColumn(
  name: string,
  type: ElementType,
  lengths: ArrayLike<number>,
  padValue: number,
): OpenColumn {
  const offsets = new Float64Array(lengths.length + 1);
  for (let i = 0; i < lengths.length; i += 1) offsets[i + 1] = offsets[i]! + lengths[i]!;
  return allocate({ name, type, dims: [-1], padValue, offsets });
}

/** A column of `count` samples of the same dimensions. */
export function fixedColumn(
  name: string,
  type: ElementType,
  dims: readonly number[],
  count: number,
): OpenColumn {
  const size = elementCount(dims);
  const offsets = Float64Array.from({ length: count + 1 }, (_, slot) => slot * size);
  return allocate({ name, type, dims, padValue: 0, offsets });
}

function allocate(shape: Omit<SampleColumn, 'data'>): OpenColumn {
  const length = shape.offsets[shape.offsets.length - 1]!;
  const bytes = length * bytesPerElement[shape.type];
  try {
    const data = new SharedArrayBuffer(bytes);
    return { column: { ...shape, data }, view: typedArray(shape.type, length, data) };
  } catch (cause) {
    throw new BaremarkError(
      'NOT_ENOUGH_MEMORY',
      `${shape.offsets.length - 1} samples of ${shape.name} need ${(bytes / 2 ** 30).toFixed(1)} GiB of memory, more than there is; lower the performance sample count.`,
      { cause },
    );
  }
}
