/** The simulated backend as everybody else sees it: no model, no answers, and as fast as it is told. */
import type { BackendProfile } from '../profile.js';
import { usualTuneSpace } from '../tune-space.js';
import { backendName, deviceOf, reading } from './devices.js';

/** An instant system is measured in batches that cost the harness next to nothing per sample. */
const instantBatch = 256;
const instantSpinNs = 1e6;

export const profile: BackendProfile = {
  name: backendName,
  deviceExamples: ['cpu'],
  model: 'none',
  answers: false,
  checkDevice: (text) => reading(text).problem,
  selectDevices: (text) => [deviceOf(text)],
  computesOn: () => 'cores',
  defaults({ instances = 1, backendOptions }, { cores }) {
    const instant = String(backendOptions.instant) === 'true';
    return {
      instances,
      backendOptions: {},
      maxBatch: instant ? instantBatch : 1,
      // Other than at once it sleeps, and leaves its core to others.
      freeCores: cores - (instant ? instances : 0),
      idleSpinNs: instant ? instantSpinNs : 0,
    };
  },
  tuning: () => usualTuneSpace([1]),
  load: async () => (await import('./backend.js')).simulated,
};
