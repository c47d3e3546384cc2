/** ONNX Runtime as everybody else sees it; whatever needs its libraries is imported when it is asked for. */
import { orUnavailable } from '../../base/measured.js';
import { nvidiaVariables, vulkanVariables } from '../devices/environment.js';
import { readDevice } from '../devices/text.js';
import type { BackendProfile } from '../profile.js';
import { defaults, tuning } from './defaults.js';
import { selectDevices } from './devices.js';
import { backendName, kinds, providers, readProvider } from './providers.js';

export const profile: BackendProfile = {
  name: backendName,
  deviceExamples: ['cpu', 'cuda:0', 'cuda:0,1', 'cuda:all', 'cuda:GPU-…', 'tensorrt:0', 'webgpu'],
  model: 'onnx',
  answers: true,
  checkDevice: (text) => readDevice(text, backendName, kinds).problem,
  selectDevices: (text, machine) => selectDevices(text, machine).devices,
  computesOn: (device) => providers[readProvider(device).kind].computesOn,
  defaults,
  tuning,
  runtimeVersion: async () => {
    const { findOnnxRuntime } = await import('./install.js');
    return orUnavailable(findOnnxRuntime()?.version, 'the package onnxruntime-node is not installed');
  },
  // Its threads are its own: it reads nothing of OpenMP. `ORT_*` has TensorRT's `ORT_TENSORRT_*`.
  environment: ['ORT_*', ...nvidiaVariables, ...vulkanVariables],
  launch: async (devices, machine) => (await import('./launch.js')).launchEnvironment(devices, machine),
  placement: async (request) => (await import('./placement.js')).placementOf(request),
  examine: async (request) => (await import('./examine/examine.js')).examine(request),
  load: async () => (await import('./backend.js')).onnxruntime,
};
