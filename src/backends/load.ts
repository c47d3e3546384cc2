/** Finds a backend by its built-in name, as a module of the user's, or as a package. */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { isAbsolute, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { BaremarkError, messageOf } from '../base/errors.js';
import type { Backend } from './backend.js';

const builtIn: Readonly<Record<string, () => Promise<Backend>>> = {
  onnxruntime: async () => (await import('./onnxruntime.js')).onnxruntime,
  simulated: async () => (await import('./simulated.js')).simulated,
};

export const builtInBackends: readonly string[] = Object.keys(builtIn);

/**
 * What `loadBackend` takes, from what a user wrote: a built-in name, a path relative to `cwd`, or a package found from `cwd`.
 * Throws `UNKNOWN_BACKEND` where there is no such thing.
 */
export function resolveBackend(name: string, cwd: string = process.cwd()): string {
  if (name in builtIn) return name;
  if (name.startsWith('file:')) return name;
  if (name.startsWith('.') || isAbsolute(name)) {
    const path = resolve(cwd, name);
    if (existsSync(path)) return pathToFileURL(path).href;
    throw new BaremarkError(
      'UNKNOWN_BACKEND',
      `--backend ${name}: there is no file ${path}; give the path of a module that exports a backend.`,
    );
  }
  try {
    return pathToFileURL(createRequire(join(cwd, 'package.json')).resolve(name)).href;
  } catch {
    throw new BaremarkError(
      'UNKNOWN_BACKEND',
      `--backend ${name} is neither built in (${builtInBackends.join(', ')}) nor a package installed here; for a file give its path, such as ./${name}.js.`,
    );
  }
}

/** Loads a backend from a built-in name or a module's URL; the module's default export, or its export `backend`, is the backend. */
export async function loadBackend(nameOrUrl: string): Promise<Backend> {
  const known = builtIn[nameOrUrl];
  if (known) return known();
  let module: Record<string, unknown>;
  try {
    module = await import(nameOrUrl);
  } catch (error) {
    throw new BaremarkError(
      'BAD_BACKEND',
      `The backend ${nameOrUrl} could not be loaded: ${messageOf(error)}`,
      { cause: error },
    );
  }
  const candidate = module.default ?? module.backend;
  if (isBackend(candidate)) return candidate;
  throw new BaremarkError(
    'BAD_BACKEND',
    `The module ${nameOrUrl} exports no backend; its default export must be an object with name, version and open().`,
  );
}

function isBackend(value: unknown): value is Backend {
  const candidate = value as Partial<Backend> | undefined;
  return (
    typeof candidate === 'object' &&
    typeof candidate?.name === 'string' &&
    typeof candidate.version === 'string' &&
    typeof candidate.open === 'function'
  );
}
