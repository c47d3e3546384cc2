/** What helps where a variant that is installed does not compute, or computes with libraries from elsewhere. */

import type { Host } from '../../base/host/host.js';
import { driverGaps } from '../devices/driver-gaps.js';
import type { MachineGpus } from '../devices/machine-gpus.js';
import type { DeviceOutcome, Gap } from '../examination.js';
import type { TfjsVariant } from './install.js';
import { shadowedLibraries } from './shadowed.js';

/** A library that is taken from elsewhere is said where it works too: it may not be the one that was measured before. */
export function variantGaps(
  variant: TfjsVariant,
  root: string,
  outcome: DeviceOutcome,
  { gpus, host }: { readonly gpus: MachineGpus; readonly host: Host },
): readonly Gap[] {
  const works = outcome.kind === 'works';
  if (variant === 'cuda') return [...(works ? [] : driverGaps(gpus)), ...shadowedLibraries(root, host)];
  if (works) return [];
  if (variant === 'webgpu')
    return [
      {
        problem: 'WebGPU needs a Vulkan driver and its loader.',
        fix: 'baremark doctor --device webgpu',
        runnable: true,
      },
    ];
  return [
    {
      problem: `TF.js is installed for ${variant} and does not compute.`,
      fix: `rm -r ${root} && baremark setup tfjs --device ${variant}`,
      runnable: true,
    },
  ];
}
