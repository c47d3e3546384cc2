/** What charts take from a run's record: latencies and completions, as plain columns. Failed rows have neither. */
import { tailInterval } from '../../compare/statistics/tail-interval.js';
import type { RunTail } from '../../compare/types.js';
import { isCompleted, queryLatency, rowLatency } from '../../engine/latency.js';
import type { ResultRun, StoredRecord } from '../../results/types.js';

export interface RunSeries {
  /** Latency of each completed query, milliseconds, ascending. */
  readonly latencyMs: Float64Array;
  /** When each sample completed, nanoseconds since the run's start, ascending. */
  readonly completedNs: Float64Array;
  /** Of a Server run: its latency at the bound's percentile. */
  readonly tail?: RunTail;
}

/** By the run's path. */
export type SeriesByRun = ReadonlyMap<string, RunSeries>;

/** The series of a record; a query's latency runs from its scheduled time to its last sample's completion. */
export function seriesOf(record: StoredRecord, run?: ResultRun): RunSeries {
  const { completedNs, failed } = record;
  const latencies = latenciesInOrder(record);
  const columns = { completed: completedNs, failed };
  return {
    latencyMs: latencies.filter(Number.isFinite).sort(),
    completedNs: completedNs.filter((_, row) => isCompleted(columns, row)).sort(),
    tail: run && runTail(latencies, run),
  };
}

/** The latency of a Server run at its bound's percentile, from its record; undefined of other runs. */
export function recordTail(record: StoredRecord, run: ResultRun): RunTail | undefined {
  return runTail(latenciesInOrder(record), run);
}

/** Only Server has a bound, and with it a percentile. */
function runTail(latenciesMs: Float64Array, { percentile }: ResultRun): RunTail | undefined {
  if (percentile === undefined) return undefined;
  const found = tailInterval(latenciesMs, percentile);
  return found && { ms: found.value, lowMs: found.low, highMs: found.high };
}

/** Milliseconds, by query in order of schedule; NaN where it failed or was never completed. */
function latenciesInOrder({ rowCount, samplesPerQuery, completedNs, scheduledNs, failed }: StoredRecord) {
  const columns = { samplesPerQuery, scheduled: scheduledNs, completed: completedNs, failed };
  // Offline is one query: its samples' latencies are what LoadGen reports.
  const bySample = samplesPerQuery === 1 || scheduledNs.length === 1;
  const latencyNs = bySample ? rowLatency : queryLatency;
  const latenciesMs = new Float64Array(bySample ? rowCount : scheduledNs.length);
  for (let i = 0; i < latenciesMs.length; i++) latenciesMs[i] = latencyNs(columns, i) / 1e6;
  return latenciesMs;
}
