/** The conductor: runs a plan from its first run to its last. */
import type { BenchmarkPlan } from '../plan/types.js';
import type { RunDocument } from '../results/types.js';
import { checkAccuracyIsFree } from '../results/write/run-folder.js';
import { readHostContext } from '../sut/host-context.js';
import { conductRun } from './conduct-run.js';
import { guardedEvents } from './hooks/events.js';
import { choiceMaker } from './peak/choose.js';
import type { RunHooks } from './types.js';

/**
 * Runs everything in the plan, in order, and writes each result as soon as it is there. Returns the documents of the
 * runs that were started: fewer than planned where the signal stopped it.
 * @throws BaremarkError for what is wrong with the input, and for an `onEvent` that threw; results that are already written stay
 */
export async function runPlan(plan: BenchmarkPlan, hooks: RunHooks): Promise<readonly RunDocument[]> {
  for (const { benchmark, scenario, mode } of plan.runs)
    if (mode === 'AccuracyOnly') await checkAccuracyIsFree(plan.out, plan.system, benchmark, scenario);
  const context = await readHostContext();
  const documents: RunDocument[] = [];
  const choose = choiceMaker();
  const events = guardedEvents(hooks.onEvent);
  for (const run of plan.runs) {
    if (hooks.signal.aborted) break;
    const told = { ...hooks, onEvent: events.onEvent };
    const document = await conductRun(run, plan, context, told, choose);
    if (document) documents.push(document);
  }
  events.rethrow();
  return documents;
}
