/** Checks the files that a command will write before it does anything else, so that no result waits for a place to go. */
import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { access, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { BaremarkError, hasErrno } from '../errors.js';
import { outputFileError } from '../files.js';
import { isPrintedTo, isSame, type Output, type Target, targetOf } from './target.js';

/**
 * Where the outputs go, in their order.
 * @param inputOf what an existing file (a path without links) is read as, such as `the model file`; undefined for any other
 * @throws BaremarkError BAD_OPTION for two outputs in one file or an output onto an input, OUTPUT_NOT_WRITABLE
 */
export async function checkOutputs(
  outputs: readonly Output[],
  inputOf: (real: string) => string | undefined,
): Promise<readonly Target[]> {
  const targets: Target[] = [];
  for (const output of outputs) {
    const target = await targetOf(output);
    const twin = targets.find((other) => isSame(other, target));
    if (twin)
      throw new BaremarkError(
        'BAD_OPTION',
        `${twin.flag} ${twin.path} and ${target.flag} ${target.path} are the same file; give each a file of its own.`,
      );
    targets.push(target);
  }
  for (const target of targets) {
    if (target.kind !== 'file') continue;
    const input = target.before && (isPrintedTo(target) ? 'where this command prints' : inputOf(target.real));
    if (input !== undefined)
      throw new BaremarkError(
        'BAD_OPTION',
        `${target.flag} is ${target.path}, which is ${input}; give another file.`,
      );
    await checkWritable(target);
  }
  return targets;
}

/** Tries it: makes a file in the nearest folder that is there, and removes it. */
async function checkWritable(target: Extract<Target, { kind: 'file' }>): Promise<void> {
  try {
    if (target.before) await access(target.real, constants.W_OK);
    const probe = join(await nearestFolder(dirname(target.real)), partName());
    await writeFile(probe, '', { flag: 'wx' });
    await rm(probe);
  } catch (error) {
    throw outputFileError(target.path, error, target.flag);
  }
}

async function nearestFolder(path: string): Promise<string> {
  try {
    await stat(path);
    return path;
  } catch (error) {
    if (!hasErrno(error, 'ENOENT')) throw error;
    return nearestFolder(dirname(path));
  }
}

/** A name that nobody else has. */
export function partName(): string {
  return `.baremark-${randomBytes(6).toString('hex')}.part`;
}
