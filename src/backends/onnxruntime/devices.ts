/** Which devices of this machine `--device` names: `cpu`, `webgpu`, `cuda:0,1`, `cuda:all`, `tensorrt:0`, or cards by UUID. */
import { type DeviceMachine, type DeviceSelection, selectCudaDevices } from '../devices/cuda.js';
import { providers, readProvider } from './providers.js';

/** @throws BaremarkError `UNKNOWN_DEVICE` with a sentence that says what would be right */
export function selectDevices(text: string, machine: DeviceMachine = {}): DeviceSelection {
  const device = readProvider(text);
  return providers[device.kind].nvidia ? selectCudaDevices(device, machine) : { devices: [device.kind] };
}
