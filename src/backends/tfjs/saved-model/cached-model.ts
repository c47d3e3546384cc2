/** SavedModels in the cache, each in a folder that is named by the hash of its bytes: what is there is what would be written. */
import { createHash, randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { hasErrno } from '../../../base/errors.js';
import { cacheDir, cacheError, makeFolder } from '../../../base/files.js';

/**
 * The folder of the SavedModel with these bytes, which is written where it is not there yet.
 * @throws BaremarkError `OUTPUT_NOT_WRITABLE`
 */
export async function cachedSavedModel(bytes: Uint8Array, cache = cacheDir()): Promise<string> {
  const name = createHash('sha256').update(bytes).digest('hex').slice(0, 32);
  const folder = join(cache, 'saved-models', name);
  if (existsSync(join(folder, 'saved_model.pb'))) return folder;
  const part = `${folder}.${randomBytes(4).toString('hex')}.part`;
  try {
    await makeFolder(join(cache, 'saved-models'));
    await mkdir(part);
    await writeFile(join(part, 'saved_model.pb'), bytes);
    await rename(part, folder);
  } catch (error) {
    await rm(part, { recursive: true, force: true }).catch(() => {});
    // Another instance was faster.
    if (hasErrno(error, 'ENOTEMPTY', 'EEXIST')) return folder;
    throw cacheError(folder, error);
  }
  return folder;
}
