/** Which of the machine's CUDA devices a text names, and what the process must be started with to see them. */
import { BaremarkError } from '../../base/errors.js';
import { known, type Measured, unavailable } from '../../base/measured.js';
import type { GpuIdentities } from './machine-gpus.js';
import type { DeviceText } from './text.js';

export interface DeviceSelection {
  /** One name per device, as the backend opens it: `cpu`, `webgpu`, `cuda:0`, `tensorrt:1`. */
  readonly devices: readonly string[];
  /** What `CUDA_VISIBLE_DEVICES` must be when the process starts; absent where it may stay as it is. */
  readonly cudaVisibleDevices?: string;
}

/** The machine as devices are chosen on it. */
export interface DeviceMachine {
  /** The inventory's list; without it, `cuda:all` needs `CUDA_VISIBLE_DEVICES`, and numbers are not checked. */
  readonly gpus?: GpuIdentities;
  /** This process's own where absent. */
  readonly env?: NodeJS.ProcessEnv;
}

function refuse(sentence: string): BaremarkError {
  return new BaremarkError('UNKNOWN_DEVICE', sentence);
}

/** The entries of CUDA_VISIBLE_DEVICES; CUDA stops reading at the first that is negative or nonsense. */
function visibleEntries(env: NodeJS.ProcessEnv): readonly string[] | undefined {
  const text = env.CUDA_VISIBLE_DEVICES;
  if (text === undefined) return undefined;
  const entries = text.split(',').map((entry) => entry.trim());
  const end = entries.findIndex((entry) => !/^(\d+|(GPU|MIG)-.+)$/.test(entry));
  return end === -1 ? entries : entries.slice(0, end);
}

interface Count {
  readonly count: Measured<number>;
  readonly because: string;
}

/** How many devices CUDA will show to a process. */
function cudaCount(gpus: GpuIdentities, env: NodeJS.ProcessEnv): Count {
  const entries = visibleEntries(env);
  if (entries !== undefined)
    return {
      count: { value: entries.length },
      because: `CUDA_VISIBLE_DEVICES=${env.CUDA_VISIBLE_DEVICES}`,
    };
  if ('unavailable' in gpus) return { count: gpus, because: gpus.unavailable };
  // Where a card is split by MIG, CUDA shows one MIG device and nothing else, unless a UUID chooses another.
  const mig = gpus.value.some((gpu) => gpu.migDevices.length > 0);
  return mig
    ? { count: { value: 1 }, because: 'with MIG, CUDA shows one device; choose another by its UUID' }
    : { count: { value: gpus.value.length }, because: 'as nvidia-smi lists them' };
}

function byUuid(
  kind: string,
  uuids: readonly string[],
  gpus: GpuIdentities,
  env: NodeJS.ProcessEnv,
): DeviceSelection {
  if (uuids.filter((uuid) => uuid.startsWith('MIG-')).length > 1)
    throw refuse(
      `${kind}:${uuids.join(',')} names several MIG devices, but CUDA gives a process one MIG device only; run baremark once for each.`,
    );
  const listed = known(gpus)
    ?.flatMap((gpu) => [gpu.uuid, ...gpu.migDevices.map(({ uuid }) => uuid)])
    .flatMap((uuid) => known(uuid) ?? []);
  for (const uuid of uuids)
    if (listed && !listed.some((candidate) => candidate.startsWith(uuid)))
      throw refuse(
        `${kind}:${uuid} is not on this machine; nvidia-smi -L lists ${listed.join(', ') || 'no device'}.`,
      );
  const visible = visibleEntries(env);
  const indices = uuids.map((uuid) => visible?.indexOf(uuid) ?? -1);
  if (indices.every((index) => index >= 0)) return { devices: indices.map((index) => `${kind}:${index}`) };
  return {
    devices: uuids.map((_, index) => `${kind}:${index}`),
    cudaVisibleDevices: uuids.join(','),
  };
}

function byNumber(kind: string, numbers: readonly number[], count: Count): DeviceSelection {
  const most = known(count.count);
  for (const number of numbers)
    if (most !== undefined && number >= most)
      throw refuse(
        `${kind}:${number} does not exist: CUDA shows ${most === 0 ? 'no device' : most === 1 ? 'one device, 0' : `${most} devices, 0 to ${most - 1}`} (${count.because}).`,
      );
  return { devices: numbers.map((number) => `${kind}:${number}`) };
}

/** @throws BaremarkError `UNKNOWN_DEVICE` with a sentence that says what would be right */
export function selectCudaDevices({ kind, which }: DeviceText, machine: DeviceMachine): DeviceSelection {
  const env = machine.env ?? process.env;
  const gpus = machine.gpus ?? unavailable('nvidia-smi was not asked');
  const count = cudaCount(gpus, env);
  if (which.by === 'uuid') return byUuid(kind, which.uuids, gpus, env);
  if (which.by !== 'all') return byNumber(kind, which.by === 'number' ? which.numbers : [0], count);
  const most = known(count.count);
  if (most) return { devices: Array.from({ length: most }, (_, number) => `${kind}:${number}`) };
  throw refuse(
    `--device ${kind}:all: no CUDA device is visible (${count.because}); baremark doctor says what is missing.`,
  );
}
