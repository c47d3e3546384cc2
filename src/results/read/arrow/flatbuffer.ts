/**
 * Reads tables of a flatbuffer, the format of Arrow's own descriptions, without trusting them: what lies outside the
 * bytes is a RecordFault or a DataView's RangeError, and no count makes it build or visit more than the bytes hold.
 */
import { RecordFault } from './fault.js';

/** A table: where it begins in the bytes. */
export interface Table {
  readonly view: DataView;
  readonly at: number;
}

export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

export function rootOf(view: DataView): Table {
  return { view, at: view.getUint32(0, true) };
}

/** Where the field with this number lies; undefined where the table leaves it out, which means its default. */
function placeOf({ view, at }: Table, field: number): number | undefined {
  const list = at - view.getInt32(at, true);
  const entry = 4 + 2 * field;
  if (entry + 2 > view.getUint16(list, true)) return undefined;
  const offset = view.getUint16(list + entry, true);
  return offset === 0 ? undefined : at + offset;
}

export function byteOf(table: Table, field: number): number {
  const at = placeOf(table, field);
  return at === undefined ? 0 : table.view.getUint8(at);
}

export function intOf(table: Table, field: number): number {
  const at = placeOf(table, field);
  return at === undefined ? 0 : table.view.getInt32(at, true);
}

export function longOf(table: Table, field: number): number {
  const at = placeOf(table, field);
  return at === undefined ? 0 : longAt(table.view, at);
}

export function longAt(view: DataView, at: number): number {
  return Number(view.getBigInt64(at, true));
}

export function tableOf(table: Table, field: number, name: string): Table {
  const at = placeOf(table, field);
  if (at === undefined) throw new RecordFault(`its ${name} is missing`);
  return { view: table.view, at: at + table.view.getUint32(at, true) };
}

/** Where a list's elements begin, of this many bytes each, and how many there are; all of them within the bytes. */
function listOf(table: Table, field: number, size: number): { start: number; count: number } {
  const at = placeOf(table, field);
  if (at === undefined) return { start: 0, count: 0 };
  const { view } = table;
  const head = at + view.getUint32(at, true);
  const count = view.getUint32(head, true);
  const start = head + 4;
  if (start + count * size > view.byteLength)
    throw new RecordFault('a list in it is longer than what holds it');
  return { start, count };
}

/** Where each element of a list begins; elements take this many bytes each. */
export function elementsOf(table: Table, field: number, size: number): readonly number[] {
  const { start, count } = listOf(table, field, size);
  return Array.from({ length: count }, (_, i) => start + i * size);
}

export function tablesOf(table: Table, field: number): readonly Table[] {
  const { view } = table;
  return elementsOf(table, field, 4).map((at) => ({ view, at: at + view.getUint32(at, true) }));
}

export function textOf(table: Table, field: number): string {
  const { start, count } = listOf(table, field, 1);
  const { buffer, byteOffset } = table.view;
  return Buffer.from(buffer, byteOffset + start, count).toString('utf8');
}
