/** What charts take of a run's record: latencies and completions, as plain columns. */
import type { StoredRecord } from '../../results/types.js';

export interface RunSeries {
  /** Latency of each completed query, milliseconds, ascending. */
  readonly latencyMs: Float64Array;
  /** When each sample completed, seconds since the run's start, ascending. */
  readonly completedS: Float64Array;
}

/** By the run's path. */
export type SeriesByRun = ReadonlyMap<string, RunSeries>;

/** The series of a record; a query's latency runs from its scheduled time to its last sample's completion. */
export function seriesOf(record: StoredRecord): RunSeries {
  const { scheduledNs, completedNs, samplesPerQuery, rowCount, failed } = record;
  const latency: number[] = [];
  if (samplesPerQuery > 1 && scheduledNs.length === 1) {
    // Offline is one query: its samples' latencies are what LoadGen reports.
    for (let row = 0; row < rowCount; row++) latency.push(completedNs[row]! - scheduledNs[0]!);
  } else {
    for (let query = 0; query < scheduledNs.length; query++) {
      let last = Number.NEGATIVE_INFINITY;
      for (let row = query * samplesPerQuery; row < (query + 1) * samplesPerQuery; row++)
        last = Math.max(last, completedNs[row] ?? Number.NaN);
      latency.push(last - scheduledNs[query]!);
    }
  }
  return {
    latencyMs: Float64Array.from(latency.filter(Number.isFinite), (ns) => ns / 1e6).sort(),
    completedS: completedNs
      .filter((ns, row) => Number.isFinite(ns) && failed[row] !== 1)
      .map((ns) => ns / 1e9)
      .sort(),
  };
}
