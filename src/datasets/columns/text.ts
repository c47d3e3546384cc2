/** BERT's three inputs for a set of sequences, under the official names. */

import type { LoadedSamples } from '../sample-library.js';
import { raggedColumn } from './columns.js';

/** A sequence of token ids: the first segment is [CLS] question [SEP], the second context [SEP]. */
export interface TextSample {
  readonly inputIds: ArrayLike<number>;
  /** Tokens in the first segment. */
  readonly firstSegment: number;
}

/** `input_ids` (int32), `input_mask` and `segment_ids` (uint8), each padded with 0; slot i is sample `indices[i]`. */
export function loadText(
  indices: Uint32Array,
  sample: (index: number) => TextSample,
  onProgress?: (loaded: number) => void,
): LoadedSamples {
  const samples = Array.from(indices, sample);
  const lengths = samples.map(({ inputIds }) => inputIds.length);
  const ids = raggedColumn('input_ids', 'int32', lengths, 0);
  const mask = raggedColumn('input_mask', 'uint8', lengths, 0);
  const segments = raggedColumn('segment_ids', 'uint8', lengths, 0);
  const idView = ids.view as Int32Array;
  (mask.view as Uint8Array).fill(1);
  samples.forEach(({ inputIds, firstSegment }, slot) => {
    const at = ids.column.offsets[slot]!;
    idView.set(inputIds, at);
    (segments.view as Uint8Array).fill(1, at + firstSegment, at + inputIds.length);
  });
  onProgress?.(indices.length);
  return {
    indices: indices.slice(),
    columns: [ids.column, mask.column, segments.column],
    response: 'squad-logits',
  };
}
