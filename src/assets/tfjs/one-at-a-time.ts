/** Keeps two calls from installing into the same folder at once. */
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { BaremarkError, hasErrno } from '../../base/errors.js';
import { cacheError, makeFolder } from '../../base/files.js';

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return hasErrno(error, 'EPERM');
  }
}

/**
 * Runs `work` while the folder belongs to this process. One that ended without giving it back does not count.
 * Throws `OUTPUT_NOT_WRITABLE` where another process has it.
 */
export async function oneAtATime<T>(folder: string, work: () => Promise<T>): Promise<T> {
  const path = join(folder, 'setup.pid');
  await makeFolder(folder).catch((error) => {
    throw cacheError(folder, error);
  });
  const take = () => writeFile(path, `${process.pid}\n`, { flag: 'wx' });
  await take().catch(async (error) => {
    if (!hasErrno(error, 'EEXIST')) throw cacheError(path, error);
    const pid = Number(await readFile(path, 'utf8').catch(() => ''));
    if (pid > 0 && isAlive(pid))
      throw new BaremarkError(
        'OUTPUT_NOT_WRITABLE',
        `Process ${pid} is installing into ${folder} already; wait until it has ended.`,
      );
    await rm(path, { force: true });
    await take();
  });
  try {
    return await work();
  } finally {
    await rm(path, { force: true });
  }
}
