/** What batching came to, read from the record: how large the batches were and how much of them was padding. */
import type { QueryRecord } from '../query-record.js';

export interface BatchingStats {
  readonly batches: number;
  readonly meanSize: number;
  /** Batches by size: `[size, count]`, ascending. */
  readonly sizes: readonly (readonly [number, number])[];
  /** Tokens computed that were only padding ÷ all tokens computed; absent where shapes are fixed. */
  readonly paddingWaste?: number;
}

export interface BatchLengths {
  readonly lengthOf: (sample: number) => number;
  /** Length that every batch is padded to; absent where that is its longest sample. */
  readonly paddedTo?: number;
}

type BatchedRows = Pick<QueryRecord, 'rowCount' | 'batch' | 'completed' | 'sample'>;

/** Over the batches that were computed; failed ones count, for they took their time too. */
export function batchingStats(record: BatchedRows, lengths?: BatchLengths): BatchingStats {
  const { rowCount, batch, completed, sample } = record;
  let last = -1;
  for (let row = 0; row < rowCount; row++)
    if (!Number.isNaN(completed[row]) && batch[row]! > last) last = batch[row]!;
  const sizeOf = new Uint16Array(last + 1);
  const longestOf = lengths && new Uint32Array(last + 1);
  let tokens = 0;
  for (let row = 0; row < rowCount; row++) {
    if (Number.isNaN(completed[row])) continue;
    const number = batch[row]!;
    sizeOf[number]!++;
    if (!lengths || !longestOf) continue;
    const length = lengths.lengthOf(sample[row]!);
    tokens += length;
    longestOf[number] = Math.max(longestOf[number]!, lengths.paddedTo ?? length);
  }
  const counts = new Map<number, number>();
  let batches = 0;
  let rows = 0;
  let computed = 0;
  for (let number = 0; number <= last; number++) {
    const size = sizeOf[number]!;
    if (size === 0) continue;
    counts.set(size, (counts.get(size) ?? 0) + 1);
    batches++;
    rows += size;
    computed += size * (longestOf?.[number] ?? 0);
  }
  return {
    batches,
    meanSize: batches > 0 ? rows / batches : 0,
    sizes: [...counts].sort(([a], [b]) => a - b),
    paddingWaste: computed > 0 ? 1 - tokens / computed : undefined,
  };
}
