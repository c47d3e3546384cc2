/** A counter-based generator: the i-th number of a stream is computed from (seed, stream name, i) alone, in 32-bit integers. */

/** Two keys that select a stream of numbers. */
export interface StreamKey {
  readonly low: number;
  readonly high: number;
}

/** The key of a named stream: FNV-1a over the name, mixed with the seed. */
export function streamKey(seed: number, name: string): StreamKey {
  let hash = 0x811c9dc5;
  for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193);
  const low = mix(hash ^ mix(seed | 0, 0), 0x5bd1e995);
  return { low, high: mix(low ^ Math.imul(hash, 0x27d4eb2f), seed | 0) };
}

/**
 * The `index`-th number of a stream, uniform on [-1, 1) in steps of 2^-23, so exact in float32.
 * The mixing constants are those of C. Wellons's hash-prospector (two rounds, bias 0.17).
 */
export function uniformAt(key: StreamKey, index: number): number {
  return (mix((Math.imul(index, 0x9e3779b1) + key.low) | 0, key.high) >>> 8) * 2 ** -23 - 1;
}

function mix(value: number, key: number): number {
  let x = value;
  x = Math.imul(x ^ (x >>> 16), 0x21f0aaad);
  x = Math.imul(x ^ (x >>> 15) ^ key, 0xd35a2d97);
  return (x ^ (x >>> 15)) | 0;
}
