/** What a weight tensor holds, as a recipe; its values are computed in pieces while they are written. */
import { type StreamKey, streamKey, uniformAt } from './random.js';

/** How a tensor is filled. Uniform values have standard deviation `std` around `mean` (0 if absent). */
export type Fill =
  | { readonly kind: 'uniform'; readonly std: number; readonly mean?: number }
  /** Filters of `fanIn` values each that add up to zero, as folding in a batch normalization would leave them. */
  | { readonly kind: 'filters'; readonly std: number; readonly fanIn: number }
  /** Matrices of `rows` × `columns` side by side, each equal to the uniform tensor of its own name. */
  | {
      readonly kind: 'side-by-side';
      readonly std: number;
      readonly columns: number;
      readonly names: readonly string[];
    }
  | { readonly kind: 'values'; readonly values: Float32Array };

/** A tensor kept in the external data file. */
export interface Weight {
  readonly name: string;
  readonly dims: readonly number[];
  readonly fill: Fill;
  /** Stored as float32 even if the model is fp16. */
  readonly keepFloat?: boolean;
}

/** Values that must be computed together: pieces start at multiples of this. */
export function rowLength({ fill }: Weight): number {
  if (fill.kind === 'filters') return fill.fanIn;
  return fill.kind === 'side-by-side' ? fill.columns * fill.names.length : 1;
}

/** Computes `length` values of a weight from `start` (a multiple of its row length) into `out`. */
export function fillPiece(
  weight: Weight,
  seed: number,
  start: number,
  length: number,
  out: Float32Array,
): void {
  const { fill, name } = weight;
  switch (fill.kind) {
    case 'values':
      out.set(fill.values.subarray(start, start + length));
      return;
    case 'uniform':
      fillUniform(streamKey(seed, name), fill.std, fill.mean ?? 0, start, length, out);
      return;
    case 'filters':
      fillUniform(streamKey(seed, name), fill.std, 0, start, length, out);
      for (let at = 0; at < length; at += fill.fanIn) centre(out.subarray(at, at + fill.fanIn));
      return;
    case 'side-by-side':
      fillSideBySide(fill, seed, start, length, out);
  }
}

function fillUniform(
  key: StreamKey,
  std: number,
  mean: number,
  start: number,
  length: number,
  out: Float32Array,
): void {
  const scale = std * Math.sqrt(3);
  for (let i = 0; i < length; i++) out[i] = mean + scale * uniformAt(key, start + i);
}

function centre(filter: Float32Array): void {
  let sum = 0;
  for (const value of filter) sum += value;
  const mean = sum / filter.length;
  for (let i = 0; i < filter.length; i++) filter[i]! -= mean;
}

function fillSideBySide(
  fill: Extract<Fill, { kind: 'side-by-side' }>,
  seed: number,
  start: number,
  length: number,
  out: Float32Array,
): void {
  const { columns, names } = fill;
  const scale = fill.std * Math.sqrt(3);
  const width = columns * names.length;
  names.forEach((name, part) => {
    const key = streamKey(seed, name);
    for (let row = 0; row < length / width; row++) {
      const source = (start / width + row) * columns;
      const target = row * width + part * columns;
      for (let column = 0; column < columns; column++)
        out[target + column] = scale * uniformAt(key, source + column);
    }
  });
}
