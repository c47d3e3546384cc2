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

/** A column, with the width in bits and the sign of its values. */
const column = <N extends string>(name: N, type: Bool | Int64 | Uint16 | Uint32, nullable: boolean) => ({
  name,
  type,
  nullable,
  ...('bitWidth' in type ? { bits: type.bitWidth, signed: type.isSigned } : { bits: 1, signed: false }),
});

/** The columns in their order. Times are nanoseconds since the start of the run. */
export const recordColumns = [
  column('query', new Uint32(), false),
  column('sample', new Uint32(), false),
  column('scheduled_ns', new Int64(), true),
  column('issued_ns', new Int64(), true),
  column('started_ns', new Int64(), true),
  column('completed_ns', new Int64(), true),
  column('instance', new Uint16(), true),
  column('batch', new Uint32(), true),
  column('batch_size', new Uint32(), true),
  column('failed', new Bool(), false),
] as const;

export type RecordColumnName = (typeof recordColumns)[number]['name'];

/** The schema for a record of this size. */
export function recordSchema(rowCount: number, samplesPerQuery: number): Schema {
  const metadata = new Map<string, string>([
    [metadataKeys.version, recordVersion],
    [metadataKeys.rows, String(rowCount)],
    [metadataKeys.samplesPerQuery, String(samplesPerQuery)],
  ]);
  const fields = recordColumns.map(({ name, type, nullable }) => new Field(name, type, nullable));
  return new Schema(fields, metadata);
}

/** Size of `queries.arrow` for this many rows, bytes, nulls and headers included. */
export function recordFileBytes(rowCount: number): number {
  return 64_000 + rowCount * 52;
}
