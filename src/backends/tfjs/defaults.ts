/** Instances, threads and batches where the user says nothing, and what `tune` tries. */
import type { SutDefaults, SutTask, TuneSpace } from '../profile.js';
import { usualTuneSpace } from '../tune-space.js';

/** Below this many cores each instance computes in its own thread; above, a pool of threads serves all instances. */
const fewCores = 4;

export function defaults(task: SutTask, { cores }: { readonly cores: number }): SutDefaults {
  const device = task.device.trim();
  if (device === 'cpu') return onCores(task, cores);
  if (device === 'wasm' || device === 'webgpu') return ofTfjs(task, cores, device === 'wasm');
  const instances = task.instances ?? 2;
  return {
    instances,
    backendOptions: { intraOpThreads: 1, interOpThreads: instances * task.devices.length },
    maxBatch: task.task === 'bert' ? 64 : 8,
    freeCores: cores - instances * task.devices.length,
    idleSpinNs: 0,
  };
}

function onCores(task: SutTask, cores: number): SutDefaults {
  const few = cores <= fewCores;
  const instances = task.instances ?? (few ? cores : Math.floor(cores / fewCores));
  // With one thread, TensorFlow computes in the thread that takes the operator, of which every instance has one.
  const threads = Number(task.backendOptions.intraOpThreads ?? (few && instances > 1 ? 1 : cores));
  return {
    instances,
    backendOptions: { intraOpThreads: threads, interOpThreads: instances },
    maxBatch: task.task === 'bert' && task.scenario !== 'Server' ? 8 : 1,
    freeCores: cores - (threads === 1 ? instances : Math.min(cores, threads)),
    idleSpinNs: 0,
  };
}

/** TF.js computes in the instance's own thread; of a GPU over WebGPU, one thread makes use. */
function ofTfjs(task: SutTask, cores: number, isWasm: boolean): SutDefaults {
  const instances = task.instances ?? (isWasm ? cores : 1);
  return {
    instances,
    backendOptions: {},
    maxBatch: task.task === 'bert' && task.scenario !== 'Server' ? 8 : 1,
    freeCores: cores - instances,
    idleSpinNs: 0,
  };
}

export function tuning(device: string): TuneSpace {
  return usualTuneSpace(device === 'webgpu' ? [1] : device.startsWith('cuda') ? [1, 2, 3, 4] : [1, 2]);
}
