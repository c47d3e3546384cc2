/** Where the archive with a model's trained weights is kept, and the TensorFlow.js model in it. */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { BaremarkError, messageOf } from '../../base/errors.js';
import type { SsdMobilenetSpec } from '../spec.js';
import { readArchive } from '../tfjs/archive.js';
import { readTfjsModel, type TfjsModel } from '../tfjs/model.js';

/** The archive of a kind of model in the cache of models. */
export function trainedArchive(kind: SsdMobilenetSpec['kind'], cacheDir: string): string {
  return join(cacheDir, 'trained', `${kind}.tgz`);
}

/**
 * The model in the archive that the spec names by its SHA-256.
 * @throws BaremarkError BAD_MODEL_FILE where it is not there, is another, or cannot be read
 */
export function readTrained({ kind, archive }: SsdMobilenetSpec, cacheDir: string): TfjsModel {
  const path = trainedArchive(kind, cacheDir);
  const fix = `fetch it with baremark models pull ${kind}`;
  if (!existsSync(path))
    throw new BaremarkError('BAD_MODEL_FILE', `The trained weights of ${kind} are not in ${path}; ${fix}.`);
  const found = createHash('sha256').update(readFileSync(path)).digest('hex');
  if (found !== archive)
    throw new BaremarkError(
      'BAD_MODEL_FILE',
      `${path} has SHA-256 ${found} where ${archive} was expected; ${fix} again.`,
    );
  return modelInArchive(path);
}

/** The TensorFlow.js model in an archive, wherever in it. Throws `BAD_MODEL_FILE` where there is none, or it is damaged. */
export function modelInArchive(path: string): TfjsModel {
  try {
    const files = readArchive(path);
    const json = [...files.keys()].find((name) => /(^|\/)model\.json$/.test(name));
    if (json === undefined) throw new Error('it holds no model.json');
    return readTfjsModel(files.get(json)!, (name) => files.get(`${dirname(json)}/${name}`));
  } catch (error) {
    throw new BaremarkError(
      'BAD_MODEL_FILE',
      `${path} is no archive of a TensorFlow.js model (${messageOf(error).split('\n')[0]}); fetch it again with baremark models pull.`,
      { cause: error },
    );
  }
}
