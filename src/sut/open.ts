/** Makes everything ready before the clock starts: model, samples' library, sessions. */
import type { ModelRef } from '../backends/backend.js';
import { backendUrl } from '../backends/load.js';
import type { Placement } from '../backends/onnxruntime/placement.js';
import { modelCacheDir, sha256File } from '../base/files.js';
import type { Measured } from '../base/measured.js';
import { maxBatchOf } from '../datasets/layout/fit.js';
import { openLibrary } from '../datasets/open-library.js';
import type { SampleLibrary } from '../datasets/sample-library.js';
import { WorkerPool } from '../engine/worker-pool.js';
import { ensureModel } from '../graphs/model-cache.js';
import type { SsdSpec } from '../graphs/spec.js';
import type { ModelSpec, PlannedRun } from '../plan/types.js';
import { chooseSut, type Machine, type SutChoice } from './choose.js';
import { devicesOf } from './devices.js';
import { checkInstances } from './memory.js';
import { placementOf } from './placement.js';
import type { SutPhase } from './rate.js';

/** A batch that computes for longer than this is taken for hung. */
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
  /** Which provider runs the model's nodes, where that can be another than the CPU's. */
  readonly placement?: Measured<Placement>;
}

export async function openSut(
  run: PlannedRun,
  machine: Machine,
  say: (what: string, fraction?: number) => void,
  signal: AbortSignal,
): Promise<OpenedSut> {
  const model = await prepareModel(run, say);
  if (run.dataset.kind !== 'none') say(`opening ${run.dataset.kind}`);
  const library = await openLibrary(run.dataset);
  const devices = devicesOf(run, machine.gpus);
  const choice = chooseSut(run, devices, machine);
  checkInstances(devices.length * choice.instances, model.bytes);
  say(`loading ${run.model.name} on ${devices.join(', ')}`);
  const placement = await placementOf({
    backend: run.backend,
    model: model.ref,
    device: devices[0]!,
    options: choice.backendOptions,
  });
  const pool = await WorkerPool.open({
    backend: backendUrl(run.backend),
    model: model.ref,
    devices,
    instances: choice.instances,
    options: choice.backendOptions,
    nice: choice.nice,
    hostNms: hostNmsOf(run),
  });
  const maxBatch = Math.min(choice.maxBatch, maxBatchOf(pool.info.inputs));
  const lengthOf = library.sampleLength?.bind(library);
  const phase: SutPhase = {
    freeCores: choice.freeCores,
    sort: run.scenario === 'Offline',
    maxBatch,
    maxWaitNs: run.scenario === 'Server' ? choice.maxWaitNs : 0,
    idleSpinNs: choice.idleSpinNs,
    padding: { pad: run.batching.pad, maxLength: run.model.inputSize },
    lengthOf,
    buckets: choice.buckets,
    hangLimitNs,
    signal,
  };
  return { model, library, choice: { ...choice, maxBatch }, pool, phase, placement };
}

async function prepareModel(
  run: PlannedRun,
  say: (what: string, fraction?: number) => void,
): Promise<OpenedModel> {
  const { model } = run;
  const named = { name: model.name, precision: model.precision };
  if (model.file !== undefined) {
    const sha256 = await sha256File(model.file);
    return { ref: { ...named, file: model.file }, sha256, bytes: 0 };
  }
  if (!needsFile(run, model)) return { ref: named, bytes: 0 };
  say(`building ${model.name}`);
  const built = await ensureModel(model.graph!, modelCacheDir(), (done, total) =>
    say(`building ${model.name}`, done / total),
  );
  return { ref: { ...named, file: built.path }, sha256: built.sha256, bytes: built.bytes };
}

function hostNmsOf({ backend, model }: PlannedRun): SsdSpec | undefined {
  const { graph } = model;
  return backend !== 'simulated' && graph?.kind === 'ssd-resnet34' && graph.nms === 'host'
    ? graph
    : undefined;
}

/** The simulated backend computes nothing, so it needs no model either. */
function needsFile(run: PlannedRun, model: ModelSpec): boolean {
  return run.backend !== 'simulated' && model.graph !== undefined;
}
