/** Faults of the process's surroundings that can strike anywhere, and so have no place where they could be foreseen. */
import { hasErrno } from '../base/errors.js';

/** What is wrong around the process and how to mend it; undefined for any other error. */
export function environmentFault(error: unknown): string | undefined {
  if (hasErrno(error, 'EMFILE', 'ENFILE'))
    return 'no more files can be opened; raise the limit, for example with ulimit -n 4096.';
  if (hasErrno(error, 'ENOENT') && (error as NodeJS.ErrnoException).syscall === 'uv_cwd')
    return 'the working folder was removed; change to a folder that exists.';
  return undefined;
}
