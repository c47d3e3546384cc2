/** Chooses what a plan leaves to the system under test: instances, threads, batches, buckets, and who gets which core. */
import type { BackendProfile } from '../backends/profile.js';
import type { PlannedRun } from '../plan/types.js';
import type { GpuInventory } from '../system/types.js';

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
  readonly maxBatch: number;
  readonly maxWaitNs: number;
  readonly buckets: readonly number[];
  /** Cores that no inference thread needs. */
  readonly freeCores: number;
  /** Niceness of the inference threads. */
  readonly nice: number;
  readonly idleSpinNs: number;
}

/** Where the buckets of SQuAD's lengths end, tokens; its features are 32 to 384 long, most 100 to 250. */
export const textBuckets = [96, 128, 160, 192, 256, 384];

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
  const defaults = profile.defaults(task, machine);
  const maxBatch = batching.maxBatch === 'auto' ? defaults.maxBatch : batching.maxBatch;
  const text = model.task === 'bert';
  return {
    ...defaults,
    devices,
    backendOptions: { ...defaults.backendOptions, ...backendOptions },
    maxBatch,
    // A free device takes what there is: batches fill by themselves when it does not keep up, and from length buckets
    // beside their own where that saves time. Waiting for fuller ones held no higher rate.
    maxWaitNs: batching.maxWaitMs === 'auto' ? 0 : batching.maxWaitMs * 1e6,
    buckets: batching.buckets ?? (text && maxBatch > 1 && batching.pad === 'longest' ? textBuckets : []),
    // With real-time priority the issuer gets a core whenever it wakes; without, inference has to step back.
    nice: defaults.freeCores < 1 && !machine.realTime ? 19 : 0,
  };
}
