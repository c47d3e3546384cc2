/** Converts samples from a column's element type to the one a model takes, without making a `BigInt` per element. */
import { floatToHalf } from '../../base/float16.js';
import { type ElementType, type TensorData, typedArray } from '../../base/tensor.js';

/** The types that a column can be converted to; values stay the same, except that float16 rounds. */
const givenAs: Readonly<Partial<Record<ElementType, readonly ElementType[]>>> = {
  int32: ['int32', 'int64'],
  uint8: ['uint8', 'bool', 'int32', 'int64', 'float32', 'float16'],
  float32: ['float32', 'float16'],
  float16: ['float16'],
};

export function canConvert(from: ElementType, to: ElementType): boolean {
  return givenAs[from]?.includes(to) ?? false;
}

/** Whether both types have the same bits, so that samples can be copied as they are. */
export function sameBits(from: ElementType, to: ElementType): boolean {
  return from === to || (from === 'uint8' && to === 'bool');
}

/** Writes `source` into `target`, starting at element `at`. */
export function convertInto(target: TensorData, at: number, source: TensorData, to: ElementType): void {
  if (to === 'int64') widen(target, at, source as Int32Array | Uint8Array);
  else if (to === 'float16') halve(target as Uint16Array, at, source as Float32Array | Uint8Array);
  else (target as Int32Array).set(source as Int32Array, at);
}

/** A whole column in another type, in new memory. */
export function converted(source: TensorData, to: ElementType): TensorData {
  const target = typedArray(to, source.length);
  convertInto(target, 0, source, to);
  return target;
}

/** Fills the low and the high word of each 64-bit integer; the low one comes first on every machine that Node runs on. */
function widen(target: TensorData, at: number, source: Int32Array | Uint8Array): void {
  const words = new Int32Array(target.buffer, target.byteOffset + 8 * at, 2 * source.length);
  for (let i = 0; i < source.length; i += 1) {
    const value = source[i]!;
    words[2 * i] = value;
    words[2 * i + 1] = value < 0 ? -1 : 0;
  }
}

function halve(target: Uint16Array, at: number, source: Float32Array | Uint8Array): void {
  for (let i = 0; i < source.length; i += 1) target[at + i] = floatToHalf(source[i]!);
}
