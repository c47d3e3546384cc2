/** Finds the scenario folders (`<system>/<benchmark>/<scenario>`) in whatever part of a results tree it is given. */
import type { Dirent } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { BaremarkError, hasErrno, messageOf } from '../../base/errors.js';
import { isFolder } from '../../base/files.js';
import { type Scenario, scenarios } from '../../loadgen/settings/settings.js';
import { runNumberOf } from '../layout.js';

export interface ScenarioFolder {
  readonly path: string;
  readonly systemPath: string;
  readonly system: string;
  readonly benchmark: string;
  readonly scenario: Scenario;
}

/** Parts of a submission with scenario folders that are not results. */
const skipped = new Set([
  'compliance',
  'measurements',
  'code',
  'calibration',
  'systems',
  'published',
  'node_modules',
]);

/** A submission's root is six levels above its scenarios (division, submitter, results, system, benchmark). */
const deepest = 7;

/**
 * All scenario folders at or below `dir`, in order. `dir` may be a results folder, a submission, a system, a benchmark,
 * a scenario, or a single run.
 * @throws BaremarkError BAD_RESULTS where `dir` cannot be read or holds none
 */
export async function findScenarios(dir: string): Promise<ScenarioFolder[]> {
  const root = resolve(dir);
  if (!(await isFolder(root))) throw await unreadable(root);
  const found: ScenarioFolder[] = [];
  await search(above(root), 0, found);
  if (found.length > 0) return found;
  throw new BaremarkError(
    'BAD_RESULTS',
    `${root} holds no results; give a folder with <system>/<benchmark>/<scenario>/performance/run_1, as baremark and MLPerf submissions have.`,
  );
}

/** The scenario folder of a run's own folder; any other folder as it is. */
function above(path: string): string {
  const name = basename(path);
  if (runNumberOf(name) !== undefined) return above(dirname(path));
  const inScenario = scenarioOf(basename(dirname(path))) !== undefined;
  return (name === 'performance' || name === 'accuracy') && inScenario ? dirname(path) : path;
}

async function search(path: string, depth: number, found: ScenarioFolder[]): Promise<void> {
  const names = await folderNames(path);
  const scenario = scenarioOf(basename(path));
  if (scenario && (names.includes('performance') || names.includes('accuracy'))) {
    const benchmarkPath = dirname(path);
    const systemPath = dirname(benchmarkPath);
    const [system, benchmark] = [basename(systemPath), basename(benchmarkPath)];
    found.push({ path, systemPath, system, benchmark, scenario });
    return;
  }
  if (depth === deepest) return;
  for (const name of names) if (!skipped.has(name)) await search(join(path, name), depth + 1, found);
}

/** A scenario by its folder's name; early rounds also wrote "single-stream" and the like. */
function scenarioOf(name: string): Scenario | undefined {
  const plain = name.replace(/[ _-]/g, '').toLowerCase();
  return scenarios.find((scenario) => scenario.toLowerCase() === plain);
}

/** Names of the folders in a folder, sorted as people count (run_2 before run_10). */
export async function folderNames(path: string): Promise<string[]> {
  const entries: Dirent[] = await readdir(path, { withFileTypes: true }).catch(() => []);
  const names = entries.filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'));
  return names.map(({ name }) => name).sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
}

async function unreadable(path: string): Promise<BaremarkError> {
  const why = await stat(path).then(
    () => 'it is not a folder',
    (error: unknown) => (hasErrno(error, 'ENOENT') ? 'it does not exist' : messageOf(error)),
  );
  return new BaremarkError(
    'BAD_RESULTS',
    `${path} cannot be read as a results folder: ${why}; give a folder of results.`,
  );
}
