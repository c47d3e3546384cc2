/** How much memory is free, and amounts of memory and disk as text. */

/** Bytes that the operating system and the control group still let this process take. */
export function availableMemory(): number {
  return process.availableMemory();
}

export function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(1)} GB`;
}

const units = ['KiB', 'MiB', 'GiB', 'TiB', 'PiB', 'EiB'];

/** `512 bytes`, `1.5 MiB`: four digits at most, in the largest unit that leaves a whole. */
export function binaryBytes(bytes: number): string {
  if (bytes < 1024) return `${bytes} bytes`;
  const power = Math.min(units.length, Math.floor(Math.log2(bytes) / 10));
  return `${Number((bytes / 1024 ** power).toPrecision(4))} ${units[power - 1]}`;
}

/** Two amounts, in bytes where they would read the same otherwise. */
export function toldApart(a: number, b: number): readonly [string, string] {
  const texts = [binaryBytes(a), binaryBytes(b)] as const;
  return texts[0] === texts[1] ? [`${a} bytes`, `${b} bytes`] : texts;
}
