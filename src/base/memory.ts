/** What memory is free, and how an amount of it is written for a person. */

/** Bytes that this process may still take, as the operating system and its control group allow. */
export function availableMemory(): number {
  return process.availableMemory();
}

export function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(1)} GB`;
}
