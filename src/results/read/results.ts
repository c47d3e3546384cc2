/** Reads results, ours and official MLPerf submissions alike, through one form. */
import { readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { QualityTargets } from '../../accuracy/quality.js';
import { hasErrno, messageOf } from '../../base/errors.js';
import type { ResultRun, ResultSystem, ResultsFolder, SystemDescription } from '../types.js';
import { findScenarios } from './find-scenarios.js';
import { readScenario } from './scenario.js';

/**
 * Reads every run at or below a folder: our results folder, a submission's root, `results/<system>`, a benchmark, a
 * scenario or a run. What is broken is left out with a sentence in `problems`, and never gives a number.
 * `targets` judge the accuracy of an MLPerf submission, which does not say itself whether it was met.
 * @throws BaremarkError BAD_RESULTS where the folder does not exist or has no results in it
 */
export async function readResults(dir: string, targets: QualityTargets = new Map()): Promise<ResultsFolder> {
  const scenarios = await findScenarios(dir);
  const problems: string[] = [];
  const report = (problem: string) => problems.push(problem);
  const bySystem = new Map<string, { name: string; runs: ResultRun[] }>();
  for (const place of scenarios) {
    const system = bySystem.get(place.systemPath) ?? { name: place.system, runs: [] };
    bySystem.set(place.systemPath, system);
    system.runs.push(...(await readScenario(place, targets, report)));
  }
  const systems: ResultSystem[] = [];
  for (const [path, { name, runs }] of bySystem)
    systems.push({ name, description: await readDescription(path, name, report), runs });
  return { path: resolve(dir), systems, problems };
}

/** Our results folder has `systems/` beside the systems; a submission has it beside `results/`. */
async function readDescription(
  systemPath: string,
  name: string,
  report: (problem: string) => void,
): Promise<SystemDescription | undefined> {
  const parent = dirname(systemPath);
  for (const folder of [join(parent, 'systems'), join(dirname(parent), 'systems')]) {
    const path = join(folder, `${name}.json`);
    try {
      const value: unknown = JSON.parse(await readFile(path, 'utf8'));
      if (value === null || typeof value !== 'object' || Array.isArray(value))
        throw new SyntaxError('it is not an object');
      return value as SystemDescription;
    } catch (error) {
      if (hasErrno(error, 'ENOENT', 'ENOTDIR')) continue;
      report(
        `${path} cannot be read as a system description (${messageOf(error)}); the system is not described.`,
      );
      return undefined;
    }
  }
  return undefined;
}
