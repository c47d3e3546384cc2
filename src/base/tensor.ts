/** Tensors as all rooms pass them: a type, dimensions and a typed array in row-major order. */

export type ElementType = 'float32' | 'float16' | 'int32' | 'int64' | 'uint8' | 'int8' | 'bool';

/** float16 holds raw IEEE half bits in a `Uint16Array`; bool holds 0 or 1 in a `Uint8Array`. */
export type TensorData = Float32Array | Uint16Array | Int32Array | BigInt64Array | Uint8Array | Int8Array;

export interface Tensor {
  readonly type: ElementType;
  readonly dims: readonly number[];
  readonly data: TensorData;
}

/** An input or output of a model; a dimension is a number, or its symbolic name (or '') if it is dynamic. */
export interface TensorInfo {
  readonly name: string;
  readonly type: ElementType;
  readonly dims: readonly (number | string)[];
}

/** Tensors by the name of the model's input or output. */
export type TensorMap = Readonly<Record<string, Tensor>>;

export const bytesPerElement: Readonly<Record<ElementType, number>> = {
  float32: 4,
  float16: 2,
  int32: 4,
  int64: 8,
  uint8: 1,
  int8: 1,
  bool: 1,
};

/** How many elements these dimensions hold. */
export function elementCount(dims: readonly number[]): number {
  return dims.reduce((product, dim) => product * dim, 1);
}

/** A zeroed typed array of `length` elements for this element type, optionally over an existing buffer. */
export function typedArray(
  type: ElementType,
  length: number,
  buffer?: ArrayBufferLike,
  byteOffset = 0,
): TensorData {
  const source = (buffer ?? new ArrayBuffer(length * bytesPerElement[type])) as ArrayBuffer;
  switch (type) {
    case 'float32':
      return new Float32Array(source, byteOffset, length);
    case 'float16':
      return new Uint16Array(source, byteOffset, length);
    case 'int32':
      return new Int32Array(source, byteOffset, length);
    case 'int64':
      return new BigInt64Array(source, byteOffset, length);
    case 'int8':
      return new Int8Array(source, byteOffset, length);
    default:
      return new Uint8Array(source, byteOffset, length);
  }
}
