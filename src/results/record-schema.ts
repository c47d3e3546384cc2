/** The columns of `queries.arrow`, one row per sample issued; null means it never happened. */
import { Bool, Field, Int64, Schema, Uint16, Uint32 } from 'apache-arrow';

export const recordVersion = 'baremark-record/2';

/** Name of the column `instance`, by the versions that can be read. */
export const instanceColumn: ReadonlyMap<string, string> = new Map([
  ['baremark-record/1', 'device'],
  [recordVersion, 'instance'],
]);

/** Keys of the file's metadata. */
export const metadataKeys = {
  version: 'baremark.record',
  rows: 'baremark.rows',
  samplesPerQuery: 'baremark.samples_per_query',
} as const;

/** What stands for null in the typed arrays of a record that is read back. */
export const noInstance = 0xffff;
export const noBatch = 0xffffffff;

/** Rows in one record batch: enough to be fast, few enough to need little memory (about 6 MB). */
export const batchRows = 131_072;

/** The schema for a record of this size. Times are nanoseconds since the start of the run. */
export function recordSchema(rowCount: number, samplesPerQuery: number): Schema {
  const metadata = new Map<string, string>([
    [metadataKeys.version, recordVersion],
    [metadataKeys.rows, String(rowCount)],
    [metadataKeys.samplesPerQuery, String(samplesPerQuery)],
  ]);
  return new Schema(
    [
      new Field('query', new Uint32(), false),
      new Field('sample', new Uint32(), false),
      new Field('scheduled_ns', new Int64(), true),
      new Field('issued_ns', new Int64(), true),
      new Field('started_ns', new Int64(), true),
      new Field('completed_ns', new Int64(), true),
      new Field('instance', new Uint16(), true),
      new Field('batch', new Uint32(), true),
      new Field('batch_size', new Uint32(), true),
      new Field('failed', new Bool(), false),
    ],
    metadata,
  );
}

/** Size of `queries.arrow` for this many rows, bytes, nulls and headers included. */
export function recordFileBytes(rowCount: number): number {
  return 64_000 + rowCount * 52;
}
