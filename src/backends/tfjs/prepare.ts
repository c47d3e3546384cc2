/** What the main thread does before instances open: TensorFlow reads its environment once for the whole process. */
import type { PrepareRequest } from '../profile.js';
import { oneDevice } from './devices.js';
import { optionEnvironment, readOptions, setEnvironment } from './options.js';

/** @throws BaremarkError `BAD_OPTION` for an option that is wrong, or that TensorFlow is already loaded without */
export async function prepare({ device, options }: PrepareRequest): Promise<void> {
  setEnvironment(optionEnvironment(oneDevice(device).variant, readOptions(options)));
}
