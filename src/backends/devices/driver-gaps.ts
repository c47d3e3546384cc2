/** What keeps any runtime from NVIDIA's GPUs: that there is no driver, or that it sees no GPU. */
import { known } from '../../base/measured.js';
import type { Gap } from '../examination.js';
import type { MachineGpus } from './machine-gpus.js';

/** Empty where the driver sees a GPU. */
export function driverGaps({ gpus }: MachineGpus): readonly Gap[] {
  if ('unavailable' in gpus)
    return [
      {
        problem: `No NVIDIA GPU can be used: ${gpus.unavailable}.`,
        fix: 'install the NVIDIA driver for the card (in a VM with a vGPU: the guest driver that matches the host), then restart',
        runnable: false,
      },
    ];
  if (known(gpus)?.length !== 0) return [];
  return [
    {
      problem: 'The NVIDIA driver sees no GPU.',
      fix: 'give the VM a GPU (passthrough, vGPU or MIG profile) in its settings, then restart it',
      runnable: false,
    },
  ];
}
