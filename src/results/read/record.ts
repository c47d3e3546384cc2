/** Reads `queries.arrow` back into the columns it was written from. */
import { type FileHandle, open } from 'node:fs/promises';
import { type RecordBatch, RecordBatchReader, type Schema } from 'apache-arrow';
import { BaremarkError, hasErrno, messageOf } from '../../base/errors.js';
import { instanceColumn, metadataKeys, noBatch, noInstance } from '../record-schema.js';
import type { StoredRecord } from '../types.js';

/**
 * Reads a record, batch by batch.
 * @throws BaremarkError BAD_RESULTS where the file is missing, cut off, or not a record of baremark's
 */
export async function readRecord(path: string): Promise<StoredRecord> {
  let file: FileHandle | undefined;
  try {
    file = await open(path, 'r');
    const reader = await RecordBatchReader.from(await withLimit(file));
    await reader.open();
    const instances = instanceColumnOf(reader.schema);
    const { rowCount, samplesPerQuery } = sizeOf(reader.schema, (await file.stat()).size);
    const record = emptyRecord(rowCount, samplesPerQuery);
    let row = 0;
    for await (const batch of reader) {
      if (row + batch.numRows > rowCount) throw new RecordFault('it holds more rows than it says');
      copyBatch(record, batch, instances, row);
      row += batch.numRows;
    }
    if (row !== rowCount) throw new RecordFault(`it holds ${row} of the ${rowCount} rows it should`);
    return record;
  } catch (error) {
    throw new BaremarkError(
      'BAD_RESULTS',
      `${path} cannot be read as a per-query record (${whyNot(error)}); it is cut off or not baremark's: copy it again or run again.`,
      { cause: error },
    );
  } finally {
    // The Arrow reader closes the file where it was read to its end.
    await file?.close().catch(() => {});
  }
}

/**
 * The same file, which fails after more reads than a whole record needs: where the footer names a place at which there
 * is no record batch, Arrow reads that place again and again.
 */
async function withLimit(file: FileHandle): Promise<FileHandle> {
  const { size } = await file.stat();
  let left = 1000 + size / 4096;
  const read = (...args: Parameters<FileHandle['read']>) => {
    if (--left < 0) throw new RecordFault('its batches are not where its footer says');
    return file.read(...args);
  };
  return { fd: file.fd, stat: () => file.stat(), read, close: () => file.close() } as unknown as FileHandle;
}

/** What this file found wrong with a record, in words for a person. */
class RecordFault extends Error {}

/** What Arrow or V8 say of damaged bytes, such as an offset beyond a DataView, tells a person nothing. */
function whyNot(error: unknown): string {
  if (hasErrno(error, 'ENOENT')) return 'it does not exist';
  const readable = error instanceof RecordFault || (error instanceof Error && 'syscall' in error);
  return readable ? messageOf(error) : 'its bytes are damaged';
}

/** The name under which this file holds the instances. */
function instanceColumnOf(schema: Schema): string {
  const version = schema.metadata.get(metadataKeys.version);
  const name = instanceColumn.get(version ?? '');
  if (name !== undefined) return name;
  throw new RecordFault(
    `its version is ${version ?? 'absent'}, not ${[...instanceColumn.keys()].join(' or ')}`,
  );
}

function sizeOf(schema: Schema, bytes: number): { rowCount: number; samplesPerQuery: number } {
  const rowCount = Number(schema.metadata.get(metadataKeys.rows));
  const samplesPerQuery = Number(schema.metadata.get(metadataKeys.samplesPerQuery));
  if (!Number.isInteger(rowCount) || rowCount < 0 || rowCount > bytes)
    throw new RecordFault(`its row count ${rowCount} does not fit its ${bytes} bytes`);
  if (!Number.isInteger(samplesPerQuery) || samplesPerQuery < 1)
    throw new RecordFault(`its samples per query are ${samplesPerQuery}`);
  return { rowCount, samplesPerQuery };
}

function emptyRecord(rowCount: number, samplesPerQuery: number): StoredRecord {
  const queries = Math.ceil(rowCount / samplesPerQuery);
  return {
    rowCount,
    samplesPerQuery,
    sample: new Uint32Array(rowCount),
    scheduledNs: new Float64Array(queries),
    issuedNs: new Float64Array(queries),
    startedNs: new Float64Array(rowCount),
    completedNs: new Float64Array(rowCount),
    instance: new Uint16Array(rowCount),
    batch: new Uint32Array(rowCount),
    batchSize: new Uint32Array(rowCount),
    failed: new Uint8Array(rowCount),
  };
}

function copyBatch(record: StoredRecord, batch: RecordBatch, instances: string, row: number): void {
  const perQuery = record.samplesPerQuery;
  copyWhole(record.sample, batch, 'sample', row, 0);
  copyTimes(record.scheduledNs, batch, 'scheduled_ns', row, perQuery);
  copyTimes(record.issuedNs, batch, 'issued_ns', row, perQuery);
  copyTimes(record.startedNs, batch, 'started_ns', row, 1);
  copyTimes(record.completedNs, batch, 'completed_ns', row, 1);
  copyWhole(record.instance, batch, instances, row, noInstance);
  copyWhole(record.batch, batch, 'batch', row, noBatch);
  copyWhole(record.batchSize, batch, 'batch_size', row, 0);
  const failed = column(batch, 'failed', Uint8Array);
  for (let i = 0; i < batch.numRows; i++) {
    const bit = failed.offset + i;
    record.failed[row + i] = (failed.values[bit >> 3]! >> (bit & 7)) & 1;
  }
}

interface RawColumn<T> {
  readonly values: T;
  readonly nulls: number;
  readonly bits: Uint8Array;
  readonly offset: number;
}

function column<T>(
  batch: RecordBatch,
  name: string,
  kind: abstract new (...args: never[]) => T,
): RawColumn<T> {
  const data = batch.getChild(name)?.data[0];
  if (!data || !(data.values instanceof kind))
    throw new RecordFault(`its column ${name} is missing or of another type`);
  return { values: data.values, nulls: data.nullCount, bits: data.nullBitmap, offset: data.offset };
}

function isNull({ nulls, bits, offset }: RawColumn<unknown>, i: number): boolean {
  return nulls > 0 && ((bits[(offset + i) >> 3]! >> ((offset + i) & 7)) & 1) === 0;
}

function copyWhole(
  to: Uint16Array | Uint32Array,
  batch: RecordBatch,
  name: string,
  row: number,
  absent: number,
): void {
  const kind = to instanceof Uint16Array ? Uint16Array : Uint32Array;
  const from = column<Uint16Array | Uint32Array>(batch, name, kind);
  to.set(from.values.subarray(0, batch.numRows), row);
  if (from.nulls === 0) return;
  for (let i = 0; i < batch.numRows; i++) if (isNull(from, i)) to[row + i] = absent;
}

function copyTimes(to: Float64Array, batch: RecordBatch, name: string, row: number, perQuery: number): void {
  const from = column(batch, name, BigInt64Array);
  const { buffer, byteOffset, length } = from.values;
  const low = new Uint32Array(buffer, byteOffset, 2 * length);
  const high = new Int32Array(buffer, byteOffset, 2 * length);
  for (let i = 0; i < batch.numRows; i++) {
    const at = perQuery === 1 ? row + i : Math.floor((row + i) / perQuery);
    to[at] = isNull(from, i) ? Number.NaN : high[2 * i + 1]! * 4294967296 + low[2 * i]!;
  }
}
