import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../golden/', import.meta.url));

/** A path among the reference data that belong to the project; the README in each folder says how they were made. */
export function goldenPath(...parts: string[]): string {
  return join(root, ...parts);
}

/** A path among what LoadGen 6.0.17 itself generated and printed. */
export function loadgenGolden(...parts: string[]): string {
  return goldenPath('loadgen-6.0.17', ...parts);
}
