/** What is the same for all runs of a plan: the machine they run on. */
import { availableParallelism } from 'node:os';
import { known } from '../base/measured.js';
import { realTimePermitted } from '../engine/issuer/waiting.js';
import { takeFingerprint } from '../system/fingerprint.js';
import type { Fingerprint } from '../system/types.js';
import type { Machine } from './choose.js';

export interface HostContext {
  readonly machine: Machine;
  readonly fingerprint: Fingerprint;
  readonly hasGpu: boolean;
}

export async function readHostContext(): Promise<HostContext> {
  const fingerprint = await takeFingerprint();
  return {
    machine: {
      cores: availableParallelism(),
      realTime: realTimePermitted(),
      gpus: fingerprint.gpu.gpus,
    },
    fingerprint,
    hasGpu: (known(fingerprint.gpu.gpus)?.length ?? 0) > 0,
  };
}
