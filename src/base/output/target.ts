/** Where a file that a user asked for really goes: through links to a file, or into a device, a pipe or an open stream. */
import { type Stats, statSync } from 'node:fs';
import { lstat, readlink, realpath } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { BaremarkError, hasErrno } from '../errors.js';
import { outputFileError } from '../files.js';

/** A file that a command writes, and the flag that named it. */
export interface Output {
  readonly flag: string;
  readonly path: string;
}

export type Target =
  /** A file, there or not yet; `real` has no link in it. */
  | (Output & { readonly kind: 'file'; readonly real: string; readonly before?: Stats })
  /** A device, FIFO or socket: opened and written to. */
  | (Output & { readonly kind: 'special'; readonly real: string })
  /** A stream that this process holds open already, as `/dev/stdout`. */
  | (Output & { readonly kind: 'descriptor'; readonly descriptor: number });

const mostLinks = 40;

/** Follows the path. @throws BaremarkError BAD_OPTION for a folder, OUTPUT_NOT_WRITABLE where the path leads nowhere */
export async function targetOf(output: Output): Promise<Target> {
  const { flag, path } = output;
  const folder = new BaremarkError(
    'BAD_OPTION',
    `${flag} is ${path || 'empty'}, which is a folder; give the path of a file.`,
  );
  if (/(^|[/\\])$/.test(path)) throw folder;
  try {
    let real = await withRealParent(resolve(path));
    for (let links = 0; links < mostLinks; links++) {
      const descriptor = descriptorOf(real);
      if (descriptor !== undefined) return { ...output, kind: 'descriptor', descriptor };
      const found = await statsOf(real);
      if (found?.isDirectory()) throw folder;
      if (!found || found.isFile()) return { ...output, kind: 'file', real, before: found };
      if (!found.isSymbolicLink()) return { ...output, kind: 'special', real };
      real = await withRealParent(resolve(dirname(real), await readlink(real)));
    }
    throw Object.assign(new Error('too many links lead from one to the next'), { code: 'ELOOP' });
  } catch (error) {
    throw error instanceof BaremarkError ? error : outputFileError(path, error, flag);
  }
}

/** The descriptor of this process that a path names. */
function descriptorOf(real: string): number | undefined {
  const [, process_, number] = /^\/proc\/(self|\d+)\/fd\/(\d+)$/.exec(real) ?? [];
  return process_ === 'self' || process_ === String(process.pid) ? Number(number) : undefined;
}

/** The path with every link in its folders followed; folders that are not there yet stay as they are written. */
async function withRealParent(path: string): Promise<string> {
  const parent = dirname(path);
  if (parent === path) return path;
  try {
    return join(await realpath(parent), basename(path));
  } catch (error) {
    if (!hasErrno(error, 'ENOENT')) throw error;
    return join(await withRealParent(parent), basename(path));
  }
}

async function statsOf(path: string): Promise<Stats | undefined> {
  return lstat(path).catch((error) => {
    if (hasErrno(error, 'ENOENT')) return undefined;
    throw error;
  });
}

/** Whether both are one file, under whatever names. */
export function isSame(a: Target, b: Target): boolean {
  if (a.kind !== 'file' || b.kind !== 'file') return false;
  return a.real === b.real || (a.before !== undefined && sameInode(a.before, b.before));
}

/** Whether what this process prints goes into the file. */
export function isPrintedTo(target: Target): boolean {
  if (target.kind !== 'file') return false;
  return [1, 2].some((descriptor) => {
    try {
      const printed = statSync(`/proc/self/fd/${descriptor}`);
      return printed.isFile() && sameInode(printed, target.before);
    } catch {
      return false;
    }
  });
}

function sameInode(a: Stats, b: Stats | undefined): boolean {
  return b !== undefined && a.ino === b.ino && a.dev === b.dev;
}
