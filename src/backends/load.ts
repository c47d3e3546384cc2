/** Finds a backend by its built-in name, as a module of the user's, or as a package. */
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { isAbsolute, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { BaremarkError, hasErrno, messageOf } from '../base/errors.js';
import type { Backend } from './backend.js';

const builtIn: Readonly<Record<string, () => Promise<Backend>>> = {
  onnxruntime: async () => (await import('./onnxruntime/backend.js')).onnxruntime,
  simulated: async () => (await import('./simulated/backend.js')).simulated,
};

/**
 * What `loadBackend` takes, from a built-in name, an absolute path, or a package found from the folder `from`.
 * Throws `UNKNOWN_BACKEND` where there is no such package.
 */
export function backendUrl(name: string, from: string = process.cwd()): string {
  if (Object.hasOwn(builtIn, name) || name.startsWith('file:')) return name;
  if (isAbsolute(name)) return pathToFileURL(name).href;
  const require = createRequire(join(from, 'package.json'));
  try {
    return pathToFileURL(require.resolve(name)).href;
  } catch (error) {
    const entry = hasErrno(error, 'ERR_PACKAGE_PATH_NOT_EXPORTED') ? moduleEntry(name, require) : undefined;
    if (entry) return pathToFileURL(entry).href;
    throw new BaremarkError(
      'UNKNOWN_BACKEND',
      `The backend ${name} is neither built in (${Object.keys(builtIn).join(', ')}) nor a package installed here; for a file give its path, such as ./${name}.js.`,
      { cause: error },
    );
  }
}

/** The entry of a package that can only be imported, which `require.resolve` does not find. */
function moduleEntry(name: string, require: NodeJS.Require): string | undefined {
  for (const folder of require.resolve.paths(name) ?? []) {
    const manifest = join(folder, name, 'package.json');
    if (!existsSync(manifest)) continue;
    const { exports } = JSON.parse(readFileSync(manifest, 'utf8')) as { exports?: unknown };
    let entry = exports;
    while (typeof entry === 'object' && entry !== null) {
      const conditions = entry as Record<string, unknown>;
      entry = conditions['.'] ?? conditions.node ?? conditions.import ?? conditions.default;
    }
    return typeof entry === 'string' ? join(folder, name, entry) : undefined;
  }
  return undefined;
}

/** Loads a backend from a built-in name or a module's URL; the module's default export, or its export `backend`, is the backend. */
export async function loadBackend(nameOrUrl: string): Promise<Backend> {
  const known = Object.hasOwn(builtIn, nameOrUrl) ? builtIn[nameOrUrl] : undefined;
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
