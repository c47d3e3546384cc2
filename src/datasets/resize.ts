/**
 * Bilinear resizing with pixels' centres aligned, as the SSD reference's OpenCV (when enlarging) and Pillow do it;
 * libvips enlarges with the picture shifted by half a pixel, which moves boxes and costs accuracy.
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
  /** `most` weights for each output pixel, adding up to 1; unused ones are 0. */
  readonly weights: Float32Array;
  readonly most: number;
}

/** `size` × `size` RGB bytes, aspect not kept. When reducing, the kernel widens, so that fine detail does not alias. */
export function resizeToSquare({ width, height, data }: Pixels, size: number): Uint8Array {
  const row = 3 * size;
  const stretched = resizeRows(data, width, height, size);
  const { first, weights, most } = tapsOf(height, size);
  const result = new Uint8ClampedArray(row * size);
  const sum = new Float32Array(row);
  for (let y = 0; y < size; y += 1) {
    sum.fill(0);
    for (let tap = 0; tap < most; tap += 1) {
      const weight = weights[y * most + tap]!;
      if (weight === 0) continue;
      const from = (first[y]! + tap) * row;
      for (let i = 0; i < row; i += 1) sum[i] = sum[i]! + weight * stretched[from + i]!;
    }
    // Writing into a clamped array rounds to the nearest byte.
    result.set(sum, y * row);
  }
  return new Uint8Array(result.buffer);
}

/** Every row brought to `size` pixels; not rounded yet. */
function resizeRows(data: Uint8Array, width: number, height: number, size: number): Float32Array {
  const { first, weights, most } = tapsOf(width, size);
  const result = new Float32Array(height * size * 3);
  for (let y = 0, at = 0; y < height; y += 1) {
    for (let x = 0; x < size; x += 1, at += 3) {
      let from = (y * width + first[x]!) * 3;
      let red = 0;
      let green = 0;
      let blue = 0;
      for (let tap = 0; tap < most; tap += 1, from += 3) {
        const weight = weights[x * most + tap]!;
        if (weight === 0) continue;
        red += weight * data[from]!;
        green += weight * data[from + 1]!;
        blue += weight * data[from + 2]!;
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
  const most = Math.min(from, Math.ceil(2 * reach) + 1);
  const first = new Int32Array(to);
  const weights = new Float32Array(to * most);
  for (let i = 0; i < to; i += 1) {
    const centre = (i + 0.5) * scale;
    const start = Math.max(0, Math.floor(centre - reach));
    first[i] = Math.min(start, from - most);
    let total = 0;
    for (let tap = 0; tap < most; tap += 1) {
      const weight = Math.max(0, 1 - Math.abs(first[i]! + tap + 0.5 - centre) / reach);
      weights[i * most + tap] = weight;
      total += weight;
    }
    for (let tap = 0; tap < most; tap += 1) weights[i * most + tap] = weights[i * most + tap]! / total;
  }
  return { first, weights, most };
}
