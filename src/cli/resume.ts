/** `run --resume` on the command line: says how far a plan is, and takes it up from there. */
import { relative } from 'node:path';
import type { BenchmarkPlan, PlannedRun } from '../plan/types.js';
import type { RunDocument } from '../results/types.js';
import type { PlanProgress } from '../run/resume.js';

/** The rest of the plan; what is finished already goes into `documents`. */
export async function takeUp(
  plan: BenchmarkPlan,
  documents: Map<PlannedRun, RunDocument>,
  tell: (line: string) => void,
): Promise<BenchmarkPlan> {
  const found = await howFar(plan, tell);
  for (const [run, document] of found.finished) documents.set(run, document);
  const { setAsideInterrupted } = await import('../run/resume.js');
  for (const path of await setAsideInterrupted(plan, found)) tell(`moved out of the way: ${near(path)}`);
  return { ...plan, runs: found.remaining };
}

/** How far the plan is, told line by line. */
export async function howFar(plan: BenchmarkPlan, tell: (line: string) => void): Promise<PlanProgress> {
  const { planProgress } = await import('../run/resume.js');
  const found = await planProgress(plan, tell);
  for (const { path, why } of found.interrupted) tell(`interrupted: ${near(path)} is ${why}`);
  const { length } = plan.runs;
  tell(`finished: ${found.finished.size} of ${length} ${length === 1 ? 'run' : 'runs'}`);
  return found;
}

/** A path as it is from here. */
export function near(path: string): string {
  return relative(process.cwd(), path) || '.';
}
