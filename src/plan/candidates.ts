/** The runs that a plan or the options name, before anything about them is looked up: which benchmark, scenario and mode. */
import { BaremarkError } from '../base/errors.js';
import { orList, show } from '../base/suggest.js';
import type { Scenario } from '../loadgen/settings/settings.js';
import { flagPlace, type Place } from './check.js';
import type { EffectRun } from './checks/effects.js';
import { type Benchmark, type CatalogueEntry, findBenchmark } from './models.js';
import type { OptionValues } from './options/table.js';
import { type PlanFile, planNames } from './plan-file.js';
import type { RunMode } from './types.js';

/** Options of one or several runs, and where each was given. */
export interface RunSource {
  readonly values: OptionValues;
  readonly place: Place;
  /** Whether the plan does without its runs where their model or data are not there. */
  readonly optional: boolean;
  /** What the plan file says, and what the flags say over it. */
  readonly own: OptionValues;
  readonly flags: OptionValues;
}

export interface Candidate {
  readonly source: RunSource;
  readonly benchmark: Benchmark;
  readonly scenario: Scenario;
  readonly mode: RunMode;
}

/** The entries of the plan with the flags over them; the flags alone where there is no plan. */
export function sourcesOf(flags: OptionValues, file: PlanFile | undefined): RunSource[] {
  if (file === undefined) return [{ values: flags, place: flagPlace, optional: false, own: {}, flags }];
  // They choose among the plan's runs.
  const { model, scenario, ...rest } = flags;
  return file.entries.map(({ values, place, optional }) => ({
    values: { ...values, ...rest },
    optional,
    place: (option) => (option in rest ? flagPlace(option) : place(option)),
    own: values,
    flags: rest,
  }));
}

/** @throws BaremarkError where a model or a scenario is missing, or there is no such model */
export function candidatesOf(
  source: RunSource,
  catalogue: readonly CatalogueEntry[],
  byOptions: boolean,
): Candidate[] {
  const { values, place } = source;
  for (const option of ['model', 'scenario'] as const)
    if (values[option] === undefined)
      throw new BaremarkError(
        'BAD_OPTION',
        byOptions
          ? `--${option} is missing; give --model and --scenario, or the name of a plan (${orList(planNames())}).`
          : `${place(option)} is missing; add it to this run.`,
      );
  const benchmarks = values.model!.map((name) => findBenchmark(name, place('model'), catalogue));
  return benchmarks.flatMap((benchmark) =>
    values.scenario!.flatMap((scenario) =>
      modesOf(values.mode).map((mode) => ({ source, benchmark, scenario, mode })),
    ),
  );
}

function modesOf(mode: OptionValues['mode']): RunMode[] {
  if (mode === 'accuracy') return ['AccuracyOnly'];
  return mode === 'submission' ? ['AccuracyOnly', 'PerformanceOnly'] : ['PerformanceOnly'];
}

/** Those of these models (or benchmarks) and scenarios. */
export function choose(
  candidates: readonly Candidate[],
  { model, scenario }: Pick<OptionValues, 'model' | 'scenario'>,
  plan: string,
): Candidate[] {
  const isOf = ({ benchmark }: Candidate, name: string) =>
    benchmark.name === name || benchmark.model.name === name;
  for (const name of model ?? [])
    if (!candidates.some((candidate) => isOf(candidate, name))) {
      findBenchmark(name, '--model');
      const there = [...new Set(candidates.map(({ benchmark }) => benchmark.name))];
      throw new BaremarkError(
        'UNKNOWN_MODEL',
        `--model is ${show(name)}, which the plan ${plan} does not run; choose ${orList(there)}.`,
      );
    }
  const ofModels = candidates.filter((candidate) => model?.some((name) => isOf(candidate, name)) ?? true);
  const chosen = ofModels.filter((candidate) => scenario?.includes(candidate.scenario) ?? true);
  if (chosen.length > 0) return chosen;
  const there = [...new Set(ofModels.map((candidate) => candidate.scenario))];
  const what = model === undefined ? '' : ` with ${orList(model)}`;
  throw new BaremarkError(
    'UNKNOWN_SCENARIO',
    `--scenario is ${show(scenario)}, which the plan ${plan} does not run${what}; choose ${orList(there)}.`,
  );
}

/** Two runs of the same kind would be written to the same folder. */
export function refuseTwice(candidates: readonly Candidate[]): void {
  const seen = new Set<string>();
  for (const { benchmark, scenario, mode } of candidates) {
    const key = `${benchmark.name} ${scenario} ${mode}`;
    if (seen.has(key))
      throw new BaremarkError(
        'BAD_OPTION',
        `the plan runs ${benchmark.name} ${scenario} twice; remove one of them, or repeat all runs with --repeat.`,
      );
    seen.add(key);
  }
}

/** The options of the plan file as they would be without flags, for the check of those without an effect. */
export function ownEffects({ source, benchmark, scenario }: Candidate): EffectRun {
  const { own, place, values } = source;
  const peak = own.mode === 'peak' || values.mode === 'peak';
  return { scenario, task: benchmark.model.task, values: own, peak, said: own, place };
}

/** The same of the flags, over the plan. */
export function flagEffects({ source, benchmark, scenario }: Candidate): EffectRun {
  return {
    scenario,
    task: benchmark.model.task,
    values: source.values,
    peak: source.values.mode === 'peak',
    said: source.flags,
    place: flagPlace,
  };
}
