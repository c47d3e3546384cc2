/** Writes what a run measured, or keeps it elsewhere where its folder cannot take it, so that no run is lost to a full disk. */
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BaremarkError } from '../base/errors.js';
import { files } from '../results/layout.js';
import type { RunDocument } from '../results/types.js';
import { type RunArtifacts, writeRun } from '../results/write/run.js';
import { type RunFolder, reserveRunFolder } from '../results/write/run-folder.js';

/** A run that is in its folder, and what went wrong after it was: files beside it that could not be written. */
export interface SavedRun {
  readonly document: RunDocument;
  readonly problem?: BaremarkError;
  /** A sentence for each other run of the results folder that cannot be read. */
  readonly unreadable: readonly string[];
}

/**
 * @param conclude makes the artifacts; called again where they are written a second time, because the logs are streams
 * @throws BaremarkError OUTPUT_NOT_WRITABLE, which also says what was measured and where it is now
 */
export async function saveRun(folder: RunFolder, conclude: () => Promise<RunArtifacts>): Promise<SavedRun> {
  const artifacts = await conclude();
  const { document } = artifacts;
  try {
    const { problems } = await writeRun(folder, artifacts);
    return { document, unreadable: problems };
  } catch (error) {
    if (!(error instanceof BaremarkError) || error.code !== 'OUTPUT_NOT_WRITABLE') throw error;
    const withRest = (rest: string) =>
      new BaremarkError(error.code, `${error.message.replace(/\.$/, '')}; ${rest}.`, { cause: error });
    if (existsSync(join(folder.path, files.run)))
      return {
        document,
        problem: withRest(`the run itself is complete in ${folder.path}`),
        unreadable: [],
      };
    throw withRest(await keepElsewhere(folder, document, conclude));
  }
}

async function keepElsewhere(
  { system, benchmark, scenario, mode }: RunFolder,
  document: RunDocument,
  conclude: () => Promise<RunArtifacts>,
): Promise<string> {
  const { outcome, result } = document;
  const p99 = `p99 ${result.latencyMs.p99.toPrecision(4)} ms`;
  const measured = `${outcome.kind.toUpperCase()}, ${result.value.toPrecision(4)} ${result.unit}, ${p99}`;
  let kept: string | undefined;
  try {
    kept = await mkdtemp(join(tmpdir(), 'baremark-kept-'));
    await writeRun(await reserveRunFolder(kept, system, benchmark, scenario, mode), await conclude());
    return `what was measured (${measured}) is kept in ${kept}`;
  } catch {
    if (kept !== undefined) await rm(kept, { recursive: true, force: true }).catch(() => {});
    return `what was measured, ${measured}, could not be kept in ${tmpdir()} either`;
  }
}
