/** Reads from a shared library, without loading it, which other libraries it needs (ELF, 64-bit, little-endian). */
import { closeSync, openSync, readSync } from 'node:fs';

export interface ElfLinks {
  /** DT_NEEDED, in order. */
  readonly needed: readonly string[];
  readonly soname?: string;
  /** DT_RUNPATH or DT_RPATH, `$ORIGIN` as written. */
  readonly runpath: readonly string[];
}

const PT_LOAD = 1;
const PT_DYNAMIC = 2;
const DT_NEEDED = 1;
const DT_STRTAB = 5;
const DT_SONAME = 14;
const DT_RPATH = 15;
const DT_RUNPATH = 29;

interface Segment {
  readonly type: number;
  readonly offset: number;
  readonly address: number;
  readonly size: number;
}

function readAt(file: number, offset: number, length: number): Buffer {
  const buffer = Buffer.alloc(length);
  const read = readSync(file, buffer, 0, length, offset);
  return buffer.subarray(0, read);
}

function segments(file: number): readonly Segment[] | undefined {
  const header = readAt(file, 0, 64);
  // Magic number, 64-bit class, little-endian.
  if (header.length < 64 || header.readUInt32BE(0) !== 0x7f454c46 || header[4] !== 2 || header[5] !== 1)
    return undefined;
  const [start, size, count] = [
    Number(header.readBigUInt64LE(32)),
    header.readUInt16LE(54),
    header.readUInt16LE(56),
  ];
  if (size < 56) return undefined;
  const table = readAt(file, start, size * count);
  return Array.from({ length: Math.floor(table.length / size) }, (_, i) => {
    const entry = table.subarray(i * size);
    return {
      type: entry.readUInt32LE(0),
      offset: Number(entry.readBigUInt64LE(8)),
      address: Number(entry.readBigUInt64LE(16)),
      size: Number(entry.readBigUInt64LE(32)),
    };
  });
}

function stringAt(file: number, offset: number): string {
  const text = readAt(file, offset, 1024);
  const end = text.indexOf(0);
  return text.toString('utf8', 0, end === -1 ? text.length : end);
}

function links(file: number): ElfLinks | undefined {
  const all = segments(file);
  const dynamic = all?.find(({ type }) => type === PT_DYNAMIC);
  if (!all || !dynamic) return undefined;
  const table = readAt(file, dynamic.offset, Math.min(dynamic.size, 1 << 16));
  const entries = Array.from({ length: Math.floor(table.length / 16) }, (_, i) => ({
    tag: Number(table.readBigInt64LE(i * 16)),
    value: Number(table.readBigUInt64LE(i * 16 + 8)),
  }));
  const address = entries.find(({ tag }) => tag === DT_STRTAB)?.value;
  const holder = all.find(
    (segment) =>
      segment.type === PT_LOAD &&
      address !== undefined &&
      address >= segment.address &&
      address < segment.address + segment.size,
  );
  if (!holder || address === undefined) return undefined;
  const strings = address - holder.address + holder.offset;
  const texts = (...tags: number[]) =>
    entries.filter(({ tag }) => tags.includes(tag)).map(({ value }) => stringAt(file, strings + value));
  return {
    needed: texts(DT_NEEDED),
    soname: texts(DT_SONAME)[0],
    runpath: texts(DT_RUNPATH, DT_RPATH).flatMap((path) => path.split(':')),
  };
}

/** What a library links to; undefined if the file is absent or not a 64-bit, little-endian ELF file. */
export function readElfLinks(path: string): ElfLinks | undefined {
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch {
    return undefined;
  }
  try {
    return links(file);
  } catch {
    return undefined;
  } finally {
    closeSync(file);
  }
}
