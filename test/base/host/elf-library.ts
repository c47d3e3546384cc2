/** A minimal ELF64 shared library made of bytes: the loader takes it and loads what it needs; it has no symbols. */
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
  const dynamicAt = 64 + 3 * 56;
  // Hash table, symbol table, string table, its size, the size of a symbol, and the end.
  const hashAt = dynamicAt + (entries.length + 6) * 16;
  const symbolsAt = hashAt + 16;
  const stringsAt = symbolsAt + 24;
  // The address space starts elsewhere than the file, as in real libraries.
  const base = 0x10000;
  const address = (offset: number) => BigInt(base + offset);
  entries.push([4n, address(hashAt)], [6n, address(symbolsAt)], [5n, address(stringsAt)]);
  entries.push([10n, BigInt(strings.length)], [11n, 24n], [0n, 0n]);
  const file = Buffer.alloc(stringsAt + strings.length);
  file.write('\x7fELF', 0, 'latin1');
  file.set([2, 1, 1], 4);
  file.writeUInt16LE(3, 16);
  file.writeUInt16LE(62, 18);
  file.writeUInt32LE(1, 20);
  file.writeBigUInt64LE(64n, 32);
  file.writeUInt16LE(64, 52);
  file.writeUInt16LE(56, 54);
  file.writeUInt16LE(3, 56);
  const segment = (i: number, type: number, offset: number, size: number) => {
    const at = 64 + i * 56;
    file.writeUInt32LE(type, at);
    // Readable and writable: the loader writes into the dynamic table.
    file.writeUInt32LE(6, at + 4);
    file.writeBigUInt64LE(BigInt(offset), at + 8);
    file.writeBigUInt64LE(address(offset), at + 16);
    file.writeBigUInt64LE(BigInt(size), at + 32);
    file.writeBigUInt64LE(BigInt(size), at + 40);
    file.writeBigUInt64LE(type === 1 ? 4096n : 8n, at + 48);
  };
  segment(0, 1, 0, file.length);
  segment(1, 2, dynamicAt, entries.length * 16);
  // A stack that is not executable; without this the loader would ask for one.
  segment(2, 0x6474e551, 0, 0);
  for (const [i, [tag, value]] of entries.entries()) {
    file.writeBigInt64LE(tag, dynamicAt + i * 16);
    file.writeBigUInt64LE(value, dynamicAt + i * 16 + 8);
  }
  // One bucket and one chain, both empty.
  file.writeUInt32LE(1, hashAt);
  file.writeUInt32LE(1, hashAt + 4);
  file.write(strings, stringsAt, 'latin1');
  return file;
}
