/** What a probe served, from its record: of a phase that has just ended, or of one that was kept in a file. */
import { isCompleted, type LatencyColumns } from '../../engine/latency.js';
import type { ServedBatches, ServedProbe } from '../../search/peak/contract.js';

/** The columns of a record, a row per query; of a `QueryRecord`, or of one that was read back. */
export interface ProbeColumns extends LatencyColumns {
  readonly sample: ArrayLike<number>;
  readonly started: Float64Array;
  readonly batch: ArrayLike<number>;
  readonly instance: ArrayLike<number>;
}

/** @param queries how many of them were issued, which come first */
export function servedProbe(
  record: ProbeColumns,
  queries: number,
  { targetQps, ended }: Pick<ServedProbe, 'targetQps' | 'ended'>,
  lengthOf?: (sample: number) => number,
): ServedProbe {
  const completedNs = new Float64Array(queries).fill(Number.NaN);
  let lastNs = 0;
  for (let query = 0; query < queries; query++) {
    if (!isCompleted(record, query)) continue;
    completedNs[query] = record.completed[query]!;
    lastNs = Math.max(lastNs, completedNs[query]!);
  }
  return {
    targetQps,
    scheduledNs: record.scheduled.slice(0, queries),
    completedNs,
    batches: batchesOf(record, queries, lengthOf),
    durationS: lastNs / 1e9,
    ended,
  };
}

/** Those that were completed, by start. */
function batchesOf(
  record: ProbeColumns,
  queries: number,
  lengthOf: ((sample: number) => number) | undefined,
): ServedBatches {
  const of = new Map<number, { row: number; size: number; longest: number }>();
  for (let row = 0; row < queries; row++) {
    if (Number.isNaN(record.started[row]!) || Number.isNaN(record.completed[row]!)) continue;
    const length = lengthOf?.(record.sample[row]!) ?? 0;
    const batch = of.get(record.batch[row]!);
    if (!batch) of.set(record.batch[row]!, { row, size: 1, longest: length });
    else {
      batch.size++;
      if (length > batch.longest) batch.longest = length;
    }
  }
  const batches = [...of.values()].sort((a, b) => record.started[a.row]! - record.started[b.row]!);
  return {
    sizes: Int32Array.from(batches, ({ size }) => size),
    startedNs: Float64Array.from(batches, ({ row }) => record.started[row]!),
    completedNs: Float64Array.from(batches, ({ row }) => record.completed[row]!),
    instance: Uint8Array.from(batches, ({ row }) => record.instance[row]!),
    lengths: lengthOf && Int32Array.from(batches, ({ longest }) => longest),
  };
}
