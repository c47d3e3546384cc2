/** Converts arrays of float32 to IEEE half precision, as raw bits. */
import { floatToHalf } from '../base/float16.js';

/** Converts `length` values into `out`, each to the nearest half (ties to even); beyond ±65504 the result is infinite. */
export function toHalf(values: Float32Array, out: Uint16Array, length = values.length): void {
  for (let i = 0; i < length; i++) out[i] = floatToHalf(values[i]!);
}
