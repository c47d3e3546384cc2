/** What charts take from a run's record: latencies and completions, as plain columns. Failed rows have neither. */
import { isCompleted, queryLatency, rowLatency } from '../../engine/latency.js';
import type { StoredRecord } from '../../results/types.js';

export interface RunSeries {
  /** Latency of each completed query, milliseconds, ascending. */
  readonly latencyMs: Float64Array;
  /** When each sample completed, nanoseconds since the run's start, ascending. */
  readonly completedNs: Float64Array;
}

/** By the run's path. */
export type SeriesByRun = ReadonlyMap<string, RunSeries>;

/** The series of a record; a query's latency runs from its scheduled time to its last sample's completion. */
export function seriesOf(record: StoredRecord): RunSeries {
  const { rowCount, samplesPerQuery, completedNs, scheduledNs, failed } = record;
  const columns = { samplesPerQuery, scheduled: scheduledNs, completed: completedNs, failed };
  // Offline is one query: its samples' latencies are what LoadGen reports.
  const bySample = samplesPerQuery === 1 || scheduledNs.length === 1;
  const latencies = Float64Array.from({ length: bySample ? rowCount : scheduledNs.length }, (_, i) =>
    bySample ? rowLatency(columns, i) : queryLatency(columns, i),
  );
  return {
    latencyMs: latencies
      .filter(Number.isFinite)
      .map((ns) => ns / 1e6)
      .sort(),
    completedNs: completedNs.filter((_, row) => isCompleted(columns, row)).sort(),
  };
}
