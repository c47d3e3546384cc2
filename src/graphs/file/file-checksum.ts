/** The checksum of a model file: of the graph and of the files beside it that hold its weights. */
import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { rememberedSha256 } from '../../base/checksum.js';
import { BaremarkError, messageOf } from '../../base/errors.js';
import { readGraphFacts } from './graph-facts.js';

export interface ModelChecksum {
  /** SHA-256 over the bytes of the file followed by those of its weight files in the order of their names, hex. */
  readonly sha256: string;
  /** Bytes of all of them. */
  readonly bytes: number;
}

/**
 * Reads a file and its weights only where they changed since the note in `notesFolder`, if there is one, was made.
 * Throws `BAD_MODEL_FILE` where the file cannot be read.
 */
export async function modelChecksum(file: string, notesFolder: string | undefined): Promise<ModelChecksum> {
  const path = resolve(file);
  const facts = readGraphFacts(path);
  const weights = 'problem' in facts ? [] : [...facts.externalFiles].sort();
  const sizes = new Map<string, number>();
  for (const part of [path, ...weights.map((name) => join(dirname(path), name))]) {
    // What is missing is told by the backend, which knows whether it needs it.
    const found = await stat(part).catch(() => undefined);
    if (found?.isFile()) sizes.set(part, found.size);
  }
  const note = createHash('sha256').update(path).digest('hex').slice(0, 32);
  try {
    return {
      sha256: await rememberedSha256([...sizes.keys()], notesFolder && join(notesFolder, `${note}.json`)),
      bytes: [...sizes.values()].reduce((sum, size) => sum + size, 0),
    };
  } catch (error) {
    throw new BaremarkError(
      'BAD_MODEL_FILE',
      `The model file ${path} cannot be read (${messageOf(error)}); give a file that you may read.`,
      { cause: error },
    );
  }
}
