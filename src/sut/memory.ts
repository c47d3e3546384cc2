/** Refuses more sessions than memory can hold, before the first one is opened. */
import { BaremarkError } from '../base/errors.js';
import { availableMemory, gigabytes } from '../base/memory.js';

/** A worker thread with its own JavaScript heap, measured at about 12 MB with the runtime's libraries loaded. */
const threadBytes = 12e6;

/** Throws `NOT_ENOUGH_MEMORY` where memory cannot hold this many sessions of a model of this size. */
export function checkInstances(instances: number, modelBytes: number, available = availableMemory()): void {
  const each = threadBytes + modelBytes;
  if (instances * each <= available) return;
  const most = Math.max(1, Math.floor(available / each));
  throw new BaremarkError(
    'NOT_ENOUGH_MEMORY',
    `${instances} instances of this model need about ${gigabytes(instances * each)} of memory and ${gigabytes(available)} are free; give --instances ${most} or fewer.`,
  );
}
