/** Latencies, read from the record the same way by everybody: from the scheduled time on, and none for a failed row. */

/** The columns of a record that latencies come from: of a `QueryRecord`, or of one that was read back. */
export interface LatencyColumns {
  /** Rows of one query; they follow each other. */
  readonly samplesPerQuery: number;
  /** By query, nanoseconds. */
  readonly scheduled: Float64Array;
  /** By row, nanoseconds; NaN where it was never completed. */
  readonly completed: Float64Array;
  /** By row: 1 where the backend failed it. */
  readonly failed: Uint8Array;
}

/** The query that a row belongs to. */
export function queryOf({ samplesPerQuery }: Pick<LatencyColumns, 'samplesPerQuery'>, row: number): number {
  return samplesPerQuery === 1 ? row : Math.floor(row / samplesPerQuery);
}

/** Whether a row was completed and did not fail: only such rows count. */
export function isCompleted(
  { completed, failed }: Pick<LatencyColumns, 'completed' | 'failed'>,
  row: number,
): boolean {
  return failed[row] === 0 && !Number.isNaN(completed[row]!);
}

/** Latency of a row, nanoseconds; NaN for one that failed or was never completed. */
export function rowLatency(columns: LatencyColumns, row: number): number {
  if (columns.failed[row] !== 0) return Number.NaN;
  return columns.completed[row]! - columns.scheduled[queryOf(columns, row)]!;
}

/** Latency of a query, which is that of its slowest row, nanoseconds; NaN unless all of its rows were completed. */
export function queryLatency(columns: LatencyColumns, query: number): number {
  const { samplesPerQuery } = columns;
  let slowest = Number.NEGATIVE_INFINITY;
  for (let row = query * samplesPerQuery; row < (query + 1) * samplesPerQuery; row++)
    slowest = Math.max(slowest, rowLatency(columns, row));
  return slowest;
}
