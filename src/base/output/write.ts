/** Writes the files of a command: all of them are in place, or none is. */
import { writeFile as writeTo } from 'node:fs';
import { chmod, copyFile, link, rename, rm, rmdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { hasErrno } from '../errors.js';
import { makeFolder, outputFileError } from '../files.js';
import { partName } from './check.js';
import type { Target } from './target.js';

export interface Written {
  readonly target: Target;
  readonly text: string;
}

/**
 * Writes every file beside its place, then what goes into devices, pipes and open streams, which cannot be taken back;
 * only then are the files renamed. A file that is replaced keeps its permissions.
 * @throws BaremarkError OUTPUT_NOT_WRITABLE; then every file is as it was before
 */
export async function writeOutputs(outputs: readonly Written[]): Promise<void> {
  const undo: (() => Promise<void>)[] = [];
  const made: { readonly deepest: string; readonly topmost: string }[] = [];
  const leftovers: string[] = [];
  const parts: { readonly target: FileTarget; readonly part: string }[] = [];
  let current = outputs[0]?.target;
  try {
    for (const { target, text } of outputs) {
      if (target.kind !== 'file') continue;
      current = target;
      const folder = dirname(target.real);
      const topmost = await makeFolder(folder);
      if (topmost !== undefined) made.push({ deepest: folder, topmost });
      const part = join(folder, partName());
      leftovers.push(part);
      parts.push({ target, part });
      await writeFile(part, text, { flag: 'wx' });
      if (target.before) await chmod(part, target.before.mode & 0o7777);
    }
    for (const { target, text } of outputs) {
      if (target.kind === 'file') continue;
      current = target;
      await (target.kind === 'special'
        ? writeFile(target.real, text)
        : writeDescriptor(target.descriptor, text));
    }
    for (const { target, part } of parts) {
      current = target;
      const old = `${part}.old`;
      leftovers.push(old);
      const kept = await keep(target.real, old);
      undo.push(() => (kept ? rename(old, target.real) : rm(target.real, { force: true })));
      await rename(part, target.real);
    }
  } catch (error) {
    for (const step of undo.reverse()) await step().catch(() => {});
    await removeAll(leftovers);
    for (const folders of made.reverse()) await removeEmpty(folders);
    throw outputFileError(current!.path, error, current!.flag);
  }
  await removeAll(leftovers);
}

async function removeAll(paths: readonly string[]): Promise<void> {
  for (const path of paths) await rm(path, { force: true }).catch(() => {});
}

/** Folders that were made, as far as nobody has put anything into them. */
async function removeEmpty({ deepest, topmost }: { deepest: string; topmost: string }): Promise<void> {
  for (let path = deepest; path.length >= topmost.length; path = dirname(path))
    if (
      !(await rmdir(path).then(
        () => true,
        () => false,
      ))
    )
      return;
}

type FileTarget = Extract<Target, { kind: 'file' }>;

/** Keeps what is there under a second name; false where nothing is. */
async function keep(path: string, as: string): Promise<boolean> {
  try {
    // Not every file system has hard links.
    await link(path, as).catch((error) =>
      hasErrno(error, 'ENOENT') ? Promise.reject(error) : copyFile(path, as),
    );
    return true;
  } catch (error) {
    if (hasErrno(error, 'ENOENT')) return false;
    throw error;
  }
}

/** Node buffers what it prints itself, so its own streams are written through it. */
async function writeDescriptor(descriptor: number, text: string): Promise<void> {
  const own = { 1: process.stdout, 2: process.stderr }[descriptor];
  if (!own) return promisify(writeTo)(descriptor, text);
  return new Promise((resolve, reject) => {
    own.write(text, (error) => (error ? reject(error) : resolve()));
  });
}
