/** Query generation: which samples are issued and when, bit for bit as LoadGen generates them. */
import type { EffectiveSettings } from '../settings/effective.js';
import { fillSamples, queriesToCover } from './sample-order.js';
import { type Allocate, dueTimes, dueTimesForDuration } from './schedule.js';

/** What will be issued. A row is one sample issued; the rows of a query are consecutive. */
export interface Queries {
  readonly queryCount: number;
  readonly samplesPerQuery: number;
  readonly rowCount: number;
  /** Sample index in the library of each row. */
  readonly samples: Uint32Array;
  /** When each query is due, nanoseconds since the start of the run. */
  readonly scheduledNs: Float64Array;
}

/**
 * Generates the queries for one loaded set (one of `loadableSets`) straight into memory from `allocate`. The due times
 * may leave a little of it unused at the end.
 */
export function generateQueries(
  effective: EffectiveSettings,
  loaded: Uint32Array,
  allocate: Allocate = (bytes) => new ArrayBuffer(bytes),
): Queries {
  const scheduledNs = scheduleOf(effective, loaded, allocate);
  const queryCount = scheduledNs.length;
  const samplesPerQuery = samplesPerQueryOf(effective, loaded);
  const rowCount = queryCount * samplesPerQuery;
  const samples = new Uint32Array(allocate(rowCount * Uint32Array.BYTES_PER_ELEMENT), 0, rowCount);
  fillSamples(effective, loaded, samples, samplesPerQuery);
  return { queryCount, samplesPerQuery, rowCount, samples, scheduledNs };
}

function scheduleOf(effective: EffectiveSettings, loaded: Uint32Array, allocate: Allocate): Float64Array {
  if (effective.scenario === 'Offline') return dueTimes(effective, 1, allocate);
  if (effective.mode === 'AccuracyOnly' || effective.performanceIssueUnique)
    return dueTimes(effective, queriesToCover(effective, loaded), allocate);
  return dueTimesForDuration(effective, effective.sampleConcatenatePermutation ? loaded.length : 1, allocate);
}

function samplesPerQueryOf(effective: EffectiveSettings, loaded: Uint32Array): number {
  if (effective.scenario !== 'Offline') return effective.samplesPerQuery;
  if (effective.mode === 'AccuracyOnly') return loaded.length;
  if (!effective.sampleConcatenatePermutation) return effective.samplesPerQuery;
  return Math.ceil(effective.samplesPerQuery / loaded.length) * loaded.length;
}
