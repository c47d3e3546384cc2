/** Which planned run a finished one was: a hash of everything that defines a run, which `run.json` keeps. */
import { createHash } from 'node:crypto';
import { isAbsolute } from 'node:path';
import { fileURLToPath } from 'node:url';
import { sha256File } from '../base/files.js';
import type { LibrarySpec } from '../datasets/library-spec.js';
import type { ModelSpec, PlannedRun } from '../plan/types.js';
import { baremarkVersion } from './document.js';

/** What a run's files hold, whatever their names are. */
export interface RunContents {
  /** SHA-256 of the model; absent where it is not a file. */
  readonly modelSha256?: string;
  /** Equal hashes mean equal samples. */
  readonly datasetHash: string;
}

/**
 * SHA-256, hex, over the plan of a run, its system's name, this version of baremark and what the files hold. Paths do
 * not count, their contents do; what the plan leaves to be found counts as left open, not as what was found.
 */
export async function identityOf(run: PlannedRun, system: string, contents: RunContents): Promise<string> {
  const { tuned: _, model, dataset, fidelity, mlperfConf, userConf, backend, ...rest } = run;
  const defining = {
    ...rest,
    version: baremarkVersion,
    system,
    model: { ...pathless(model), sha256: contents.modelSha256 },
    dataset: { ...librarySettings(dataset), hash: contents.datasetHash },
    fidelity: fidelity && {
      samples: fidelity.samples,
      reference: { ...pathless(fidelity.reference), sha256: await hashOf(fidelity.reference.file) },
      dataset: librarySettings(fidelity.dataset),
    },
    mlperfConf: mlperfConf?.entries,
    userConf: userConf?.entries,
    backend: (await hashOf(moduleOf(backend))) ?? backend,
  };
  return createHash('sha256').update(JSON.stringify(defining, sorted)).digest('hex');
}

function pathless({
  file: _,
  description: __,
  ...model
}: ModelSpec): Omit<ModelSpec, 'file' | 'description'> {
  return model;
}

/** Everything but where the data lies. */
function librarySettings(spec: LibrarySpec): Readonly<Record<string, unknown>> {
  return { ...spec, dir: undefined, file: undefined, vocab: undefined };
}

/** The file of a user's backend; undefined for a built-in one. */
function moduleOf(backend: string): string | undefined {
  if (backend.startsWith('file:')) return fileURLToPath(backend);
  return isAbsolute(backend) ? backend : undefined;
}

async function hashOf(path: string | undefined): Promise<string | undefined> {
  return path === undefined ? undefined : await sha256File(path);
}

/** Keys in one order; seeds beyond the reach of a double as text. */
function sorted(_: string, value: unknown): unknown {
  if (typeof value === 'bigint') return String(value);
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
