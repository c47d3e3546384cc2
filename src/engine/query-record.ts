/**
 * The query record: a run as columns in shared memory, one row for each sample issued.
 * The issuer and the worker threads write it while the clock runs, and everything reported afterwards is read from it.
 */
import type { Queries } from '../loadgen/queries/queries.js';

/** Times are nanoseconds since the start of the run; typed arrays are views on shared memory and can be posted to threads. */
export interface QueryRecord {
  readonly queryCount: number;
  readonly rowCount: number;
  /** Rows of one query; they follow each other, so row r belongs to query floor(r / samplesPerQuery). */
  readonly samplesPerQuery: number;
  /** Sample index by row. */
  readonly sample: Uint32Array;
  /** By query. The stream scenarios have no schedule: there the issuer writes the time of issue. */
  readonly scheduled: Float64Array;
  /** By query; NaN until issued. */
  readonly issued: Float64Array;
  /** By row: when its batch was taken; NaN until then. */
  readonly started: Float64Array;
  /** By row; NaN until its batch was computed, and for good where its thread was lost. A failed batch has a time too. */
  readonly completed: Float64Array;
  /** By row: the run's number of the batch it was computed in. */
  readonly batch: Uint32Array;
  /** By row: the instance that computed it. */
  readonly instance: Uint8Array;
  /** By row: 1 where the backend failed it. */
  readonly failed: Uint8Array;
}

/** Instances are one byte in the record. */
export const maxInstances = 255;

/** Bytes of shared memory for one row and for one query. */
export const bytesPerRow = 4 + 8 + 8 + 4 + 1 + 1;
export const bytesPerQuery = 8 + 8;

/** Allocates shared memory; the queries are generated straight into it. */
export function allocateShared(bytes: number): SharedArrayBuffer {
  return new SharedArrayBuffer(bytes);
}

/** A record over generated queries. Every page is written once here, so that no page fault falls into the run. */
export function createRecord(queries: Queries): QueryRecord {
  const { queryCount, rowCount, samplesPerQuery } = queries;
  const floats = (length: number) => new Float64Array(allocateShared(length * 8)).fill(Number.NaN);
  return {
    queryCount,
    rowCount,
    samplesPerQuery,
    sample: queries.samples,
    scheduled: queries.scheduledNs,
    issued: floats(queryCount),
    started: floats(rowCount),
    completed: floats(rowCount),
    batch: new Uint32Array(allocateShared(rowCount * 4)).fill(0),
    instance: new Uint8Array(allocateShared(rowCount)).fill(0),
    failed: new Uint8Array(allocateShared(rowCount)).fill(0),
  };
}
