/** The profile of a user's backend that exports none: nothing is known of its devices, so it gets the most careful defaults. */
import { defaultSut } from './default-sut.js';
import { nvidiaVariables, openMpVariables, vulkanVariables } from './devices/environment.js';
import type { BackendProfile } from './profile.js';
import { usualTuneSpace } from './tune-space.js';

/** @param load imports the backend itself */
export function plainProfile(name: string, load: BackendProfile['load']): BackendProfile {
  return {
    name,
    deviceExamples: [],
    model: 'onnx',
    answers: true,
    // Whether it has a device is for the backend to say when it opens one.
    checkDevice: () => undefined,
    selectDevices: (text) => [text],
    computesOn: (device) => (device === defaultSut.device ? 'cores' : 'accelerator'),
    defaults: ({ instances = 1, devices }, { cores }) => ({
      instances,
      backendOptions: {},
      maxBatch: 1,
      freeCores: cores - instances * devices.length,
      idleSpinNs: 0,
    }),
    tuning: () => usualTuneSpace([1]),
    environment: [...openMpVariables, ...nvidiaVariables, ...vulkanVariables],
    load,
  };
}
