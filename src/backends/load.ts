/** Finds a backend by its built-in name, as a module of the user's, or as a package; loads its profile or the backend itself. */
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { isAbsolute, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { BaremarkError, hasErrno, messageOf } from '../base/errors.js';
import type { Backend } from './backend.js';
import { builtInProfile } from './built-in.js';
import type { BackendProfile } from './profile.js';

/** `backend` is a built-in name, the absolute path of a module, or the URL of a package's. */
export type BackendLookup =
  | { readonly kind: 'found'; readonly backend: string }
  | { readonly kind: 'no-file'; readonly path: string }
  | { readonly kind: 'unknown'; readonly cause: unknown };

/** Looks for what a user calls a backend; paths and packages are looked for from `folder`. Loads nothing. */
export function findBackend(given: string, folder: string): BackendLookup {
  if (builtInProfile(given) || given.startsWith('file:')) return { kind: 'found', backend: given };
  if (isAbsolute(given) || /^\.|\.[cm]?js$/.test(given)) {
    const path = resolve(folder, given);
    return existsSync(path) ? { kind: 'found', backend: path } : { kind: 'no-file', path };
  }
  const require = createRequire(join(folder, 'package.json'));
  try {
    return { kind: 'found', backend: pathToFileURL(require.resolve(given)).href };
  } catch (cause) {
    const entry = hasErrno(cause, 'ERR_PACKAGE_PATH_NOT_EXPORTED') ? moduleEntry(given, require) : undefined;
    return entry ? { kind: 'found', backend: pathToFileURL(entry).href } : { kind: 'unknown', cause };
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

/**
 * The profile of a backend as `findBackend` found it. A user's module is imported for it, and may export a `profile`.
 * @throws BaremarkError `BAD_BACKEND` for a module that cannot be imported, or whose profile is wrong
 */
export async function loadProfile(backend: string): Promise<BackendProfile> {
  const known = builtInProfile(backend);
  if (known) return known;
  const module = await importModule(backend);
  const { userProfile } = await import('./user-profile.js');
  return userProfile(backend, module.profile, () => loadBackend(backend));
}

/**
 * The backend itself. Of a user's module it is the default export, or the one named `backend`.
 * @throws BaremarkError `BAD_BACKEND` for a module that cannot be imported or exports none
 */
export async function loadBackend(backend: string): Promise<Backend> {
  const known = builtInProfile(backend);
  if (known) return known.load();
  const module = await importModule(backend);
  const candidate = module.default ?? module.backend;
  if (isBackend(candidate)) return candidate;
  throw new BaremarkError(
    'BAD_BACKEND',
    `The module ${backend} exports no backend; its default export must be an object with name, version and open().`,
  );
}

async function importModule(backend: string): Promise<Record<string, unknown>> {
  try {
    return await import(isAbsolute(backend) ? pathToFileURL(backend).href : backend);
  } catch (error) {
    throw new BaremarkError(
      'BAD_BACKEND',
      `The backend ${backend} could not be loaded: ${messageOf(error)}`,
      { cause: error },
    );
  }
}

function isBackend(value: unknown): value is Backend {
  if (typeof value !== 'object' || value === null) return false;
  const { name, version, open } = value as Partial<Record<keyof Backend, unknown>>;
  return typeof name === 'string' && typeof version === 'string' && typeof open === 'function';
}
