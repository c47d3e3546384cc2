/** Reads what `--device` says: `cpu`, `webgpu`, `cuda:0,1`, `cuda:all`, `tensorrt:0`, or cards and MIG devices by UUID. */
import { BaremarkError } from '../../base/errors.js';
import { known, type Measured, unavailable } from '../../base/measured.js';
import type { GpuIdentity } from '../machine.js';

export interface DeviceSelection {
  /** One name a device, as backends take it: `cpu`, `webgpu`, `cuda:0`, `tensorrt:1`. */
  readonly devices: readonly string[];
  /** What `CUDA_VISIBLE_DEVICES` must be when the process starts; absent where it may stay as it is. */
  readonly cudaVisibleDevices?: string;
}

export interface VisibleGpus {
  readonly gpus?: Measured<readonly GpuIdentity[]>;
  readonly env?: NodeJS.ProcessEnv;
}

const forms = 'use cpu, webgpu, cuda:0, cuda:0,1, cuda:all, cuda:GPU-…, cuda:MIG-… or tensorrt:0';

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
function cudaCount(gpus: Measured<readonly GpuIdentity[]>, env: NodeJS.ProcessEnv): Count {
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
  provider: string,
  uuids: readonly string[],
  { gpus, env = {} }: VisibleGpus,
): DeviceSelection {
  if (uuids.filter((uuid) => uuid.startsWith('MIG-')).length > 1)
    throw refuse(
      `${provider}:${uuids.join(',')} names several MIG devices, but CUDA gives a process one MIG device only; run baremark once for each.`,
    );
  const all = gpus && known(gpus);
  const listed = all
    ?.flatMap((gpu) => [gpu.uuid, ...gpu.migDevices.map(({ uuid }) => uuid)])
    .flatMap((uuid) => known(uuid) ?? []);
  for (const uuid of uuids)
    if (listed && !listed.some((candidate) => candidate.startsWith(uuid)))
      throw refuse(
        `${provider}:${uuid} is not on this machine; nvidia-smi -L lists ${listed.join(', ') || 'no device'}.`,
      );
  const visible = visibleEntries(env);
  const indices = uuids.map((uuid) => visible?.indexOf(uuid) ?? -1);
  if (indices.every((index) => index >= 0))
    return { devices: indices.map((index) => `${provider}:${index}`) };
  return {
    devices: uuids.map((_, index) => `${provider}:${index}`),
    cudaVisibleDevices: uuids.join(','),
  };
}

function byIndex(provider: string, indices: readonly number[], count: Count): DeviceSelection {
  const most = known(count.count);
  for (const index of indices)
    if (most !== undefined && index >= most)
      throw refuse(
        `${provider}:${index} does not exist: CUDA shows ${most === 0 ? 'no device' : most === 1 ? 'one device, 0' : `${most} devices, 0 to ${most - 1}`} (${count.because}).`,
      );
  return { devices: indices.map((index) => `${provider}:${index}`) };
}

/**
 * The devices that `text` names; throws `UNKNOWN_DEVICE` with a sentence that says what would be right.
 * `visible.gpus` is the inventory's list; without it, `cuda:all` needs CUDA_VISIBLE_DEVICES and numbers are not checked.
 */
export function parseDevices(text: string, visible: VisibleGpus = {}): DeviceSelection {
  const [provider = '', ...rest] = text.trim().split(':');
  const spec = rest.join(':');
  if (provider === 'cpu' || provider === 'webgpu') {
    if (rest.length > 0)
      throw refuse(`--device ${text}: ${provider} takes no number; use --device ${provider}.`);
    return { devices: [provider] };
  }
  if (provider !== 'cuda' && provider !== 'tensorrt')
    throw refuse(`--device ${text || "''"} is not a device; ${forms}.`);
  const env = visible.env ?? process.env;
  const gpus = visible.gpus ?? unavailable('nvidia-smi was not asked');
  const count = cudaCount(gpus, env);
  if (spec === 'all') {
    const most = known(count.count);
    if (!most)
      throw refuse(
        `--device ${text}: no CUDA device is visible (${count.because}); baremark doctor says what is missing.`,
      );
    return byIndex(
      provider,
      Array.from({ length: most }, (_, index) => index),
      count,
    );
  }
  const parts = (rest.length === 0 ? '0' : spec).split(',').map((part) => part.trim());
  if (new Set(parts).size !== parts.length)
    throw refuse(
      `--device ${text} names a device twice; to run several instances on one device, use --instances.`,
    );
  if (parts.every((part) => /^\d{1,3}$/.test(part))) return byIndex(provider, parts.map(Number), count);
  if (parts.every((part) => /^(GPU|MIG)-[\w/-]+$/.test(part))) return byUuid(provider, parts, { gpus, env });
  throw refuse(`--device ${text} is not a list of numbers or of UUIDs; ${forms}.`);
}
