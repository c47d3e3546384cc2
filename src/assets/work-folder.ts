/** A folder of its own for what is fetched and only needed for a while. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BaremarkError, messageOf } from '../base/errors.js';

/**
 * Does the work in a folder that is gone afterwards.
 * @param room most that will lie there, as in `50 MB`
 * @throws BaremarkError `OUTPUT_NOT_WRITABLE` where the temporary folder cannot hold one
 */
export async function inWorkFolder<T>(
  prefix: string,
  room: string,
  work: (folder: string) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), prefix)).catch((cause) => {
    throw new BaremarkError(
      'OUTPUT_NOT_WRITABLE',
      `The temporary folder ${tmpdir()} cannot be written (${messageOf(cause)}); set TMPDIR to a folder with ${room} free.`,
      { cause },
    );
  });
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
