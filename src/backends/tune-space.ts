/** What is worth trying on most devices; the search ends early where more brings nothing. */
import type { TuneSpace } from './profile.js';

export function usualTuneSpace(instances: readonly number[]): TuneSpace {
  return { batches: [1, 2, 4, 8, 16, 32, 64, 128, 256], instances, waitsMs: [0, 1, 2, 5, 10] };
}
