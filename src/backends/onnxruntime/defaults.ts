/** Instances, threads and batches where the user says nothing, and what `tune` tries. */
import { BaremarkError } from '../../base/errors.js';
import type { SutDefaults, SutTask, TuneSpace } from '../profile.js';
import { usualTuneSpace } from '../tune-space.js';
import { readProvider } from './providers.js';

/** Below this many cores each instance gets one; above, four cores work on one batch, which keeps latency down. */
const fewCores = 4;

export function defaults(task: SutTask, { cores }: { readonly cores: number }): SutDefaults {
  const { kind } = readProvider(task.device);
  if (kind === 'cpu') return onCores(task, cores);
  if (kind === 'webgpu' && task.instances !== undefined && task.instances > 1)
    throw new BaremarkError(
      'BAD_OPTION',
      `--instances is ${task.instances}, but ONNX Runtime's WebGPU provider works in one thread only; give --instances 1 with --device webgpu.`,
    );
  // A second instance copies and launches while the first one computes.
  // WebGPU keeps to one thread: two at once crash (ONNX Runtime 1.29).
  const instances = kind === 'webgpu' ? 1 : (task.instances ?? 2);
  return {
    instances,
    backendOptions: { intraOpNumThreads: 1, interOpNumThreads: 1 },
    maxBatch: task.task === 'bert' ? 64 : 8,
    freeCores: cores - instances * task.devices.length,
    idleSpinNs: 0,
  };
}

function onCores(task: SutTask, cores: number): SutDefaults {
  const instances = task.instances ?? (cores <= fewCores ? cores : Math.floor(cores / fewCores));
  const threads = Number(task.backendOptions.intraOpNumThreads ?? Math.max(1, Math.floor(cores / instances)));
  return {
    instances,
    backendOptions: { intraOpNumThreads: threads, interOpNumThreads: 1 },
    // A core computes one text as fast as several, and several of unlike lengths are padded: in Server, where they cannot
    // be sorted, batches of 8 out of length buckets held 0.8 of the rate of single ones (bench server-gain).
    maxBatch: task.task === 'bert' && task.scenario !== 'Server' ? 8 : 1,
    freeCores: cores - instances * threads,
    idleSpinNs: 0,
  };
}

export function tuning(device: string): TuneSpace {
  const { kind } = readProvider(device);
  if (kind === 'webgpu') return usualTuneSpace([1]);
  return usualTuneSpace(kind === 'cpu' ? [1, 2] : [1, 2, 3, 4]);
}
