/**
 * The C++ distributions LoadGen draws from, as libstdc++ (GCC 11 and later) computes them on x86-64,
 * so that equal seeds give equal samples and equal nanoseconds.
 */
import type { Mt19937 } from './mt19937.js';

const TWO_32 = 4294967296;
const TWO_64 = TWO_32 * TWO_32;
/** Below this bound a product with a 32-bit draw is exact in a double. */
const EXACT_PRODUCT = 2 ** 21;

/**
 * `std::uniform_int_distribution(0, count - 1)`, `count` from 1 to 2^32 - 1, by Lemire's method
 * (D. Lemire, "Fast random integer generation in an interval", 2019).
 */
export function uniformBelow(rng: Mt19937, count: number): number {
  let draw = rng.next();
  let low = Math.imul(draw, count) >>> 0;
  if (low < count) {
    const threshold = (TWO_32 - count) % count;
    while (low < threshold) {
      draw = rng.next();
      low = Math.imul(draw, count) >>> 0;
    }
  }
  if (count < EXACT_PRODUCT) return Math.floor((draw * count) / TWO_32);
  const carried = Math.floor(((draw & 0xffff) * count) / 65536);
  return Math.floor(((draw >>> 16) * count + carried) / 65536);
}

/** `std::generate_canonical<double, 53>`: two draws make a number in [0, 1). */
export function canonical(rng: Mt19937): number {
  const first = rng.next();
  const value = (first + rng.next() * TWO_32) / TWO_64;
  return value < 1 ? value : 1 - 2 ** -53;
}

/**
 * `std::exponential_distribution(rate)`, a time in seconds, cast to whole nanoseconds by dropping the fraction.
 * Its logarithm is the platform's: one that differs from glibc's in the last bit would matter once in about
 * 10^10 draws at a thousand queries per second.
 */
export function exponentialNs(rng: Mt19937, ratePerSecond: number): number {
  return Math.trunc((-Math.log(1 - canonical(rng)) / ratePerSecond) * 1e9);
}

/** `std::shuffle`, in place. */
export function shuffle(values: Uint32Array, rng: Mt19937): void {
  const count = values.length;
  if (count === 0) return;
  if (Math.floor((TWO_32 - 1) / count) < count) {
    for (let i = 1; i < count; i++) swap(values, i, uniformBelow(rng, i + 1));
    return;
  }
  // Where two indices fit into one draw, libstdc++ takes two at a time.
  let i = 1;
  if (count % 2 === 0) swap(values, i++, uniformBelow(rng, 2));
  while (i < count) {
    const range = i + 1;
    const both = uniformBelow(rng, range * (range + 1));
    swap(values, i++, Math.floor(both / (range + 1)));
    swap(values, i++, both % (range + 1));
  }
}

function swap(values: Uint32Array, a: number, b: number): void {
  const kept = values[a]!;
  values[a] = values[b]!;
  values[b] = kept;
}
