/** Builds the plan of a benchmark from a plan file, from options, or from both: options win. */
import { existsSync, statSync } from 'node:fs';
import { hostname } from 'node:os';
import { resolve } from 'node:path';
import { pulledWeights } from '../assets/official.js';
import { defaultSut } from '../backends/default-sut.js';
import type { BackendProfile, ComputesOn } from '../backends/profile.js';
import { BaremarkError } from '../base/errors.js';
import { orList, show } from '../base/suggest.js';
import type { LibrarySpec } from '../datasets/library-spec.js';
import { confValue } from '../loadgen/settings/conf.js';
import { checkOptions, flagPlace, type Place } from './check.js';
import { readConf } from './conf.js';
import { checkDatasetDirs, datasetOf } from './dataset.js';
import { type Benchmark, findBenchmark, readCatalogue } from './models.js';
import { withChoices } from './options/graph.js';
import type { OptionName, OptionValues } from './options/table.js';
import { planNames, readPlanFile } from './plan-file.js';
import { fidelityOf } from './reference.js';
import { settingsOf } from './settings.js';
import { backendOf, checkDevice, profileOf, type UserProfiles } from './sut.js';
import { readTuned, withTuned } from './tuned.js';
import type { BenchmarkPlan, ModelSpec, PlannedRun, RunMode } from './types.js';

export interface PlanRequest {
  /** Name of a plan that comes with baremark, or path of a plan file. */
  readonly plan?: string;
  /** Options by name, as flags or a caller give them; see `options/table.ts`. */
  readonly options: Readonly<Partial<Record<OptionName, unknown>>>;
  /** Folder that relative paths among the options start from. */
  readonly folder: string;
  /** What users' backends say of themselves; `preparePlan` asks them. */
  readonly profiles?: UserProfiles;
}

/** Options of one or several runs, and where each was given. */
interface RunSource {
  readonly values: OptionValues;
  readonly place: Place;
}

/** Throws a `BaremarkError` with one sentence for the first thing that cannot be run as asked. */
export function buildPlan({ plan, options, folder, profiles }: PlanRequest): BenchmarkPlan {
  const given = checkOptions(options, flagPlace, folder);
  const file = plan === undefined ? undefined : readPlanFile(plan);
  const chosen = { model: given.model, scenario: given.scenario };
  const entries = file?.entries ?? [{ values: {}, place: flagPlace }];
  const sources = entries.map(({ values, place }): RunSource => {
    const { model, scenario, ...rest } = given;
    const flags = file === undefined ? given : rest;
    return {
      values: { ...values, ...flags },
      place: (option) => (option in flags ? flagPlace(option) : place(option)),
    };
  });
  const all = sources.flatMap((source) => runsOf(source, folder, file === undefined, profiles));
  const runs = file === undefined ? all : choose(all, chosen, file.name);
  refuseTwice(runs);
  if (given.dataset !== undefined)
    checkDatasetDirs(given.dataset, [...new Set(runs.map((run) => run.model.task))], '--dataset');
  if (given['model-file'] !== undefined && new Set(runs.map((run) => run.model.name)).size > 1)
    throw new BaremarkError(
      'BAD_OPTION',
      `--model-file is ${given['model-file']}, but the plan runs several models; choose one with --model.`,
    );
  const top = { ...file?.values, ...given };
  const repeat = top.repeat ?? 1;
  return {
    name: file?.name ?? 'options',
    system: top.system ?? systemName(hostname()),
    out: top.out ?? resolve(folder, 'results'),
    repeat,
    runs: Array.from({ length: repeat }, (_, i) => runs.map((run) => ({ ...run, repeat: i + 1 }))).flat(),
  };
}

/** A host name as the name of a folder. */
export function systemName(host: string): string {
  return host.replace(/[^A-Za-z0-9._-]+/g, '-').replace(/^[.-]+/, '') || 'system';
}

function runsOf(
  { values, place }: RunSource,
  folder: string,
  byOptions: boolean,
  profiles?: UserProfiles,
): PlannedRun[] {
  for (const option of ['model', 'scenario'] as const)
    if (values[option] === undefined)
      throw new BaremarkError(
        'BAD_OPTION',
        byOptions
          ? `--${option} is missing; give --model and --scenario, or the name of a plan (${orList(planNames())}).`
          : `${place(option)} is missing; add it to this run.`,
      );
  const catalogue = readCatalogue();
  const benchmarks = values.model!.map((name) => findBenchmark(name, place('model'), catalogue));
  const backend = backendOf(values.backend ?? defaultSut.backend, place('backend'), folder);
  const profile = profileOf(backend, profiles);
  const device = values.device ?? defaultSut.device;
  checkDevice(device, profile, place('device'));
  const tunedFile = values.tuned;
  const tuned = tunedFile === undefined ? undefined : readTuned(tunedFile, place('tuned'));
  const confOf = (option: 'mlperf-conf' | 'user-conf') => {
    const path = values[option];
    return path === undefined ? undefined : readConf(path, place(option));
  };
  const [mlperfConf, userConf] = [confOf('mlperf-conf'), confOf('user-conf')];
  const conf = [...(mlperfConf?.entries ?? []), ...(userConf?.entries ?? [])];
  const applied = (run: PlannedRun) =>
    tuned && tunedFile !== undefined ? withTuned(run, tuned, tunedFile, place('tuned')) : run;
  return benchmarks.flatMap((benchmark) => {
    const model = modelOf(benchmark, values, place, profile.computesOn(device));
    const fidelity = fidelityOf(model, profile, values, place);
    return values.scenario!.flatMap((scenario) =>
      modesOf(values.mode).map((mode) =>
        applied({
          benchmark: benchmark.name,
          model,
          quality: benchmark.quality,
          scenario,
          mode,
          settings: settingsOf(
            scenario,
            values,
            (key) => confValue(conf, key, model.confName, scenario) !== undefined,
          ),
          mlperfConf,
          userConf,
          backend,
          backendOptions: values['backend-option'] ?? {},
          device,
          instances: values.instances ?? 'auto',
          batching: {
            maxBatch: values['max-batch'] ?? 'auto',
            maxWaitMs: values['max-wait'] ?? 'auto',
            pad: values.pad ?? 'longest',
            buckets: values.buckets,
          },
          dataset: dataOf(model, profile, values),
          warmup: values.warmup ?? 3,
          fidelity: mode === 'AccuracyOnly' ? fidelity : undefined,
          repeat: 1,
        }),
      ),
    );
  });
}

/** Where there will be no answers, counts of samples are enough unless a data set was asked for. */
function dataOf(
  model: ModelSpec,
  { answers }: Pick<BackendProfile, 'answers'>,
  { dataset }: OptionValues,
): LibrarySpec {
  if (answers || dataset !== undefined) return datasetOf(model, dataset ?? []);
  return {
    kind: 'none',
    totalSampleCount: model.qsl.total,
    performanceSampleCount: model.qsl.performance,
  };
}

function modesOf(mode: OptionValues['mode']): RunMode[] {
  if (mode === 'accuracy') return ['AccuracyOnly'];
  return mode === 'submission' ? ['AccuracyOnly', 'PerformanceOnly'] : ['PerformanceOnly'];
}

/** The benchmark's model with the precision and the file that were asked for. */
function modelOf(
  { model }: Benchmark,
  values: OptionValues,
  place: Place,
  computesOn: ComputesOn,
): ModelSpec {
  const precision = values.precision ?? model.precision;
  const file = values['model-file'];
  if (file !== undefined) {
    checkModelFile(file, place('model-file'));
    return { ...model, precision, graph: undefined, file, weights: { kind: 'file' } };
  }
  if (values.weights === 'official') {
    const pulled = pulledWeights(model.name, precision, place('weights'));
    return { ...model, precision, graph: undefined, file: pulled, weights: { kind: 'official' } };
  }
  if (precision === 'int8')
    throw new BaremarkError(
      'BAD_OPTION',
      `${place('precision')} is int8, but ${model.name} is built in fp32 or fp16; give an int8 file with --model-file.`,
    );
  const graph =
    model.graph &&
    withChoices(
      { ...model.graph, precision },
      values['graph-option'] ?? {},
      computesOn,
      place('graph-option'),
    );
  return { ...model, precision, graph };
}

function checkModelFile(path: string, where: string): void {
  const problem = !existsSync(path)
    ? 'which does not exist'
    : statSync(path).isFile()
      ? undefined
      : 'which is not a file';
  if (problem !== undefined)
    throw new BaremarkError('BAD_MODEL_FILE', `${where} is ${path}, ${problem}; give the path of a file.`);
}

/** The plan's runs of these models (or benchmarks) and scenarios. */
function choose(
  runs: readonly PlannedRun[],
  { model, scenario }: Pick<OptionValues, 'model' | 'scenario'>,
  plan: string,
): PlannedRun[] {
  for (const name of model ?? [])
    if (!runs.some((run) => run.benchmark === name || run.model.name === name)) {
      findBenchmark(name, '--model');
      const there = [...new Set(runs.map((run) => run.benchmark))];
      throw new BaremarkError(
        'UNKNOWN_MODEL',
        `--model is ${show(name)}, which the plan ${plan} does not run; choose ${orList(there)}.`,
      );
    }
  const chosen = runs.filter(
    (run) =>
      (model?.some((name) => run.benchmark === name || run.model.name === name) ?? true) &&
      (scenario?.includes(run.scenario) ?? true),
  );
  if (chosen.length > 0) return chosen;
  const there = [...new Set(runs.map((run) => run.scenario))];
  throw new BaremarkError(
    'UNKNOWN_SCENARIO',
    `--scenario is ${show(scenario)}, which the plan ${plan} does not run; choose ${orList(there)}.`,
  );
}

/** Two runs of the same kind would be written to the same folder. */
function refuseTwice(runs: readonly PlannedRun[]): void {
  const seen = new Set<string>();
  for (const { benchmark, scenario, mode } of runs) {
    const key = `${benchmark} ${scenario} ${mode}`;
    if (seen.has(key))
      throw new BaremarkError(
        'BAD_OPTION',
        `the plan runs ${benchmark} ${scenario} twice; remove one of them, or repeat all runs with --repeat.`,
      );
    seen.add(key);
  }
}
