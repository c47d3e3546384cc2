/** Reads the footer of an Arrow file: its metadata, its columns and where its record batches lie, all within the file. */
import type { FileHandle } from 'node:fs/promises';
import { RecordFault } from './fault.js';
import {
  byteOf,
  elementsOf,
  intOf,
  longAt,
  rootOf,
  type Table,
  tableOf,
  tablesOf,
  textOf,
  viewOf,
} from './flatbuffer.js';

/** Width in bits, 1 of a column of booleans, and whether its numbers have a sign. */
export interface ArrowColumn {
  readonly name: string;
  readonly bits: number;
  readonly signed: boolean;
}

/** A record batch in the file: its message, which says what lies where, and behind it its body. */
export interface ArrowBlock {
  readonly offset: number;
  readonly messageBytes: number;
  readonly bodyBytes: number;
}

export interface ArrowFooter {
  readonly metadata: ReadonlyMap<string, string>;
  readonly columns: readonly ArrowColumn[];
  readonly blocks: readonly ArrowBlock[];
}

const magic = 'ARROW1';
/** The magic and two bytes of padding. */
const headBytes = 8;
/** The length of the footer and the magic. */
const tailBytes = 4 + magic.length;
const blockBytes = 24;
/** Enough for 600,000 batches; a record of ten million rows has 77. */
const mostFooterBytes = 16 * 1024 * 1024;

/** Types of Arrow's `Type` union that a record has. */
const intType = 2;
const boolType = 6;

export async function readFooter(file: FileHandle, size: number): Promise<ArrowFooter> {
  if (size < headBytes + tailBytes) throw new RecordFault(`it has ${size} bytes`);
  const head = await readAt(file, 0, magic.length);
  const tail = Buffer.from(await readAt(file, size - tailBytes, tailBytes));
  if (Buffer.from(head).toString('latin1') !== magic || tail.toString('latin1', 4) !== magic)
    throw new RecordFault('it does not begin and end as an Arrow file does');
  const length = tail.readInt32LE(0);
  const start = size - tailBytes - length;
  if (length <= 0 || length > mostFooterBytes || start < headBytes)
    throw new RecordFault(`its footer of ${length} bytes does not fit its ${size} bytes`);
  const footer = rootOf(viewOf(await readAt(file, start, length)));
  const schema = tableOf(footer, 1, 'schema');
  return {
    metadata: new Map(tablesOf(schema, 2).map((pair) => [textOf(pair, 0), textOf(pair, 1)])),
    columns: tablesOf(schema, 1).map(columnOf),
    blocks: blocksOf(footer, start),
  };
}

/** Bytes in a buffer of their own, so that whatever lies at a multiple of 8 in them can be seen as 64-bit numbers. */
export async function readAt(
  file: FileHandle,
  position: number,
  length: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(length);
  const { bytesRead } = await file.read(bytes, 0, length, position);
  if (bytesRead !== length) throw new RecordFault('it ends too early');
  return bytes;
}

function columnOf(field: Table): ArrowColumn {
  const name = textOf(field, 0);
  const type = byteOf(field, 2);
  if (type === boolType) return { name, bits: 1, signed: false };
  if (type !== intType) return { name, bits: 0, signed: false };
  const int = tableOf(field, 3, `type of ${name}`);
  return { name, bits: intOf(int, 0), signed: byteOf(int, 1) !== 0 };
}

/** One behind the other, before the footer: none may be read twice, and none that is no batch. */
function blocksOf(footer: Table, end: number): ArrowBlock[] {
  let free = headBytes;
  return elementsOf(footer, 3, blockBytes).map((at) => {
    const { view } = footer;
    const offset = longAt(view, at);
    const messageBytes = view.getInt32(at + 8, true);
    const bodyBytes = longAt(view, at + 16);
    const apart = messageBytes > 0 && bodyBytes >= 0 && offset >= free;
    free = offset + messageBytes + bodyBytes;
    if (!apart || !(free <= end)) throw new RecordFault('its batches are not where its footer says');
    return { offset, messageBytes, bodyBytes };
  });
}
