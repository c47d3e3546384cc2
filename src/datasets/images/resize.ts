/**
 * Bilinear resizing with aligned pixel centres, as OpenCV (when enlarging) and Pillow do it for the SSD reference.
 * libvips shifts the picture by half a pixel when it enlarges, which moves boxes and costs accuracy.
 */

/** RGB bytes, row by row. */
export interface Pixels {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

/** Which source pixels an output pixel is made of. */
interface Taps {
  readonly first: Int32Array;
  /** `most` weights for each output pixel, in whole parts of `one` and adding up to it. */
  readonly weights: Int32Array;
  readonly most: number;
}

/** The weight that stands for 1. Two of them and a byte fit in 31 bits, so that all arithmetic stays in whole numbers. */
const one = 2048;
const shift = 22;

/** `size` × `size` RGB bytes; the aspect ratio is not kept. When reducing, the kernel widens, so that fine detail does not alias. */
export function resizeToSquare({ width, height, data }: Pixels, size: number): Uint8Array {
  const row = 3 * size;
  const stretched = resizeRows(data, width, height, size);
  const { first, weights, most } = tapsOf(height, size);
  const result = new Uint8Array(row * size);
  const sum = new Int32Array(row);
  for (let y = 0; y < size; y += 1) {
    const top = first[y]! * row;
    if (most === 2) blend(stretched, top, weights[2 * y]!, weights[2 * y + 1]!, sum);
    else accumulate(stretched, top, weights.subarray(y * most, (y + 1) * most), sum);
    for (let i = 0, at = y * row; i < row; i += 1, at += 1)
      result[at] = (sum[i]! + (1 << (shift - 1))) >> shift;
  }
  return result;
}

/** Two neighbouring rows mixed: all that enlarging needs. */
function blend(rows: Int32Array, top: number, upper: number, lower: number, sum: Int32Array): void {
  const below = top + sum.length;
  for (let i = 0; i < sum.length; i += 1)
    sum[i] = (Math.imul(upper, rows[top + i]!) + Math.imul(lower, rows[below + i]!)) | 0;
}

function accumulate(rows: Int32Array, top: number, weights: Int32Array, sum: Int32Array): void {
  sum.fill(0);
  for (let tap = 0; tap < weights.length; tap += 1) {
    const weight = weights[tap]!;
    const from = top + tap * sum.length;
    for (let i = 0; i < sum.length; i += 1) sum[i] = (sum[i]! + Math.imul(weight, rows[from + i]!)) | 0;
  }
}

/** Every row resized to `size` pixels, in parts of `one`. */
function resizeRows(data: Uint8Array, width: number, height: number, size: number): Int32Array {
  const { first, weights, most } = tapsOf(width, size);
  const result = new Int32Array(height * size * 3);
  for (let y = 0, at = 0; y < height; y += 1) {
    for (let x = 0; x < size; x += 1, at += 3) {
      let from = (y * width + first[x]!) * 3;
      let red = 0;
      let green = 0;
      let blue = 0;
      for (let tap = x * most; tap < (x + 1) * most; tap += 1, from += 3) {
        const weight = weights[tap]!;
        red = (red + Math.imul(weight, data[from]!)) | 0;
        green = (green + Math.imul(weight, data[from + 1]!)) | 0;
        blue = (blue + Math.imul(weight, data[from + 2]!)) | 0;
      }
      result[at] = red;
      result[at + 1] = green;
      result[at + 2] = blue;
    }
  }
  return result;
}

function tapsOf(from: number, to: number): Taps {
  const scale = from / to;
  const reach = Math.max(scale, 1);
  // An enlarged pixel lies between two; a reduced one covers as many as its kernel may touch.
  const most = Math.min(from, scale <= 1 ? 2 : Math.ceil(2 * reach) + 1);
  const first = new Int32Array(to);
  const weights = new Int32Array(to * most);
  for (let i = 0; i < to; i += 1) {
    const centre = (i + 0.5) * scale;
    // The first pixel whose centre is within reach, or the last one from which all taps stay inside.
    const start = Math.min(Math.max(0, Math.floor(centre - reach + 0.5)), from - most);
    first[i] = start;
    const parts = Array.from({ length: most }, (_, tap) =>
      Math.max(0, 1 - Math.abs(start + tap + 0.5 - centre) / reach),
    );
    weights.set(wholeParts(parts), i * most);
  }
  return { first, weights, most };
}

/** Shares rounded to parts of `one`; the rest that rounding leaves goes to the largest. */
function wholeParts(shares: readonly number[]): readonly number[] {
  const total = shares.reduce((sum, share) => sum + share, 0);
  const parts = shares.map((share) => Math.round((share / total) * one));
  const largest = parts.indexOf(Math.max(...parts));
  const rest = one - parts.reduce((sum, part) => sum + part, 0);
  return parts.map((part, i) => (i === largest ? part + rest : part));
}
