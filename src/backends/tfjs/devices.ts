/** The devices of the tfjs backend, and which of its variants computes on each. */
import { BaremarkError } from '../../base/errors.js';
import { type DeviceMachine, type DeviceSelection, selectCudaDevices } from '../devices/cuda.js';
import { type DeviceKinds, requireDevice } from '../devices/text.js';
import type { TfjsVariant } from './install.js';

export const tfjsBackend = 'tfjs';

export const kinds: DeviceKinds = { cpu: 'single', cuda: 'numbered', wasm: 'single', webgpu: 'single' };

/** @throws BaremarkError `UNKNOWN_DEVICE` with a sentence that says what would be right */
export function selectDevices(text: string, machine: DeviceMachine = {}): DeviceSelection {
  const device = requireDevice(text, tfjsBackend, kinds);
  return device.kind === 'cuda' ? selectCudaDevices(device, machine) : { devices: [device.kind] };
}

export interface TfjsDevice {
  readonly variant: TfjsVariant;
  /** Which GPU, counting those that CUDA shows. */
  readonly number?: number;
}

/** One device, as a session opens it. @throws BaremarkError `UNKNOWN_DEVICE` */
export function oneDevice(text: string): TfjsDevice {
  const { kind, which } = requireDevice(text, tfjsBackend, kinds);
  if (kind !== 'cuda') return { variant: kind as TfjsVariant };
  if (which.by === 'number' && which.numbers.length === 1)
    return { variant: 'cuda', number: which.numbers[0]! };
  throw new BaremarkError(
    'UNKNOWN_DEVICE',
    `A session of the tfjs backend opens one device, not '${text}'; give one such as cuda:0.`,
  );
}
