/** Whole run folders made from records that were made by hand. */
import type { PhaseResult } from '../../src/engine/phase.js';
import type { PlannedRun } from '../../src/plan/types.js';
import type { Peak } from '../../src/results/document/peak.js';
import { writeRun } from '../../src/results/write/run.js';
import { reserveRunFolder } from '../../src/results/write/run-folder.js';
import { conclude } from '../../src/run/conclude.js';
import { finishedRun } from '../run/hand-made.js';

/** Writes what came out of these phases as a run of `box` below `out`; returns the run's folder. */
export async function writeHandMade(
  out: string,
  run: PlannedRun,
  phases: readonly PhaseResult[],
  startedAt = new Date(Date.UTC(2026, 0, 1)),
  peak?: Peak,
): Promise<string> {
  const { benchmark, scenario, mode } = run;
  const folder = await reserveRunFolder(out, 'box', benchmark, scenario, mode);
  const finished = await finishedRun(run, phases);
  return (await writeRun(folder, await conclude({ ...finished, startedAt, peak }))).path;
}
