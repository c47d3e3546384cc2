/** Files written whole or not at all, and hashed. */
import { createHash, randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { BaremarkError, hasErrno, messageOf } from './errors.js';

/** Where models and data sets are kept between runs: `BAREMARK_CACHE`, or `baremark` under the user's cache folder. */
export function cacheDir(env: NodeJS.ProcessEnv = process.env): string {
  return env.BAREMARK_CACHE ?? join(env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'baremark');
}

/** Where models are kept that were built or fetched. */
export function modelCacheDir(): string {
  return join(cacheDir(), 'models');
}

/** SHA-256 of a file, hex. */
export async function sha256File(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) hash.update(chunk);
  return hash.digest('hex');
}

/** Writes a file beside its place and renames it, so that a reader never sees half of it. */
export async function writeFileWhole(path: string, data: string | Uint8Array): Promise<void> {
  const part = `${path}.${randomBytes(4).toString('hex')}.part`;
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(part, data);
    await rename(part, path);
  } catch (error) {
    await rm(part, { force: true }).catch(() => {});
    throw outputError(path, error);
  }
}

/** The sentence for an output file or folder that cannot be written. */
export function outputError(path: string, error: unknown): BaremarkError {
  if (hasErrno(error, 'ENOSPC', 'EDQUOT'))
    return new BaremarkError(
      'OUTPUT_NOT_WRITABLE',
      `${path} cannot be written because the disk is full; free some space or choose another folder with --out.`,
      { cause: error },
    );
  if (hasErrno(error, 'EACCES', 'EPERM', 'EROFS'))
    return new BaremarkError(
      'OUTPUT_NOT_WRITABLE',
      `${path} cannot be written: permission denied; choose a folder you may write to with --out.`,
      { cause: error },
    );
  return new BaremarkError(
    'OUTPUT_NOT_WRITABLE',
    `${path} cannot be written (${messageOf(error)}); choose another folder with --out.`,
    { cause: error },
  );
}
