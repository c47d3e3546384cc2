/** IEEE half precision: float32 to its 16 bits, rounded to nearest even. */

const single = new Float32Array(1);
const bits = new Uint32Array(single.buffer);

/** The 16 bits of the half nearest to `value`; beyond ±65504 it is infinite. */
function halfBits(value: number): number {
  single[0] = value;
  const x = bits[0]!;
  const sign = (x >>> 16) & 0x8000;
  const magnitude = x & 0x7fffffff;
  if (magnitude > 0x7f800000) return sign | 0x7e00;
  if (magnitude >= 0x477ff000) return sign | 0x7c00;
  if (magnitude < 0x38800000) {
    // Subnormal: in units of 2^-24; adding and taking away 2^52 rounds the quotient to nearest even.
    const units = Math.abs(single[0]!) * 2 ** 24;
    return sign | (units + 2 ** 52 - 2 ** 52);
  }
  const rounded = magnitude + 0xfff + ((magnitude >>> 13) & 1);
  return sign | ((rounded - 0x38000000) >>> 13);
}

/** Converts `length` values into `out`. */
export function toHalf(values: Float32Array, out: Uint16Array, length = values.length): void {
  for (let i = 0; i < length; i++) out[i] = halfBits(values[i]!);
}
