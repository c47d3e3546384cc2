/** The batch and instances of a run that has no rate to search: tried once for all its repeats, so that these are alike. */
import { toJson } from '../../base/json.js';
import type { PlannedRun } from '../../plan/types.js';
import { bestChoice, type TriedChoice } from '../../search/best-choice.js';
import type { Machine } from '../../sut/choose.js';
import { orStopped } from '../hooks/stopping.js';
import type { RunHooks } from '../types.js';

/** As `baremark tune` measures. */
const effort = { probeDurationS: 3, repeats: 3, precision: 0.02 };

/** @throws the signal's reason where the run is stopped meanwhile */
export type Choose = (
  run: PlannedRun,
  machine: Machine,
  say: (what: string, fraction?: number) => void,
  hooks: RunHooks,
) => Promise<PlannedRun>;

/** A function that gives the run as it is to be opened, and tells what was tried. */
export function choiceMaker(): Choose {
  const made = new Map<string, Pick<PlannedRun, 'instances' | 'batching'>>();
  return async (run, machine, say, hooks) => {
    if (!run.triesChoices) return run;
    const { signal, onEvent } = hooks;
    const key = toJson({ ...run, repeat: 0 });
    const onTried = (tried: TriedChoice) => onEvent({ type: 'choice-tried', run, tried });
    const best =
      made.get(key) ?? (await orStopped(bestChoice(run, machine, effort, { say, onTried, signal }), hooks));
    if (!best) throw signal.reason;
    const { instances, batching } = best;
    made.set(key, { instances, batching });
    onEvent({ type: 'choice-made', run, instances, maxBatch: batching.maxBatch });
    return { ...run, instances, batching };
  };
}
