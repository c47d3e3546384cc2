/** What the process must be started with for its devices to work: the loader reads library paths only at process start. */

import { explainMissing, type GpuProvider, providerState } from '../backends/onnxruntime/cuda.js';
import type { DeviceSelection } from '../backends/onnxruntime/devices.js';
import { findOnnxRuntime, type OnnxRuntimePlace } from '../backends/onnxruntime/install.js';
import { type Host, localHost } from '../base/host/host.js';
import { indexLibraries } from '../base/host/libraries.js';
import { readMachineGpus } from '../system/gpu/machine-gpus.js';

function gpuProvider(device: string | undefined): GpuProvider | undefined {
  const name = device?.split(':')[0];
  return name === 'cuda' || name === 'tensorrt' ? name : undefined;
}

/** Folders with NVIDIA's libraries (pip, conda, CUDA toolkit) that the loader does not search by itself; empty where it finds all. */
export async function cudaLibraryPath(
  provider: GpuProvider = 'cuda',
  host: Host = localHost(),
  runtime: OnnxRuntimePlace | undefined = findOnnxRuntime(),
): Promise<readonly string[]> {
  return providerState(provider, runtime, await indexLibraries(host), host).libraryPath;
}

/**
 * Environment variables that must be set when the process starts, for these devices; undefined where it was started right.
 * The CLI starts itself again with them; once set, nothing is asked for any more, so it does so only once.
 */
export async function launchEnvironment(
  selection: DeviceSelection,
  host: Host = localHost(),
  runtime: OnnxRuntimePlace | undefined = findOnnxRuntime(),
): Promise<Readonly<Record<string, string>> | undefined> {
  const provider = gpuProvider(selection.devices[0]);
  if (provider === undefined) return undefined;
  const wanted: Record<string, string> = {};
  const folders = await cudaLibraryPath(provider, host, runtime);
  const given = (host.env.LD_LIBRARY_PATH ?? '').split(':').filter((folder) => folder !== '');
  if (folders.some((folder) => !given.includes(folder)))
    wanted.LD_LIBRARY_PATH = [...new Set([...given, ...folders])].join(':');
  const visible = selection.cudaVisibleDevices;
  if (visible !== undefined && host.env.CUDA_VISIBLE_DEVICES !== visible)
    wanted.CUDA_VISIBLE_DEVICES = visible;
  // CUDA numbers the fastest card first unless told; nvidia-smi, and with it baremark, by the bus.
  if (host.env.CUDA_DEVICE_ORDER === undefined && Object.keys(wanted).length > 0)
    wanted.CUDA_DEVICE_ORDER = 'PCI_BUS_ID';
  return Object.keys(wanted).length > 0 ? wanted : undefined;
}

/** The sentence for a CUDA or TensorRT device that cannot be used here; undefined where nothing is known to be missing. */
export async function explainMissingCuda(
  device: string,
  host: Host = localHost(),
  runtime: OnnxRuntimePlace | undefined = findOnnxRuntime(),
): Promise<string | undefined> {
  const provider = gpuProvider(device);
  if (provider === undefined) return undefined;
  const inventory = await readMachineGpus(host);
  return explainMissing(providerState(provider, runtime, await indexLibraries(host), host), inventory);
}
