/** Writes the query record as `queries.arrow`, an Arrow IPC file that pandas, polars and DuckDB read. */
import { open } from 'node:fs/promises';
import { AsyncByteQueue, RecordBatchFileWriter } from 'apache-arrow';
import { batchRows, recordSchema } from '../record-schema.js';
import type { QueryColumns, RecordColumn } from '../types.js';
import { ChunkFiller } from './record-chunk.js';

/** Keeps what the Arrow writer writes, by reference, until it is taken. */
class Pieces extends AsyncByteQueue<Uint8Array<ArrayBuffer>> {
  private pieces: Uint8Array[] = [];
  override write(value: Parameters<AsyncByteQueue<Uint8Array<ArrayBuffer>>['write']>[0]): void {
    this.pieces.push(value as unknown as Uint8Array);
  }
  take(): Uint8Array[] {
    const taken = this.pieces;
    this.pieces = [];
    return taken;
  }
}

/**
 * Writes the record chunk by chunk. In addition to the record it needs memory for one chunk and, where the batch sizes
 * are not given, 4 bytes per batch.
 * Throws the file system's error where it cannot; the caller removes what was written by then.
 */
export async function writeRecord(path: string, record: QueryColumns): Promise<void> {
  checkSize(record);
  const { rowCount, samplesPerQuery } = record;
  const schema = recordSchema(rowCount, samplesPerQuery);
  const batchSize = record.batchSize ?? countBatches(record);
  const filler = new ChunkFiller(schema, { ...record, batchSize });
  const pieces = new Pieces();
  const writer = new RecordBatchFileWriter();
  writer.reset(pieces, schema);
  const file = await open(path, 'wx');
  try {
    for (let from = 0; from < rowCount; from += batchRows) {
      writer.write(filler.fill(from, Math.min(rowCount, from + batchRows)));
      await writeAll(file, pieces.take());
    }
    writer.finish();
    await writeAll(file, pieces.take());
  } finally {
    await file.close();
  }
}

async function writeAll(file: Awaited<ReturnType<typeof open>>, pieces: Uint8Array[]): Promise<void> {
  const bytes = pieces.reduce((sum, piece) => sum + piece.byteLength, 0);
  const { bytesWritten } = await file.writev(pieces);
  // A disk that fills up may take part of it without an error; the next write gives one.
  if (bytesWritten === bytes) return;
  let skip = bytesWritten;
  for (const piece of pieces) {
    const rest = piece.subarray(Math.min(skip, piece.byteLength));
    skip -= piece.byteLength - rest.byteLength;
    if (rest.byteLength > 0) await file.appendFile(rest);
  }
}

function checkSize({ rowCount, samplesPerQuery }: QueryColumns): void {
  const whole = Number.isInteger(rowCount) && Number.isInteger(samplesPerQuery);
  if (!whole || rowCount < 0 || samplesPerQuery < 1 || rowCount > 0xffffffff)
    throw new RangeError(
      `A record of ${rowCount} rows with ${samplesPerQuery} samples per query cannot be written.`,
    );
}

/** Rows of each row's batch. Batch ids count from 0 in practice; ids far beyond the rows are counted in a map. */
function countBatches({ rowCount, batch, startedNs }: QueryColumns): RecordColumn {
  const id = typeof batch === 'function' ? batch : (row: number) => batch[row]!;
  const started = typeof startedNs === 'function' ? startedNs : (row: number) => startedNs[row]!;
  let highest = 0;
  for (let row = 0; row < rowCount; row++)
    if (!Number.isNaN(started(row))) highest = Math.max(highest, id(row));
  if (highest > 2 * rowCount + 1024) {
    const counts = new Map<number, number>();
    for (let row = 0; row < rowCount; row++)
      if (!Number.isNaN(started(row))) counts.set(id(row), (counts.get(id(row)) ?? 0) + 1);
    return (row) => counts.get(id(row)) ?? 0;
  }
  const counts = new Uint32Array(highest + 1);
  for (let row = 0; row < rowCount; row++) if (!Number.isNaN(started(row))) counts[id(row)]!++;
  return (row) => counts[id(row)] ?? 0;
}
