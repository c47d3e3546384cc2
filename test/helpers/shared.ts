import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../../shared/', import.meta.url));

/** A path in the folder of references that may lie beside the project. */
export function sharedPath(...parts: string[]): string {
  return join(root, ...parts);
}

/** Whether that reference is there; tests that need it are skipped, saying so, where it is not. */
export function hasShared(...parts: string[]): boolean {
  return existsSync(sharedPath(...parts));
}
