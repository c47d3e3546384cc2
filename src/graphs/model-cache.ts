/** Models built from specs. Each is kept in a folder named by the hash of its spec, and is built completely or not at all. */
import { createHash, randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { BaremarkError, hasErrno, messageOf } from '../base/errors.js';
import { type BuildProgress, graphFile, type WrittenModel, weightsFile, writeModel } from './model-writer.js';
import { buildGraph } from './signature.js';
import { checkSpec, type GraphSpec } from './spec.js';
import { sha256Files } from './verify.js';

/** Raised whenever the same spec would give different bytes. */
const generatorVersion = 2;

/** A model on disk, ready to be opened. */
export interface ModelFile {
  /** The graph; its weights are beside it. */
  readonly path: string;
  /** SHA-256 over the bytes of the graph file followed by those of the weights file, hex. */
  readonly sha256: string;
  /** Bytes of both files together. */
  readonly bytes: number;
  /** Whether it was built just now rather than found. */
  readonly built: boolean;
}

const manifestFile = 'manifest.json';

/**
 * The model of this spec: found in `cacheDir`, or built there. A folder that is incomplete, or whose files do not have
 * the sizes they were written with, is built again; `verifyModel` also compares the bytes.
 * If two processes build at once, the first to finish wins.
 * @throws BAD_OPTION for a spec that no graph can be built from, OUTPUT_NOT_WRITABLE if the folder cannot be written
 */
export async function ensureModel(
  spec: GraphSpec,
  cacheDir: string,
  onProgress?: BuildProgress,
): Promise<ModelFile> {
  checkSpec(spec);
  const folder = join(cacheDir, modelFolder(spec));
  const found = await readModel(folder);
  if (found) return { ...found, built: false };
  const part = `${folder}.${randomBytes(4).toString('hex')}.part`;
  try {
    await removeLeftovers(cacheDir);
    await mkdir(part, { recursive: true });
    const written = await writeModel(buildGraph(spec), spec.kind, spec.seed, part, onProgress);
    await writeFile(join(part, manifestFile), `${JSON.stringify({ spec, ...written }, null, 2)}\n`);
    await moveInto(part, folder);
  } catch (error) {
    throw writeError(cacheDir, error);
  } finally {
    await rm(part, { recursive: true, force: true }).catch(() => {});
  }
  const model = await readModel(folder);
  if (model) return { ...model, built: true };
  throw new BaremarkError(
    'BAD_MODEL_FILE',
    `The model in ${folder} changed while it was built; delete that folder and run again.`,
  );
}

/**
 * Compares every byte of a model with the hash it was built with.
 * @throws BAD_MODEL_FILE if it differs or cannot be read
 */
export async function verifyModel(model: ModelFile): Promise<void> {
  const folder = join(model.path, '..');
  const actual = await sha256Files([graphFile, weightsFile].map((name) => join(folder, name)));
  if (actual !== model.sha256)
    throw new BaremarkError(
      'BAD_MODEL_FILE',
      `The model ${model.path} has SHA-256 ${actual.slice(0, 12)}… where ${model.sha256.slice(0, 12)}… was built; ` +
        `delete ${folder} and it will be built again.`,
    );
}

/** `bert-1a2b3c4d5e6f7a8b`: the spec's kind and a hash of the whole spec; the order of its fields does not matter. */
function modelFolder(spec: GraphSpec): string {
  const fields = Object.entries(spec)
    .filter(([, value]) => value !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  const hash = createHash('sha256').update(JSON.stringify([generatorVersion, fields]));
  return `${spec.kind}-${hash.digest('hex').slice(0, 16)}`;
}

/** The model in a folder, if there is a manifest and the files have the sizes it gives. */
async function readModel(folder: string): Promise<Omit<ModelFile, 'built'> | undefined> {
  try {
    const { sha256, sizes } = JSON.parse(await readFile(join(folder, manifestFile), 'utf8')) as WrittenModel;
    let bytes = 0;
    for (const name of [graphFile, weightsFile]) {
      const { size } = await stat(join(folder, name));
      if (size !== sizes[name]) return undefined;
      bytes += size;
    }
    return { path: join(folder, graphFile), sha256, bytes };
  } catch (error) {
    if (hasErrno(error, 'ENOENT', 'ENOTDIR') || error instanceof SyntaxError || error instanceof TypeError)
      return undefined;
    throw new BaremarkError(
      'BAD_MODEL_FILE',
      `The model in ${folder} cannot be read (${messageOf(error)}); make it readable or delete it.`,
      { cause: error },
    );
  }
}

/** Removes what killed builds left behind: unfinished folders that are older than any build takes. */
async function removeLeftovers(cacheDir: string): Promise<void> {
  const names = await readdir(cacheDir).catch(() => []);
  for (const name of names.filter((other) => /\.[0-9a-f]{8}\.part(\.broken)?$/.test(other))) {
    const path = join(cacheDir, name);
    const changed = (await stat(path).catch(() => undefined))?.mtimeMs ?? Date.now();
    if (Date.now() - changed > leftoverAgeMs) await rm(path, { recursive: true, force: true });
  }
}

const leftoverAgeMs = 3_600_000;

/** Renames `part` to `folder`; a complete folder that is there already stays, a broken one is replaced. */
async function moveInto(part: string, folder: string): Promise<void> {
  try {
    await rename(part, folder);
  } catch (error) {
    if (!hasErrno(error, 'ENOTEMPTY', 'EEXIST', 'ENOTDIR')) throw error;
    if (await readModel(folder)) return;
    const broken = `${part}.broken`;
    await rename(folder, broken);
    await rename(part, folder);
    await rm(broken, { recursive: true, force: true });
  }
}

function writeError(cacheDir: string, error: unknown): BaremarkError {
  if (error instanceof BaremarkError) return error;
  const why = hasErrno(error, 'ENOSPC', 'EDQUOT') ? 'the disk is full' : messageOf(error);
  return new BaremarkError(
    'OUTPUT_NOT_WRITABLE',
    `The model cannot be built in ${cacheDir} (${why}); free some space, or set BAREMARK_CACHE to a folder you may write to.`,
    { cause: error },
  );
}
