/** Lays the samples of a batch out into a model's inputs. Each worker thread makes one layout and reuses its memory for every batch. */
import type { Tensor, TensorInfo, TensorMap } from '../../base/tensor.js';
import type { LoadedSamples, SampleColumn } from '../sample-library.js';
import { type Fit, fitInputs, fixed, layoutMismatch, maxBatchOf } from './fit.js';
import { inputBuffer } from './input-buffer.js';
import { keptInputs } from './kept-inputs.js';

export interface LayoutOptions {
  /** Text is padded to the longest sample of its batch, or always to `maxLength`. */
  readonly pad: 'longest' | 'max';
  /** Tokens; required if `pad` is `max`. */
  readonly maxLength?: number;
  /** Pads to a multiple of this many tokens (at most `maxLength`); default 1. */
  readonly multipleOf?: number;
  /** Most bytes for samples of fixed shapes that are laid out beforehand, for batches of one; default 0. */
  readonly keepBytes?: number;
}

export interface BatchLayout {
  /** Most samples a batch may hold: the model's fixed batch dimension, or Infinity. */
  readonly maxBatch: number;
  /** The slot of a loaded sample, or -1 if it is not loaded. */
  slotOf(sampleIndex: number): number;
  /** Length of a slot's sample along the ragged dimension (tokens); 0 if shapes are fixed. */
  lengthOf(slot: number): number;
  /** The length that a batch of these slots is padded to; 0 if shapes are fixed. */
  paddedLength(slots: ArrayLike<number>, count: number): number;
  /**
   * The first `count` slots as the model's inputs. The next call overwrites the tensors, and a batch of a shape seen
   * before gets the same objects again. A model with a fixed batch dimension gets that many rows; those beyond `count`
   * repeat the last sample.
   */
  layOut(slots: ArrayLike<number>, count: number): TensorMap;
}

/** Throws `MODEL_DATA_MISMATCH` if the model's inputs do not fit the samples. */
export function createLayout(
  loaded: LoadedSamples,
  inputs: readonly TensorInfo[],
  options: LayoutOptions,
): BatchLayout {
  const fits = fitInputs(loaded.columns, inputs);
  const maxBatch = maxBatchOf(inputs);
  const ragged = loaded.columns.find(({ dims }) => dims.includes(-1));
  const always = fixedLength(fits) ?? (options.pad === 'max' ? options.maxLength : undefined);
  if (ragged && always !== undefined) requireRoom(ragged, always);
  const multiple = options.multipleOf ?? 1;
  const most = options.maxLength ?? Number.POSITIVE_INFINITY;
  const buffers = fits.map(inputBuffer);
  const takesOne = maxBatch === 1 || !Number.isFinite(maxBatch);
  const kept = ragged || !takesOne ? [] : keptInputs(fits, loaded.indices.length, options.keepBytes ?? 0);
  const shapes = new Map<number, TensorMap>();
  const slotsByIndex = new Map<number, number>(Array.from(loaded.indices, (index, slot) => [index, slot]));

  function lengthOf(slot: number): number {
    return ragged ? ragged.offsets[slot + 1]! - ragged.offsets[slot]! : 0;
  }

  function paddedLength(slots: ArrayLike<number>, count: number): number {
    if (!ragged) return 0;
    if (always !== undefined) return always;
    let longest = 0;
    for (let i = 0; i < count; i += 1) longest = Math.max(longest, lengthOf(slots[i]!));
    return Math.max(longest, Math.min(Math.ceil(longest / multiple) * multiple, most));
  }

  function tensorsOf(rows: number, length: number): TensorMap {
    let moved = false;
    for (const buffer of buffers) moved = buffer.reserve(rows, length) || moved;
    if (moved) shapes.clear();
    const key = rows * 2 ** 20 + length;
    const known = shapes.get(key);
    if (known) return known;
    const tensors: Record<string, Tensor> = {};
    for (const [i, { input }] of fits.entries()) tensors[input.name] = buffers[i]!.tensor(rows, length);
    shapes.set(key, tensors);
    return tensors;
  }

  return {
    maxBatch,
    lengthOf,
    paddedLength,
    slotOf: (sampleIndex) => slotsByIndex.get(sampleIndex) ?? -1,
    layOut(slots, count) {
      if (count < 1 || count > maxBatch)
        throw new RangeError(`a batch of ${count} samples where the model takes 1 to ${maxBatch}`);
      const rows = Number.isFinite(maxBatch) ? maxBatch : count;
      const ready = rows === 1 ? kept[slots[0]!] : undefined;
      if (ready) return ready;
      const length = paddedLength(slots, count);
      const tensors = tensorsOf(rows, length);
      for (const buffer of buffers)
        for (let row = 0; row < rows; row += 1) buffer.write(slots[Math.min(row, count - 1)]!, row, length);
      return tensors;
    },
  };
}

/** The sequence length that the model insists on, if any. */
function fixedLength(fits: readonly Fit[]): number | undefined {
  for (const { input, column } of fits) {
    const ragged = column.dims.indexOf(-1);
    const length = ragged === -1 ? undefined : fixed(input.dims[ragged + 1]);
    if (length !== undefined) return length;
  }
  return undefined;
}

function requireRoom({ name, offsets }: SampleColumn, length: number): void {
  for (let slot = 0; slot + 1 < offsets.length; slot += 1) {
    const own = offsets[slot + 1]! - offsets[slot]!;
    if (own > length)
      throw layoutMismatch(
        `A sample of ${name} has ${own} tokens where the model takes ${length}; lower the data set's maximum sequence to ${length}.`,
      );
  }
}
