/** A minimal ELF64 shared library made of bytes: enough for a reader of its links, not for a loader. */
export function elfLibrary(links: {
  readonly needed: readonly string[];
  readonly soname?: string;
  readonly runpath?: string;
}): Buffer {
  let strings = '\0';
  const add = (text: string): bigint => {
    const at = BigInt(strings.length);
    strings += `${text}\0`;
    return at;
  };
  const entries: [bigint, bigint][] = links.needed.map((name) => [1n, add(name)]);
  if (links.soname !== undefined) entries.push([14n, add(links.soname)]);
  if (links.runpath !== undefined) entries.push([29n, add(links.runpath)]);
  const dynamicAt = 64 + 2 * 56;
  const stringsAt = dynamicAt + (entries.length + 2) * 16;
  // The address space starts elsewhere than the file, as in real libraries.
  const base = 0x10000;
  entries.push([5n, BigInt(base + stringsAt)], [0n, 0n]);
  const file = Buffer.alloc(stringsAt + strings.length);
  file.write('\x7fELF', 0, 'latin1');
  file.set([2, 1, 1], 4);
  file.writeUInt16LE(3, 16);
  file.writeUInt16LE(62, 18);
  file.writeBigUInt64LE(64n, 32);
  file.writeUInt16LE(56, 54);
  file.writeUInt16LE(2, 56);
  const segment = (i: number, type: number, offset: number, size: number) => {
    const at = 64 + i * 56;
    file.writeUInt32LE(type, at);
    file.writeBigUInt64LE(BigInt(offset), at + 8);
    file.writeBigUInt64LE(BigInt(base + offset), at + 16);
    file.writeBigUInt64LE(BigInt(size), at + 32);
  };
  segment(0, 1, 0, file.length);
  segment(1, 2, dynamicAt, entries.length * 16);
  for (const [i, [tag, value]] of entries.entries()) {
    file.writeBigInt64LE(tag, dynamicAt + i * 16);
    file.writeBigUInt64LE(value, dynamicAt + i * 16 + 8);
  }
  file.write(strings, stringsAt, 'latin1');
  return file;
}
