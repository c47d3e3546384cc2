/** Chooses what a plan leaves to the system under test: instances, threads, batches, buckets, and who gets which core. */
import type { BatchPolicy } from '../engine/batching/batch-policy.js';
import type { PlannedRun } from '../plan/types.js';
import type { GpuInventory } from '../system/types.js';
import { chooseBatchPolicy } from './batching.js';

export interface Machine {
  readonly cores: number;
  /** Whether threads may ask for real-time priority. */
  readonly realTime: boolean;
  /** The inventory's GPUs, for devices named by `all` or by UUID. */
  readonly gpus?: GpuInventory['gpus'];
}

export interface SutChoice {
  readonly devices: readonly string[];
  /** Instances on each device. */
  readonly instances: number;
  readonly backendOptions: Readonly<Record<string, unknown>>;
  readonly policy: BatchPolicy;
  /** Cores that no inference thread needs. */
  readonly freeCores: number;
  /** Niceness of the inference threads. */
  readonly nice: number;
  readonly idleSpinNs: number;
}

/** Below this many cores each instance gets one; above, four cores work on one batch, which keeps latency down. */
const fewCores = 4;

interface Defaults extends Pick<SutChoice, 'instances' | 'freeCores' | 'idleSpinNs' | 'backendOptions'> {
  readonly maxBatch: number;
}

export function chooseSut(run: PlannedRun, devices: readonly string[], machine: Machine): SutChoice {
  const { maxBatch, ...defaults } = defaultsFor(run, devices, machine);
  return {
    ...defaults,
    devices,
    backendOptions: { ...defaults.backendOptions, ...run.backendOptions },
    policy: chooseBatchPolicy(run, run.batching.maxBatch === 'auto' ? maxBatch : run.batching.maxBatch),
    // With real-time priority the issuer gets a core whenever it wakes; without, inference has to step back.
    nice: defaults.freeCores < 1 && !machine.realTime ? 19 : 0,
  };
}

function defaultsFor(run: PlannedRun, devices: readonly string[], { cores }: Machine): Defaults {
  const given = run.instances === 'auto' ? undefined : run.instances;
  if (run.backend === 'onnxruntime' && run.device === 'cpu') {
    const instances = given ?? (cores <= fewCores ? cores : Math.floor(cores / fewCores));
    const threads = Number(
      run.backendOptions.intraOpNumThreads ?? Math.max(1, Math.floor(cores / instances)),
    );
    return {
      instances,
      backendOptions: { intraOpNumThreads: threads, interOpNumThreads: 1 },
      // A core computes one text as fast as several, and several of unlike lengths are padded: in Server, where they cannot
      // be sorted, batches of 8 out of length buckets held 0.8 of the rate of single ones (bench server-gain).
      maxBatch: run.model.task === 'bert' && run.scenario !== 'Server' ? 8 : 1,
      freeCores: cores - instances * threads,
      idleSpinNs: 0,
    };
  }
  if (run.backend === 'simulated') {
    const instances = given ?? 1;
    const instant = String(run.backendOptions.instant) === 'true';
    return {
      instances,
      backendOptions: {},
      maxBatch: instant ? 256 : 1,
      freeCores: cores - (instant ? instances : 0),
      idleSpinNs: instant ? 1e6 : 0,
    };
  }
  // An accelerator: a second instance copies and launches while the first one computes.
  // WebGPU keeps to one thread: two at once crash (ONNX Runtime 1.29).
  const instances = run.device === 'webgpu' && run.backend === 'onnxruntime' ? 1 : (given ?? 2);
  return {
    instances,
    backendOptions: run.backend === 'onnxruntime' ? { intraOpNumThreads: 1, interOpNumThreads: 1 } : {},
    maxBatch: run.model.task === 'bert' ? 64 : 8,
    freeCores: cores - instances * devices.length,
    idleSpinNs: 0,
  };
}
