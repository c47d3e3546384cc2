/** The folders of one scenario's runs in our results, finished or not. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { BaremarkError, messageOf } from '../../base/errors.js';
import { isFolder } from '../../base/files.js';
import { readDocument } from '../document/file.js';
import { files, runNumberOf, scenarioFolder } from '../layout.js';
import type { RunDocument } from '../types.js';
import { folderNames } from './find-scenarios.js';

/** Where a run of a scenario lies, or would. */
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
  const places = await runPlacesIn(scenarioFolder(out, system, benchmark, scenario));
  return Promise.all(places.map(stateOf));
}

/** Where the runs of a scenario's folder lie: performance runs by number, then the accuracy run. */
export async function runPlacesIn(folder: string): Promise<readonly Place[]> {
  const performance = join(folder, 'performance');
  const numbered = (await folderNames(performance)).filter((name) => runNumberOf(name) !== undefined);
  const places: Place[] = numbered
    .sort((a, b) => runNumberOf(a)! - runNumberOf(b)!)
    .map((name) => ({ path: join(performance, name), mode: 'PerformanceOnly' }));
  const accuracy = join(folder, 'accuracy');
  return (await isFolder(accuracy)) ? [...places, { path: accuracy, mode: 'AccuracyOnly' }] : places;
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
