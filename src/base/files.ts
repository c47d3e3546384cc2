/** Files written whole or not at all, and hashed. */
import { createHash, randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { BaremarkError, hasErrno, messageOf } from './errors.js';

/**
 * Where models and data sets are kept between runs: `BAREMARK_CACHE`, or `baremark` under the user's cache folder.
 * Throws `OUTPUT_NOT_WRITABLE` where there is neither.
 */
export function cacheDir(env: NodeJS.ProcessEnv = process.env): string {
  const { BAREMARK_CACHE: own, XDG_CACHE_HOME: shared } = env;
  return own || join(shared || join(homeFolder(), '.cache'), 'baremark');
}

function homeFolder(): string {
  try {
    return homedir();
  } catch (error) {
    throw new BaremarkError(
      'OUTPUT_NOT_WRITABLE',
      'There is no place for the cache, because HOME is not set and this user has no home folder; set BAREMARK_CACHE to a folder you may write to.',
      { cause: error },
    );
  }
}

/** Where models are kept that were built or fetched. */
export function modelCacheDir(): string {
  return join(cacheDir(), 'models');
}

/** Where is remembered what files elsewhere looked like when they were hashed; undefined where there is no cache. */
export function checksumNotesDir(): string | undefined {
  try {
    return join(cacheDir(), 'checksums');
  } catch {
    return undefined;
  }
}

/** SHA-256 of a file, hex. */
export function sha256File(path: string): Promise<string> {
  return sha256Files([path]);
}

/** SHA-256 over the bytes of these files in this order, hex. Throws the file system's error. */
export async function sha256Files(paths: readonly string[]): Promise<string> {
  const hash = createHash('sha256');
  for (const path of paths)
    for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) hash.update(chunk);
  return hash.digest('hex');
}

/**
 * Makes a folder with those above it; returns the topmost that was not there. Node's recursive `mkdir` never returns
 * where the kernel answers ENOENT for a folder whose parent exists, as `/proc` does. Throws the file system's error.
 */
export async function makeFolder(path: string): Promise<string | undefined> {
  if (await isFolder(path)) return undefined;
  const above = dirname(path);
  const created = above === path ? undefined : await makeFolder(above);
  try {
    await mkdir(path);
  } catch (error) {
    if (hasErrno(error, 'EEXIST') && (await isFolder(path))) return created;
    throw error;
  }
  return created ?? path;
}

export async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}

/**
 * Writes a file beside its place and renames it, so that a reader never sees half of it; a link stays one. `asError`
 * makes the error where it cannot be written.
 */
export async function writeFileWhole(
  path: string,
  data: string | Uint8Array,
  asError: typeof outputError = outputError,
): Promise<void> {
  const real = await realpath(path).catch(() => path);
  const part = `${real}.${randomBytes(4).toString('hex')}.part`;
  try {
    await makeFolder(dirname(path));
    await writeFile(part, data);
    await rename(part, real);
  } catch (error) {
    await rm(part, { force: true }).catch(() => {});
    throw asError(path, error);
  }
}

/** The sentence for an output file or folder that cannot be written. */
export function outputError(path: string, error: unknown): BaremarkError {
  return writeError(
    path,
    error,
    'choose another folder with --out',
    'choose a folder you may write to with --out',
  );
}

/** The sentence for a file that the user named with this flag and that cannot be written. */
export function outputFileError(path: string, error: unknown, flag: string): BaremarkError {
  const fix = `choose another file with ${flag}`;
  return writeError(path, error, fix, fix);
}

/** The sentence for a file of the cache that cannot be written. */
export function cacheError(path: string, error: unknown): BaremarkError {
  const fix = 'set BAREMARK_CACHE to a folder you may write to';
  return writeError(path, error, fix, fix);
}

function writeError(path: string, error: unknown, fix: string, permissionFix: string): BaremarkError {
  const sentence = hasErrno(error, 'ENOSPC', 'EDQUOT')
    ? `${path} cannot be written because the disk is full; free some space or ${fix}.`
    : hasErrno(error, 'EACCES', 'EPERM', 'EROFS')
      ? `${path} cannot be written: permission denied; ${permissionFix}.`
      : `${path} cannot be written (${messageOf(error)}); ${fix}.`;
  return new BaremarkError('OUTPUT_NOT_WRITABLE', sentence, { cause: error });
}
