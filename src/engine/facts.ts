/** Reads from a finished phase what LoadGen's summary is made from. Failed and unfinished samples count for nothing. */

import {
  type EffectiveSettings,
  orderStatistics,
  percentileRank,
  type RunFacts,
  spread,
  type Values,
} from '../loadgen/index.js';
import { isCompleted, type LatencyColumns, queryLatency, rowLatency } from './latency.js';

/** What was issued and what became of it: of a `PhaseResult`, or of a record that was read back. */
export interface IssuedRecord {
  readonly record: LatencyColumns & { readonly issued: Float64Array };
  readonly queriesIssued: number;
}

export interface Counts {
  /** Samples issued. */
  readonly issued: number;
  readonly completed: number;
  /** Failed by the backend, or lost with a thread. */
  readonly failed: number;
}

export type MeasuredFacts = Omit<RunFacts, 'effective' | 'sutName' | 'warnings' | 'errors' | 'otherReasons'>;

/** Rows that were completed and not failed; absent where that is every row issued, which needs no list. */
interface CompletedRows {
  readonly count: number;
  readonly rows?: Uint32Array;
}

export function countRows({ record, queriesIssued }: IssuedRecord): Counts {
  const issued = queriesIssued * record.samplesPerQuery;
  let completed = 0;
  let failed = 0;
  for (let row = 0; row < issued; row++) {
    if (record.failed[row]) failed++;
    else if (isCompleted(record, row)) completed++;
  }
  return { issued, completed, failed };
}

/** When the last of the completed rows was completed, run nanoseconds; 0 where none was. */
export function lastCompletedAt({ record, queriesIssued }: IssuedRecord) {
  const issued = queriesIssued * record.samplesPerQuery;
  let last = 0;
  for (let row = 0; row < issued; row++)
    if (isCompleted(record, row)) last = Math.max(last, record.completed[row]!);
  return last;
}

export function measuredFacts(
  { record, queriesIssued }: IssuedRecord,
  effective: EffectiveSettings,
  counts: Counts,
): MeasuredFacts {
  const { rows, count } = completedRows(record, counts);
  const latencyOf = (row: number) => Math.floor(rowLatency(record, row));
  const samples: Values = {
    count,
    at: (i) => latencyOf(rows ? rows[i]! : i),
    read: (from, block) => {
      if (rows) for (let i = 0; i < block.length; i++) block[i] = latencyOf(rows[from + i]!);
      else for (let i = 0; i < block.length; i++) block[i] = latencyOf(from + i);
    },
  };
  let maxLatencyNs = 0;
  let lastDone = 0;
  for (let i = 0; i < count; i++) {
    const row = rows ? rows[i]! : i;
    maxLatencyNs = Math.max(maxLatencyNs, latencyOf(row));
    lastDone = Math.max(lastDone, record.completed[row]!);
  }
  const lastQuery = queriesIssued - 1;
  return {
    latencies: effective.scenario === 'MultiStream' ? latenciesOfQueries(record, queriesIssued) : samples,
    sampleLatencies: effective.scenario === 'MultiStream' ? samples : undefined,
    queryCount: queriesIssued,
    sampleCount: count,
    maxLatencyNs,
    finalQueryScheduledNs: record.scheduled[lastQuery] ?? 0,
    finalQueryIssuedNs: Math.floor(record.issued[lastQuery] ?? 0),
    finalQueryAllSamplesDoneNs: Math.floor(lastDone),
  };
}

/** Latency of the completed samples (in MultiStream queries) at a percentile, by LoadGen's rule, nanoseconds; NaN for none. */
export function latencyAtNs(issued: IssuedRecord, effective: EffectiveSettings, percentile: number): number {
  const { latencies } = measuredFacts(issued, effective, countRows(issued));
  const rank = percentileRank(latencies.count, percentile);
  return orderStatistics(latencies, [rank], spread(latencies))[0]!;
}

function completedRows(record: LatencyColumns, { issued, completed }: Counts): CompletedRows {
  if (completed === issued) return { count: issued };
  const rows = new Uint32Array(completed);
  let count = 0;
  for (let row = 0; row < issued; row++) if (isCompleted(record, row)) rows[count++] = row;
  return { count, rows };
}

/** Latencies of the queries all of whose samples were completed. */
function latenciesOfQueries(record: LatencyColumns, queries: number): Values {
  const latencies: number[] = [];
  for (let query = 0; query < queries; query++) {
    const latency = queryLatency(record, query);
    if (!Number.isNaN(latency)) latencies.push(Math.floor(latency));
  }
  return { count: latencies.length, at: (i) => latencies[i]! };
}

/** The facts of several phases measured one after the other, as those of one: times add up. */
export function mergedFacts(parts: readonly MeasuredFacts[]): MeasuredFacts {
  if (parts.length === 1) return parts[0]!;
  const total = (of: (part: MeasuredFacts) => number) => parts.reduce((sum, part) => sum + of(part), 0);
  const before =
    total((part) => part.finalQueryAllSamplesDoneNs) - (parts.at(-1)?.finalQueryAllSamplesDoneNs ?? 0);
  return {
    latencies: concatenated(parts.map(({ latencies }) => latencies)),
    sampleLatencies: parts.every(({ sampleLatencies }) => sampleLatencies)
      ? concatenated(parts.map(({ sampleLatencies }) => sampleLatencies!))
      : undefined,
    queryCount: total((part) => part.queryCount),
    sampleCount: total((part) => part.sampleCount),
    maxLatencyNs: Math.max(0, ...parts.map((part) => part.maxLatencyNs)),
    finalQueryScheduledNs: before + (parts.at(-1)?.finalQueryScheduledNs ?? 0),
    finalQueryIssuedNs: before + (parts.at(-1)?.finalQueryIssuedNs ?? 0),
    finalQueryAllSamplesDoneNs: total((part) => part.finalQueryAllSamplesDoneNs),
  };
}

function concatenated(parts: readonly Values[]): Values {
  const starts: number[] = [];
  let count = 0;
  for (const part of parts) {
    starts.push(count);
    count += part.count;
  }
  let current = 0;
  return {
    count,
    at: (index) => {
      // Asked for in order nearly always, so the part asked for last is tried first.
      if (index < starts[current]!) current = 0;
      while (current + 1 < starts.length && index >= starts[current + 1]!) current++;
      return parts[current]!.at(index - starts[current]!);
    },
  };
}
