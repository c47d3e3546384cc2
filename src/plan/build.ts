/** Builds the plan of a benchmark from a plan file, from options, or from both: options win. */
import { hostname } from 'node:os';
import { resolve } from 'node:path';
import { pulledWeights } from '../assets/official.js';
import { defaultSut } from '../backends/default-sut.js';
import type { BackendProfile } from '../backends/profile.js';
import { BaremarkError } from '../base/errors.js';
import type { LibrarySpec } from '../datasets/library-spec.js';
import { confEntry } from '../loadgen/settings/conf.js';
import { folderNameFault } from '../results/layout.js';
import {
  type Candidate,
  candidatesOf,
  choose,
  flagEffects,
  ownEffects,
  type RunSource,
  refuseTwice,
  sourcesOf,
} from './candidates.js';
import { checkOptions, flagPlace, type Place } from './check.js';
import { checkConf, idleConfLines } from './checks/conf-lines.js';
import { checkEffects } from './checks/effects.js';
import { checkPlannedLength } from './checks/length.js';
import { checkModelFile, modelOfFile } from './checks/model-file.js';
import { requireTrained, withoutAbsent } from './checks/optional.js';
import { checkPeak, searchOf } from './checks/peak.js';
import { checkRequest, type PlanRequest } from './checks/request.js';
import { type ConfFile, readConf } from './conf.js';
import { checkDatasetDirs, datasetOf } from './dataset.js';
import { type Benchmark, readCatalogue } from './models.js';
import { withChoices } from './options/graph.js';
import type { OptionValues } from './options/table.js';
import { readPlanFile } from './plan-file.js';
import { fidelityOf } from './reference.js';
import { settingsOf } from './settings.js';
import { backendOf, checkDevice, profileOf, type UserProfiles } from './sut.js';
import { readTuned, type Tuned, withTuned } from './tuned.js';
import type { BenchmarkPlan, ModelSpec, PlannedRun, Task } from './types.js';

export type { PlanRequest } from './checks/request.js';

/** Throws a `BaremarkError` with one sentence for the first thing that cannot be run as asked. */
export function buildPlan(request: PlanRequest): BenchmarkPlan {
  const { plan, options, folder, profiles } = checkRequest(request);
  const given = checkOptions(options, flagPlace, folder);
  const file = plan === undefined ? undefined : readPlanFile(plan);
  const catalogue = readCatalogue();
  const all = sourcesOf(given, file).flatMap((source) => candidatesOf(source, catalogue, file === undefined));
  const named = file === undefined ? all : choose(all, given, file.name);
  const { there: chosen, notes } = withoutAbsent(named, given.model !== undefined);
  refuseTwice(chosen);
  // What stands in a plan file may be meant for some of its runs alone, so only flags are warned of.
  checkEffects(all.map(ownEffects));
  const warnings = checkEffects(chosen.map(flagEffects));
  checkDatasets(chosen);
  if (
    given['model-file'] !== undefined &&
    new Set(chosen.map(({ benchmark }) => benchmark.model.name)).size > 1
  )
    throw new BaremarkError(
      'BAD_OPTION',
      `--model-file is ${given['model-file']}, but the plan runs several models; choose one with --model.`,
    );
  const serverPlaces = new Set(
    chosen.filter(({ scenario }) => scenario === 'Server').map(({ source }) => source.place('target-qps')),
  );
  const facts = new Map<RunSource, SourceFacts>();
  const runs = chosen.map((candidate) => {
    const { source } = candidate;
    const known = facts.get(source) ?? factsOf(source, folder, profiles);
    facts.set(source, known);
    return runOf(candidate, known, serverPlaces.has(source.place('target-qps')));
  });
  for (const run of runs) warnings.push(...idleConfLines(run));
  const top = { ...file?.values, ...given };
  const repeat = top.repeat ?? 1;
  return {
    name: file?.name ?? 'options',
    system: top.system ?? systemName(hostname()),
    out: top.out ?? resolve(folder, 'results'),
    repeat,
    runs: Array.from({ length: repeat }, (_, i) =>
      // An accuracy run asks for every sample once, and a scenario has one folder for it.
      runs
        .filter(({ mode }) => i === 0 || mode === 'PerformanceOnly')
        .map((run) => ({ ...run, repeat: i + 1 })),
    ).flat(),
    warnings: [...new Set(warnings)],
    notes,
  };
}

/** A host name as the name of a folder. */
export function systemName(host: string): string {
  const name = host.replace(/[^A-Za-z0-9._-]+/g, '-').replace(/^[.-]+|[.]+$/g, '');
  return name === '' || folderNameFault(name) !== undefined ? 'system' : name;
}

/** A folder with data serves the models of all runs that it was given for. */
function checkDatasets(candidates: readonly Candidate[]): void {
  const given = new Map<string, { dirs: readonly string[]; tasks: Set<Task> }>();
  for (const { source, benchmark } of candidates) {
    const { dataset: dirs } = source.values;
    if (dirs === undefined) continue;
    const where = source.place('dataset');
    const before = given.get(where) ?? { dirs, tasks: new Set() };
    given.set(where, { ...before, tasks: before.tasks.add(benchmark.model.task) });
  }
  for (const [where, { dirs, tasks }] of given) checkDatasetDirs(dirs, [...tasks], where);
}

/** What all runs of one source share, looked up once. */
interface SourceFacts {
  readonly backend: string;
  readonly device: string;
  readonly profile: BackendProfile;
  readonly tuned?: { readonly file: string; readonly found: Tuned };
  readonly mlperfConf?: ConfFile;
  readonly userConf?: ConfFile;
}

function factsOf({ values, place }: RunSource, folder: string, profiles?: UserProfiles): SourceFacts {
  const backend = backendOf(values.backend ?? defaultSut.backend, place('backend'), folder);
  const profile = profileOf(backend, profiles);
  const device = values.device ?? defaultSut.device;
  checkDevice(device, profile, place('device'));
  const { tuned: file } = values;
  const confOf = (option: 'mlperf-conf' | 'user-conf') => {
    const path = values[option];
    return path === undefined ? undefined : readConf(path, place(option));
  };
  return {
    backend,
    device,
    profile,
    tuned: file === undefined ? undefined : { file, found: readTuned(file, place('tuned')) },
    mlperfConf: confOf('mlperf-conf'),
    userConf: confOf('user-conf'),
  };
}

/** @param serverTakesRate whether the `target-qps` of this run was given for a Server run, too */
function runOf(
  { source, benchmark, scenario, mode }: Candidate,
  facts: SourceFacts,
  serverTakesRate: boolean,
): PlannedRun {
  const { values, place } = source;
  const { backend, device, profile, tuned, mlperfConf, userConf } = facts;
  checkPeak(source, scenario);
  const model = modelOf(benchmark, values, place, profile, device);
  const fidelity = fidelityOf(model, profile, values, place);
  const expected = values['offline-expected-qps'];
  if (
    scenario === 'Offline' &&
    expected !== undefined &&
    values['target-qps'] !== undefined &&
    !serverTakesRate
  )
    throw new BaremarkError(
      'BAD_OPTION',
      `${place('target-qps')} is ${values['target-qps']} and ${place('offline-expected-qps')} is ${expected}, but Offline expects one rate; remove one of them.`,
    );
  const says = (conf: ConfFile | undefined, key: string) =>
    conf !== undefined && confEntry(conf.entries, key, model.confName, scenario) !== undefined;
  const planned: PlannedRun = {
    benchmark: benchmark.name,
    model,
    quality: benchmark.quality,
    scenario,
    mode,
    settings: settingsOf(scenario, values, {
      inConf: (key) => says(mlperfConf, key) || says(userConf, key),
      // LoadGen ignores seeds in a user.conf.
      seedInConf: (key) => says(mlperfConf, key),
      serverTakesRate,
    }),
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
  };
  const run = { ...planned, ...searchOf(source, planned) };
  checkConf(run, values.mode);
  checkPlannedLength(run);
  return tuned ? withTuned(run, tuned.found, tuned.file, place('tuned')) : run;
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

/** The benchmark's model with the precision and the file that were asked for. */
function modelOf(
  { model }: Benchmark,
  values: OptionValues,
  place: Place,
  profile: Pick<BackendProfile, 'model' | 'computesOn' | 'hostNms'>,
  device: string,
): ModelSpec {
  const precision = values.precision ?? model.precision;
  const file = values['model-file'];
  if (file !== undefined) {
    if (values.weights !== undefined)
      throw new BaremarkError(
        'BAD_OPTION',
        `${place('weights')} is ${values.weights}, but ${place('model-file')} gives a file, which has its own weights; remove one of them.`,
      );
    checkModelFile(file, place('model-file'));
    return modelOfFile(model, file, values.precision, 'file', place);
  }
  if (values.weights === 'official') {
    const pulled = pulledWeights(model.name, precision, place('weights'));
    return modelOfFile(model, pulled, precision, 'official', place);
  }
  if (precision === 'int8')
    throw new BaremarkError(
      'BAD_OPTION',
      `${place('precision')} is int8, but ${model.name} is built in fp32 or fp16; give an int8 file with --model-file.`,
    );
  if (values.weights === 'seeded' && model.weights.kind === 'trained')
    throw new BaremarkError(
      'BAD_OPTION',
      `${place('weights')} is seeded, but ${model.name} has trained weights alone; leave it out.`,
    );
  requireTrained(model, profile, place);
  const graph =
    model.graph &&
    withChoices(
      { ...model.graph, precision },
      values['graph-option'] ?? {},
      { computesOn: profile.computesOn(device), hostNms: profile.hostNms === true },
      place('graph-option'),
    );
  return { ...model, precision, graph };
}
