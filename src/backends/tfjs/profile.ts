/** The tfjs backend as everybody else sees it; whatever needs TensorFlow is imported when it is asked for. */
import { orUnavailable } from '../../base/measured.js';
import { nvidiaVariables, vulkanVariables } from '../devices/environment.js';
import { readDevice } from '../devices/text.js';
import type { BackendProfile } from '../profile.js';
import { defaults, tuning } from './defaults.js';
import { kinds, selectDevices, tfjsBackend } from './devices.js';

export const profile: BackendProfile = {
  name: tfjsBackend,
  deviceExamples: ['cpu', 'cuda:0', 'cuda:0,1', 'cuda:all', 'wasm', 'webgpu'],
  model: 'onnx',
  answers: true,
  hostNms: true,
  checkDevice: (text) => readDevice(text, tfjsBackend, kinds).problem,
  selectDevices: (text, machine) => selectDevices(text, machine).devices,
  computesOn: (device) => (/^(cpu|wasm)/.test(device) ? 'cores' : 'accelerator'),
  defaults,
  tuning,
  runtimeVersion: async () => {
    const { installedVersion } = await import('./version.js');
    return orUnavailable(installedVersion(), 'baremark setup tfjs was not run');
  },
  environment: ['TF_*', 'ONEDNN_*', 'DNNL_*', 'XLA_FLAGS', ...nvidiaVariables, ...vulkanVariables],
  prepare: async (request) => (await import('./prepare.js')).prepare(request),
  examine: async (request) => (await import('./examine.js')).examine(request, { select: selectDevices }),
  load: async () => (await import('./backend.js')).tfjs,
};
