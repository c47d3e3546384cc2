/** Reads `queries.arrow` back into the columns it was written from. */
import { type FileHandle, open } from 'node:fs/promises';
import { BaremarkError, hasErrno, messageOf } from '../../base/errors.js';
import { sentenceText } from '../../base/text/safe.js';
import {
  instanceColumn,
  metadataKeys,
  noBatch,
  noInstance,
  type RecordColumnName,
  recordColumns,
} from '../record-schema.js';
import type { StoredRecord } from '../types.js';
import { type ArrowBatch, type ArrowValues, readBatch } from './arrow/batch.js';
import { RecordFault } from './arrow/fault.js';
import { type ArrowFooter, readFooter } from './arrow/footer.js';

/**
 * Reads a record, batch by batch.
 * @throws BaremarkError BAD_RESULTS where the file is missing, cut off, damaged, or not a record of baremark's
 */
export async function readRecord(path: string): Promise<StoredRecord> {
  let file: FileHandle | undefined;
  try {
    file = await open(path, 'r');
    const { size } = await file.stat();
    const footer = await readFooter(file, size);
    checkColumns(footer);
    const { rowCount, samplesPerQuery } = sizeOf(footer, size);
    const record = emptyRecord(rowCount, samplesPerQuery);
    let row = 0;
    for (const block of footer.blocks) {
      const batch = await readBatch(file, block, footer.columns);
      if (row + batch.rows > rowCount) throw new RecordFault('it holds more rows than it says');
      copyBatch(record, batch, row);
      row += batch.rows;
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
    await file?.close().catch(() => {});
  }
}

/** What V8 says of damaged bytes, such as an offset beyond a DataView, tells a person nothing. */
function whyNot(error: unknown): string {
  if (hasErrno(error, 'ENOENT')) return 'it does not exist';
  const readable = error instanceof RecordFault || (error instanceof Error && 'syscall' in error);
  return readable ? sentenceText(messageOf(error)) : 'its bytes are damaged';
}

/** The columns are those of `recordSchema`; only the name of the instances depends on the version. */
function checkColumns({ metadata, columns }: ArrowFooter): void {
  const version = metadata.get(metadataKeys.version);
  const instances = instanceColumn.get(version ?? '');
  if (instances === undefined)
    throw new RecordFault(
      `its version is ${version ?? 'absent'}, not ${[...instanceColumn.keys()].join(' or ')}`,
    );
  for (const [i, { name, bits, signed }] of recordColumns.entries()) {
    const wanted = name === 'instance' ? instances : name;
    const found = columns[i];
    if (found?.name !== wanted || found.bits !== bits || found.signed !== signed)
      throw new RecordFault(`its column ${wanted} is missing or of another type`);
  }
  if (columns.length > recordColumns.length)
    throw new RecordFault(`it has ${columns.length} columns, not ${recordColumns.length}`);
}

function sizeOf({ metadata }: ArrowFooter, bytes: number): { rowCount: number; samplesPerQuery: number } {
  const rowCount = Number(metadata.get(metadataKeys.rows));
  const samplesPerQuery = Number(metadata.get(metadataKeys.samplesPerQuery));
  if (!Number.isInteger(rowCount) || rowCount < 0 || rowCount > bytes)
    throw new RecordFault(`its row count ${rowCount} does not fit its ${bytes} bytes`);
  if (!Number.isInteger(samplesPerQuery) || samplesPerQuery < 1 || rowCount % samplesPerQuery !== 0)
    throw new RecordFault(`its samples per query are ${samplesPerQuery} at ${rowCount} rows`);
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

function copyBatch(record: StoredRecord, { rows, columns }: ArrowBatch, row: number): void {
  const perQuery = record.samplesPerQuery;
  const of = new Map(recordColumns.map(({ name }, i) => [name, columns[i]!]));
  const column = (name: RecordColumnName) => of.get(name)!;
  checkQueries(column('query'), rows, row, perQuery);
  copyWhole(record.sample, column('sample'), rows, row, 0);
  copyTimes(record.scheduledNs, column('scheduled_ns'), rows, row, perQuery);
  copyTimes(record.issuedNs, column('issued_ns'), rows, row, perQuery);
  copyTimes(record.startedNs, column('started_ns'), rows, row, 1);
  copyTimes(record.completedNs, column('completed_ns'), rows, row, 1);
  copyWhole(record.instance, column('instance'), rows, row, noInstance);
  copyWhole(record.batch, column('batch'), rows, row, noBatch);
  copyWhole(record.batchSize, column('batch_size'), rows, row, 0);
  const { bytes } = column('failed');
  for (let i = 0; i < rows; i++) record.failed[row + i] = bit(bytes, i);
}

function bit(bits: Uint8Array, i: number): number {
  return (bits[i >> 3]! >> (i & 7)) & 1;
}

/** The queries count up, with so many rows each; else the samples per query are not what the record says. */
function checkQueries({ bytes }: ArrowValues, rows: number, row: number, perQuery: number): void {
  const queries = new Uint32Array(bytes.buffer, bytes.byteOffset, rows);
  for (let i = 0; i < rows; i++)
    if (queries[i] !== Math.floor((row + i) / perQuery))
      throw new RecordFault(`row ${row + i} is of query ${queries[i]}, at ${perQuery} samples per query`);
}

function copyWhole(
  to: Uint16Array | Uint32Array,
  { bytes, validity }: ArrowValues,
  rows: number,
  row: number,
  absent: number,
): void {
  const Kind = to instanceof Uint16Array ? Uint16Array : Uint32Array;
  to.set(new Kind(bytes.buffer, bytes.byteOffset, rows), row);
  if (validity) for (let i = 0; i < rows; i++) if (!bit(validity, i)) to[row + i] = absent;
}

/** As two 32-bit halves: one BigInt per time would take seconds. */
function copyTimes(
  to: Float64Array,
  { bytes, validity }: ArrowValues,
  rows: number,
  row: number,
  perQuery: number,
): void {
  const low = new Uint32Array(bytes.buffer, bytes.byteOffset, 2 * rows);
  const high = new Int32Array(bytes.buffer, bytes.byteOffset, 2 * rows);
  for (let i = 0; i < rows; i++) {
    const at = perQuery === 1 ? row + i : Math.floor((row + i) / perQuery);
    to[at] = validity && !bit(validity, i) ? Number.NaN : high[2 * i + 1]! * 4294967296 + low[2 * i]!;
  }
}
