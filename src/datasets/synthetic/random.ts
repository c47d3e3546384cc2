/** Seeded random numbers for synthetic samples: one independent stream per sample, so that any subset can be made by itself. */
import type { Histogram } from './squad-lengths.js';

/** Numbers in [0, 1), fixed by the seed and the stream (mulberry32 from a murmur3-mixed start). */
export function randomStream(seed: number, stream: number): () => number {
  let state = mix(mix(seed >>> 0) ^ mix(Math.floor(seed / 2 ** 32) + 0x9e3779b9) ^ mix(stream + 0x85ebca6b));
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let word = Math.imul(state ^ (state >>> 15), 1 | state);
    word = (word + Math.imul(word ^ (word >>> 7), 61 | word)) ^ word;
    return ((word ^ (word >>> 14)) >>> 0) / 2 ** 32;
  };
}

function mix(value: number): number {
  let word = value | 0;
  word = Math.imul(word ^ (word >>> 16), 0x85ebca6b);
  word = Math.imul(word ^ (word >>> 13), 0xc2b2ae35);
  return word ^ (word >>> 16);
}

/** A whole number from `from` up to but not including `to`. */
export function randomInteger(random: () => number, from: number, to: number): number {
  return from + Math.floor(random() * (to - from));
}

/** Draws values in the proportions of the histogram. */
export function drawer({ from, counts }: Histogram): (random: () => number) => number {
  const values = counts.flatMap((count, i) => new Array<number>(count).fill(from + i));
  return (random) => values[Math.floor(random() * values.length)]!;
}
