/** Prepares everything before the clock starts: the model, the sample library, the sessions. */
import { requirePulled } from '../assets/manifest.js';
import type { ModelRef } from '../backends/backend.js';
import { loadProfile } from '../backends/load.js';
import type { BackendProfile, NodePlacement } from '../backends/profile.js';
import { checksumNotesDir, modelCacheDir } from '../base/files.js';
import type { Measured } from '../base/measured.js';
import { maxBatchOf } from '../datasets/layout/fit.js';
import { openLibrary } from '../datasets/open-library.js';
import type { SampleLibrary } from '../datasets/sample-library.js';
import { WorkerPool } from '../engine/worker-pool.js';
import { modelChecksum } from '../graphs/file/file-checksum.js';
import { ensureModel } from '../graphs/model-cache.js';
import { type DetectorSpec, isDetector } from '../graphs/spec.js';
import type { PlannedRun } from '../plan/types.js';
import { fittedBatchPolicy } from './batching.js';
import { chooseSut, type Machine, type SutChoice } from './choose.js';
import { environmentOf } from './environment.js';
import { checkInstances } from './memory.js';
import type { SutPhase } from './rate.js';

/** A batch that computes for longer than this counts as hung. */
const hangLimitNs = 300e9;

export interface OpenedModel {
  readonly ref: ModelRef;
  readonly sha256?: string;
  readonly bytes: number;
}

export interface OpenedSut {
  readonly model: OpenedModel;
  readonly library: SampleLibrary;
  readonly choice: SutChoice;
  readonly pool: WorkerPool;
  readonly phase: SutPhase;
  /** The environment variables that it may have read. */
  readonly environment: Readonly<Record<string, string>>;
  /** What computes the model's nodes, where the backend can tell. */
  readonly placement?: Measured<NodePlacement>;
}

export async function openSut(
  run: PlannedRun,
  machine: Machine,
  say: (what: string, fraction?: number) => void,
  signal: AbortSignal,
): Promise<OpenedSut> {
  const profile = await loadProfile(run.backend);
  const model = await prepareModel(run, profile, say);
  if (run.dataset.kind !== 'none') say(`opening ${run.dataset.kind}`);
  const library = await openLibrary(run.dataset);
  const devices = profile.selectDevices(run.device, { gpus: machine.gpus });
  const choice = chooseSut(run, devices, machine, profile);
  checkInstances(devices.length * choice.instances, model.bytes);
  say(`loading ${run.model.name} on ${devices.join(', ')}`);
  for (const device of devices) await profile.prepare?.({ device, options: choice.backendOptions });
  const environment = environmentOf(profile);
  const placement = await profile.placement?.({
    model: model.ref,
    device: devices[0]!,
    options: choice.backendOptions,
  });
  const pool = await WorkerPool.open({
    backend: run.backend,
    model: model.ref,
    devices,
    instances: choice.instances,
    sharedDevice: profile.computesOn(run.device) !== 'cores',
    options: choice.backendOptions,
    nice: choice.nice,
    hostNms: hostNmsOf(run, profile),
  });
  const lengthOf = library.sampleLength?.bind(library);
  const largestBatch = maxBatchOf(pool.info.inputs);
  const policy = fittedBatchPolicy(choice.policy, { largestBatch, lengthsDiffer: lengthOf !== undefined });
  const phase: SutPhase = {
    freeCores: choice.freeCores,
    policy,
    idleSpinNs: choice.idleSpinNs,
    lengthOf,
    hangLimitNs,
    signal,
  };
  return { model, library, choice: { ...choice, policy }, pool, phase, environment, placement };
}

/** The model's file, found or built, and its hash. */
export async function prepareModel(
  { model }: Pick<PlannedRun, 'model'>,
  profile: Pick<BackendProfile, 'model'>,
  say: (what: string, fraction?: number) => void,
): Promise<OpenedModel> {
  const named = { name: model.name, precision: model.precision };
  if (model.file !== undefined) {
    say(`checking ${model.name}`);
    const checked = await modelChecksum(model.file, checksumNotesDir());
    if (model.weights.kind === 'official') requirePulled(model.file, checked.sha256);
    return { ref: { ...named, file: model.file }, ...checked };
  }
  if (profile.model !== 'onnx' || !model.graph) return { ref: named, bytes: 0 };
  say(`building ${model.name}`);
  const built = await ensureModel(model.graph, modelCacheDir(), (done, total) =>
    say(`building ${model.name}`, done / total),
  );
  return { ref: { ...named, file: built.path }, sha256: built.sha256, bytes: built.bytes };
}

function hostNmsOf(
  { model }: PlannedRun,
  profile: Pick<BackendProfile, 'answers'>,
): DetectorSpec | undefined {
  const { graph } = model;
  return profile.answers && isDetector(graph) && graph.nms === 'host' ? graph : undefined;
}
