/** Refuses runs that would not fit into memory before anything large is allocated. */
import { BaremarkError } from '../base/errors.js';
import { allocateShared, bytesPerQuery, bytesPerRow } from '../flight/record.js';

/** A worker thread with its own JavaScript heap, measured at about 12 MB with the runtime's libraries loaded. */
const threadBytes = 12e6;

/** Throws `NOT_ENOUGH_MEMORY` where so many sessions of a model of this size cannot be held. */
export function checkInstances(instances: number, modelBytes: number, available = availableMemory()): void {
  const each = threadBytes + modelBytes;
  if (instances * each <= available) return;
  const most = Math.max(1, Math.floor(available / each));
  throw new BaremarkError(
    'NOT_ENOUGH_MEMORY',
    `${instances} instances of this model need about ${gigabytes(instances * each)} of memory and ${gigabytes(available)} are free; give --instances ${most} or fewer.`,
  );
}

/**
 * An allocator for one leg's queries, which first checks that the whole record will fit.
 * LoadGen's generation asks for the samples (4 bytes a row) first, so the first call tells the number of rows.
 */
export function recordAllocator(available = availableMemory()): (bytes: number) => SharedArrayBuffer {
  let checked = false;
  return (bytes) => {
    if (!checked) {
      checked = true;
      const rows = bytes / 4;
      const needed = rows * (bytesPerRow + bytesPerQuery);
      if (needed > available)
        throw new BaremarkError(
          'NOT_ENOUGH_MEMORY',
          `The record of ${rows} samples needs ${gigabytes(needed)} of memory and ${gigabytes(available)} are free; give a lower --target-qps, --min-duration or --min-queries.`,
        );
    }
    return allocateShared(bytes);
  };
}

function availableMemory(): number {
  return process.availableMemory();
}

function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(1)} GB`;
}
