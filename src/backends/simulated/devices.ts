/** The one device of the simulated backend, which simulates whatever it is told. */
import { type DeviceKinds, type DeviceReading, readDevice, requireDevice } from '../devices/text.js';

export const backendName = 'simulated';

const kinds: DeviceKinds = { cpu: 'single' };

export function reading(text: string): DeviceReading {
  return readDevice(text, backendName, kinds);
}

/** @throws BaremarkError `UNKNOWN_DEVICE` */
export function deviceOf(text: string): string {
  return requireDevice(text, backendName, kinds).kind;
}
