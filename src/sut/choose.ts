/** Chooses what a plan leaves to the system under test: instances, threads, batches, buckets, and who gets which core. */
import type { BackendProfile } from '../backends/profile.js';
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

/**
 * What the user said, and where that is `auto`, what the backend's profile says for this task on this machine.
 * @throws BaremarkError `BAD_OPTION` where the device cannot have the instances that the user asks for
 */
export function chooseSut(
  run: PlannedRun,
  devices: readonly string[],
  machine: Machine,
  profile: Pick<BackendProfile, 'defaults'>,
): SutChoice {
  const { batching, model, scenario, device, backendOptions } = run;
  const instances = run.instances === 'auto' ? undefined : run.instances;
  const task = { task: model.task, scenario, device, devices, instances, backendOptions };
  const { maxBatch, ...defaults } = profile.defaults(task, machine);
  return {
    ...defaults,
    devices,
    backendOptions: { ...defaults.backendOptions, ...backendOptions },
    policy: chooseBatchPolicy(run, batching.maxBatch === 'auto' ? maxBatch : batching.maxBatch),
    // With real-time priority the issuer gets a core whenever it wakes; without, inference has to step back.
    nice: defaults.freeCores < 1 && !machine.realTime ? 19 : 0,
  };
}
