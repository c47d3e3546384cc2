/** How much memory is free, and an amount of it as text. */

/** Bytes that the operating system and the control group still let this process take. */
export function availableMemory(): number {
  return process.availableMemory();
}

export function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(1)} GB`;
}
