/** What the process must be started with for CUDA and TensorRT: the loader reads library paths only at process start. */
import { BaremarkError } from '../../base/errors.js';
import type { Host } from '../../base/host/host.js';
import { indexLibraries } from '../../base/host/libraries.js';
import type { DeviceSelection } from '../devices/cuda.js';
import type { LaunchMachine } from '../profile.js';
import { explainMissing, type GpuProvider, providerState } from './cuda.js';
import { selectDevices } from './devices.js';
import { findOnnxRuntime, type OnnxRuntimePlace } from './install.js';
import { providers, readProvider } from './providers.js';

/** NVIDIA's provider behind a device; undefined for devices that are not NVIDIA's. */
function gpuProvider(device: string): GpuProvider | undefined {
  const { kind } = readProvider(device);
  return providers[kind].nvidia ? (kind as GpuProvider) : undefined;
}

/**
 * Environment variables that must be set when the process starts, for these devices; undefined where it was started
 * right. The CLI starts itself again with them; once set, nothing is asked for any more, so it does so only once.
 * Asks nothing of the machine where no device is NVIDIA's.
 * @throws BaremarkError `UNKNOWN_DEVICE` with the one sentence that says what is missing and how to get it
 */
export async function launchEnvironment(
  texts: readonly string[],
  { host, readGpus }: LaunchMachine,
  runtime: OnnxRuntimePlace | undefined = findOnnxRuntime(),
): Promise<Readonly<Record<string, string>> | undefined> {
  const ours = texts.flatMap((text) => {
    const provider = gpuProvider(text);
    return provider === undefined ? [] : [{ text, provider }];
  });
  if (ours.length === 0) return undefined;
  const machine = await readGpus();
  const libraries = await indexLibraries(host);
  const folders: string[] = [];
  const selections: DeviceSelection[] = [];
  for (const { text, provider } of ours) {
    const state = providerState(provider, runtime, libraries, host);
    const missing = explainMissing(state, machine);
    if (missing !== undefined) throw new BaremarkError('UNKNOWN_DEVICE', missing);
    folders.push(...state.libraryPath);
    selections.push(selectDevices(text, { gpus: machine.gpus, env: host.env }));
  }
  const wanted = {
    ...libraryPathWith(folders, host),
    ...visibleDevices(selections, texts, host),
  };
  if (Object.keys(wanted).length === 0) return undefined;
  // CUDA numbers the fastest card first unless told; nvidia-smi, and with it baremark, by the bus.
  return host.env.CUDA_DEVICE_ORDER === undefined ? { ...wanted, CUDA_DEVICE_ORDER: 'PCI_BUS_ID' } : wanted;
}

function libraryPathWith(folders: readonly string[], { env }: Host): Readonly<Record<string, string>> {
  const given = (env.LD_LIBRARY_PATH ?? '').split(':').filter((folder) => folder !== '');
  if (folders.every((folder) => given.includes(folder))) return {};
  return { LD_LIBRARY_PATH: [...new Set([...given, ...folders])].join(':') };
}

function visibleDevices(
  selections: readonly DeviceSelection[],
  texts: readonly string[],
  { env }: Host,
): Readonly<Record<string, string>> {
  const asked = new Set(selections.map(({ cudaVisibleDevices }) => cudaVisibleDevices));
  const [visible] = asked;
  if (asked.size > 1)
    throw new BaremarkError(
      'UNKNOWN_DEVICE',
      `The plan's runs name devices (${texts.join(' and ')}) that need different values of CUDA_VISIBLE_DEVICES, and a process has one; run baremark once for each.`,
    );
  return visible === undefined || visible === env.CUDA_VISIBLE_DEVICES
    ? {}
    : { CUDA_VISIBLE_DEVICES: visible };
}
