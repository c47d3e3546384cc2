/** The folders of one scenario's runs in our results, finished or not. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { BaremarkError, messageOf } from '../../base/errors.js';
import { readDocument } from '../document/file.js';
import { files, runNumberOf, scenarioFolder } from '../layout.js';
import type { RunDocument } from '../types.js';

interface Place {
  readonly path: string;
  readonly mode: RunDocument['mode'];
}

export type RunFolderState =
  /** Its `run.json` is whole; its outcome says whether the run came to its end. */
  | (Place & { readonly kind: 'written'; readonly document: RunDocument })
  /** Begun, and nothing that can be read came of it; `why` completes "it is …". */
  | (Place & { readonly kind: 'unwritten'; readonly why: string });

/** All folders of runs of a scenario, in order; none where there are none. */
export async function runFoldersOf(
  out: string,
  system: string,
  benchmark: string,
  scenario: string,
): Promise<readonly RunFolderState[]> {
  const folder = scenarioFolder(out, system, benchmark, scenario);
  const performance = join(folder, 'performance');
  const numbers = (await folders(performance)).map(runNumberOf).filter((n) => n !== undefined);
  const places: Place[] = numbers
    .sort((a, b) => a - b)
    .map((n) => ({ path: join(performance, `run_${n}`), mode: 'PerformanceOnly' }));
  if ((await folders(folder)).includes('accuracy'))
    places.push({ path: join(folder, 'accuracy'), mode: 'AccuracyOnly' });
  return Promise.all(places.map(stateOf));
}

async function stateOf(place: Place): Promise<RunFolderState> {
  if (!(await readdir(place.path).catch((): string[] => [])).includes(files.run))
    return { ...place, kind: 'unwritten', why: `without a ${files.run}: cut off, or still running` };
  try {
    return { ...place, kind: 'written', document: await readDocument(join(place.path, files.run)) };
  } catch (error) {
    if (!(error instanceof BaremarkError)) throw error;
    return { ...place, kind: 'unwritten', why: `damaged: ${messageOf(error).replace(/\.$/, '')}` };
  }
}

async function folders(path: string): Promise<string[]> {
  const entries = await readdir(path, { withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
}
