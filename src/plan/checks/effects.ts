/** Refuses an option that would change nothing, and warns of one that changes only some of the runs it was given for. */
import { BaremarkError } from '../../base/errors.js';
import { orList } from '../../base/suggest.js';
import type { Scenario } from '../../loadgen/settings/settings.js';
import type { Place } from '../check.js';
import type { Effect } from '../options/def.js';
import { type OptionName, type OptionValues, optionDef } from '../options/table.js';
import type { Task } from '../types.js';

/** What decides whether an option has an effect on a run. */
export interface EffectRun {
  readonly scenario: Scenario;
  readonly task: Task;
  /** All options of the run. */
  readonly values: OptionValues;
  /** Whether its rate is searched, or may be: a flag decides it for a whole plan. */
  readonly peak: boolean;
  /** Those that are checked. */
  readonly said: OptionValues;
  readonly place: Place;
}

/** One thing that was said at one place: an option, or one key of an option that takes several. */
interface Said {
  /** As a sentence names it: `--coalesce`, `mine.yaml line 4: max-wait`, `--graph-option input`. */
  readonly what: string;
  readonly effect: Effect;
  readonly runs: EffectRun[];
}

/**
 * One sentence for each option that some of these runs ignore.
 * @throws BaremarkError `BAD_OPTION` for an option that all of the runs it was given for ignore
 */
export function checkEffects(runs: readonly EffectRun[]): string[] {
  return saidOf(runs).flatMap(({ what, effect, runs: own }) => {
    const able = own.filter((run) => canActOn(effect, run));
    if (able.length === 0)
      throw new BaremarkError(
        'BAD_OPTION',
        `${what} has an effect ${wordsOf(effect)} alone, and there is no such run; remove it.`,
      );
    // A data set's accuracy is often measured with the options of the run that measures its performance.
    if (effect.performance && able.every(({ values }) => values.mode === 'accuracy'))
      return `${what} has no effect in mode accuracy.`;
    if (able.length === own.length) return [];
    return `${what} has an effect ${wordsOf(effect)} alone; the other runs ignore it.`;
  });
}

function saidOf(runs: readonly EffectRun[]): Said[] {
  const said = new Map<string, Said>();
  for (const run of runs)
    for (const [option, value] of Object.entries(run.said)) {
      const { effect, effectOfKey } = optionDef(option as OptionName);
      const where = run.place(option);
      const note = (what: string, its: Effect) => {
        const before = said.get(what);
        if (before) before.runs.push(run);
        else said.set(what, { what, effect: its, runs: [run] });
      };
      if (effect !== undefined) note(where, effect);
      for (const key of Object.keys(effectOfKey ? (value as object) : {}))
        note(`${where} ${key}`, effectOfKey?.[key] ?? {});
    }
  return [...said.values()];
}

function canActOn(
  { scenarios, tasks, built, peak }: Effect,
  { scenario, task, values, ...run }: EffectRun,
): boolean {
  const ofFile = values['model-file'] !== undefined || values.weights === 'official';
  const itsScenario = scenarios?.includes(scenario) ?? true;
  const itsTask = tasks?.includes(task) ?? true;
  return itsScenario && itsTask && !(built && ofFile) && !(peak && !run.peak);
}

const taskWords: Readonly<Record<Task, string>> = { bert: 'BERT', ssd: 'SSD' };

function wordsOf({ scenarios, tasks, built, peak }: Effect): string {
  const words = [
    scenarios && `in ${orList(scenarios)}`,
    tasks && `on ${orList(tasks.map((task) => taskWords[task]))}`,
    built && 'built here',
    peak && 'in mode peak',
  ];
  return words.filter((word) => word !== undefined).join(' ');
}
