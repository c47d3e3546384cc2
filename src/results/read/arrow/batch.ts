/** Reads one record batch of an Arrow file, once its message fits the columns and the body it speaks of. */
import type { FileHandle } from 'node:fs/promises';
import { RecordFault } from './fault.js';
import { byteOf, elementsOf, longAt, longOf, rootOf, type Table, tableOf, viewOf } from './flatbuffer.js';
import { type ArrowBlock, type ArrowColumn, readAt } from './footer.js';

/** A column's bytes, at a multiple of 8 in their buffer, and the bits that are 0 where there is no value. */
export interface ArrowValues {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly validity: Uint8Array | undefined;
}

export interface ArrowBatch {
  readonly rows: number;
  readonly columns: readonly ArrowValues[];
}

/** Of Arrow's `MessageHeader` union. */
const recordBatch = 3;
/** What a message begins with: -1, and its own length. */
const prefixBytes = 8;
const pairBytes = 16;

export async function readBatch(
  file: FileHandle,
  { offset, messageBytes, bodyBytes }: ArrowBlock,
  columns: readonly ArrowColumn[],
): Promise<ArrowBatch> {
  const batch = batchOf(viewOf(await readAt(file, offset, messageBytes)), bodyBytes);
  const rows = longOf(batch, 0);
  const nodes = pairsOf(batch, 1);
  const buffers = pairsOf(batch, 2);
  if (nodes.length !== columns.length || buffers.length !== 2 * columns.length)
    throw new RecordFault(`a batch of it does not have its ${columns.length} columns`);
  const body = await readAt(file, offset + messageBytes, bodyBytes);
  const parts = partsOf(buffers, body);
  return {
    rows,
    columns: columns.map(({ name, bits }, i) => {
      const [length, nulls] = nodes[i]!;
      const [validity, bytes] = [parts[2 * i]!, parts[2 * i + 1]!];
      const absent = validity.length === 0;
      const least = Math.ceil(rows / 8);
      if (length !== rows || bytes.length * 8 < rows * bits || (!absent && validity.length < least))
        throw new RecordFault(`a batch of it has other rows in its column ${name} than it says`);
      if (nulls !== (absent ? 0 : zeroBits(validity, rows)))
        throw new RecordFault(`a batch of it lacks other values in its column ${name} than it says`);
      return { bytes, validity: absent ? undefined : validity };
    }),
  };
}

function batchOf(view: DataView, bodyBytes: number): Table {
  const inner = view.byteLength - prefixBytes;
  if (view.getInt32(0, true) !== -1 || view.getInt32(4, true) !== inner)
    throw new RecordFault('its batches are not where its footer says');
  const message = rootOf(new DataView(view.buffer, view.byteOffset + prefixBytes, inner));
  if (byteOf(message, 1) !== recordBatch || longOf(message, 3) !== bodyBytes)
    throw new RecordFault('its batches are not where its footer says');
  return tableOf(message, 2, 'batch');
}

/** The pairs of 64-bit numbers that nodes (length, nulls) and buffers (offset, length) are. */
function pairsOf(batch: Table, field: number): [number, number][] {
  const { view } = batch;
  return elementsOf(batch, field, pairBytes).map((at) => [longAt(view, at), longAt(view, at + 8)]);
}

/** Each buffer begins where the one before it ends, rounded up to 8 bytes, and the last one ends with the body. */
function partsOf(
  buffers: readonly [number, number][],
  body: Uint8Array<ArrayBuffer>,
): Uint8Array<ArrayBuffer>[] {
  let next = 0;
  const parts = buffers.map(([offset, length]) => {
    if (offset !== next || length < 0 || offset + length > body.length)
      throw new RecordFault('a batch of it is not laid out as it says');
    next = Math.ceil((offset + length) / 8) * 8;
    return body.subarray(offset, offset + length);
  });
  if (next !== body.length) throw new RecordFault('a batch of it is not laid out as it says');
  return parts;
}

/** Zero bits for these rows. */
function zeroBits(bits: Uint8Array, rows: number): number {
  let zeros = 0;
  for (let row = 0; row < rows; row += 8) {
    const width = Math.min(8, rows - row);
    let left = ~bits[row >> 3]! & ((1 << width) - 1);
    for (; left !== 0; left &= left - 1) zeros++;
  }
  return zeros;
}
