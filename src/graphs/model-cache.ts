/** Models built from specs. Each is kept in a folder named by the hash of its spec, and is built completely or not at all. */
import { createHash, randomBytes } from 'node:crypto';
import { readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { z } from 'zod';
import { rememberedSha256 } from '../base/checksum.js';
import { BaremarkError, hasErrno, messageOf } from '../base/errors.js';
import { makeFolder } from '../base/files.js';
import { type BuildProgress, graphFile, weightsFile, writeModel } from './model-writer.js';
import { buildGraph } from './signature.js';
import { checkSpec, type GraphSpec } from './spec.js';

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
/** What the files looked like when their bytes were last compared with the manifest. */
const checkedFile = 'checked.json';

/**
 * The model of this spec: found in `cacheDir`, or built there. A folder that is incomplete, or whose files are not those
 * that were written, is built again. The bytes are compared whenever the files look changed.
 * If two processes build at once, the first to finish wins.
 * @throws BAD_OPTION for a spec that no graph can be built from, BAD_MODEL_FILE where its trained weights were not pulled,
 *   OUTPUT_NOT_WRITABLE if the folder cannot be written
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
    await makeFolder(part);
    // Weights that were trained are given as values, so no seed matters to them.
    const seed = spec.kind === 'ssd-mobilenet' ? 0 : spec.seed;
    const written = await writeModel(buildGraph(spec, cacheDir), spec.kind, seed, part, onProgress);
    await writeFile(join(part, manifestFile), `${JSON.stringify({ spec, ...written }, null, 2)}\n`);
    await moveInto(part, folder);
  } catch (error) {
    throw writeError(cacheDir, error);
  } finally {
    await rm(part, { recursive: true, force: true }).catch(() => {});
  }
  // Hashed while it was written, so its bytes are first read when it is found again.
  const model = await readModel(folder, 'sizes');
  if (model) return { ...model, built: true };
  throw new BaremarkError(
    'BAD_MODEL_FILE',
    `The model in ${folder} changed while it was built; delete that folder and run again.`,
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

const manifest = z.object({ sha256: z.string(), sizes: z.record(z.string(), z.number()) });

/** The model in a folder, if there is a manifest and the files are those that it describes. */
async function readModel(
  folder: string,
  compare: 'bytes' | 'sizes' = 'bytes',
): Promise<Omit<ModelFile, 'built'> | undefined> {
  try {
    const { sha256, sizes } = manifest.parse(JSON.parse(await readFile(join(folder, manifestFile), 'utf8')));
    const paths = [graphFile, weightsFile].map((name) => join(folder, name));
    let bytes = 0;
    for (const path of paths) {
      const { size } = await stat(path);
      if (size !== sizes[basename(path)]) return undefined;
      bytes += size;
    }
    const found = compare === 'sizes' ? sha256 : await rememberedSha256(paths, join(folder, checkedFile));
    return found === sha256 ? { path: paths[0]!, sha256, bytes } : undefined;
  } catch (error) {
    if (hasErrno(error, 'ENOENT', 'ENOTDIR') || error instanceof SyntaxError || error instanceof z.ZodError)
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
