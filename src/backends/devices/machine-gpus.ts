/** What a backend may ask about the machine's GPUs; the fingerprint's inventory satisfies it. */
import type { Measured } from '../../base/measured.js';

/** A GPU, or a card divided into MIG devices, by what `CUDA_VISIBLE_DEVICES` calls it. */
interface GpuIdentity {
  readonly uuid: Measured<string>;
  readonly migDevices: readonly { readonly uuid: Measured<string> }[];
}

export type GpuIdentities = Measured<readonly GpuIdentity[]>;

export interface MachineGpus {
  readonly driver: Measured<string>;
  /** Newest CUDA version that the driver runs. */
  readonly cuda: Measured<string>;
  readonly gpus: GpuIdentities;
}
