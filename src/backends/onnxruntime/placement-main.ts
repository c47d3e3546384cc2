/** A separate process that opens a model and logs everything: its output says which provider has which node. */
import { InferenceSession } from 'onnxruntime-node';
import { messageOf } from '../../base/errors.js';
import { sessionOptions } from './options.js';
import type { OpenedThere } from './placement.js';

const { file, device, options: given } = JSON.parse(process.argv[2]!) as OpenedThere;
// The files that a run writes are left to the run.
const { enableProfiling, profileFilePrefix, optimizedModelFilePath, ...options } = given;
const everything = 0;

try {
  const session = await InferenceSession.create(file, {
    ...sessionOptions(device, options).options,
    logSeverityLevel: everything,
  });
  await session.release();
} catch (error) {
  process.send?.(messageOf(error));
}
process.disconnect?.();
