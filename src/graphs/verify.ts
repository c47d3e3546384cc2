/** The hash of several files as if they were one. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { BaremarkError, messageOf } from '../base/errors.js';

/** SHA-256 over the bytes of these files in this order, hex; throws BAD_MODEL_FILE if one cannot be read. */
export async function sha256Files(paths: readonly string[]): Promise<string> {
  const hash = createHash('sha256');
  for (const path of paths) {
    try {
      for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) hash.update(chunk);
    } catch (error) {
      throw new BaremarkError(
        'BAD_MODEL_FILE',
        `The model file ${path} cannot be read (${messageOf(error)}); delete its folder and it will be built again.`,
        { cause: error },
      );
    }
  }
  return hash.digest('hex');
}
