/** Faults of the process's surroundings that can strike anywhere, and so have no place where they could be foreseen. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { hasErrno } from '../base/errors.js';

/** What is wrong around the process and how to mend it; undefined for any other error. */
export function environmentFault(error: unknown): string | undefined {
  if (hasErrno(error, 'EMFILE', 'ENFILE') || isUnreadPackage(error))
    return 'no more files can be opened; raise the limit, for example with ulimit -n 4096.';
  if (hasErrno(error, 'ENOENT') && (error as NodeJS.ErrnoException).syscall === 'uv_cwd')
    return 'the working folder was removed; change to a folder that exists.';
  return undefined;
}

/**
 * Whether Node found no entry of a package that has one: it says so where it could not open the package's description,
 * whatever the reason.
 */
function isUnreadPackage(error: unknown): boolean {
  if (!hasErrno(error, 'ERR_MODULE_NOT_FOUND')) return false;
  const [, folder] =
    /^Cannot find package '(.+)[/\\]index\.js' imported/.exec((error as Error).message) ?? [];
  if (folder === undefined) return false;
  try {
    const { main } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { main?: string };
    return main !== undefined && existsSync(join(folder, main));
  } catch (unread) {
    return hasErrno(unread, 'EMFILE', 'ENFILE');
  }
}
