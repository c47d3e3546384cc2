/** When each query is due, bit for bit as LoadGen schedules it. */

import type { EffectiveSettings } from '../settings/effective.js';
import { exponentialNs } from './distributions.js';
import { Mt19937 } from './mt19937.js';

/** Allocates this many bytes of memory. */
export type Allocate = (bytes: number) => ArrayBufferLike;

/** What due times follow from. */
type ScheduleSettings = Pick<EffectiveSettings, 'scenario' | 'targetQps' | 'scheduleRngSeed'>;

/** When this many queries of Server are due at this rate, nanoseconds since the start, the first at 0. */
export function serverDueTimes(targetQps: number, count: number, scheduleRngSeed: bigint): Float64Array {
  const settings: ScheduleSettings = { scenario: 'Server', targetQps, scheduleRngSeed };
  return dueTimes(settings, count, (bytes) => new ArrayBuffer(bytes));
}

/** The due times of this many queries, nanoseconds since the start, the first at 0. */
export function dueTimes(effective: ScheduleSettings, count: number, allocate: Allocate): Float64Array {
  return generate(effective, count, 0, 1, allocate);
}

/**
 * Due times up to the first at or after the target duration, but at least `minQueryCount` of them; their number is
 * rounded up to a multiple of `multipleOf`.
 */
export function dueTimesForDuration(
  effective: EffectiveSettings,
  multipleOf: number,
  allocate: Allocate,
): Float64Array {
  // The streams are generated for twice the duration, in case the system is faster than expected.
  const durationNs = effective.targetDurationNs * (effective.scenario === 'Server' ? 1 : 2);
  return generate(effective, effective.minQueryCount, durationNs, multipleOf, allocate);
}

function generate(
  effective: ScheduleSettings,
  least: number,
  durationNs: number,
  multipleOf: number,
  allocate: Allocate,
): Float64Array {
  const interval = intervals(effective);
  const space = (length: number) => new Float64Array(allocate(length * Float64Array.BYTES_PER_ELEMENT));
  let times = space(roomFor(effective, least, durationNs, multipleOf));
  let count = 0;
  let due = 0;
  let lastDue = 0;
  while (lastDue < durationNs || count < least || count % multipleOf !== 0) {
    if (count === times.length) {
      const larger = space(times.length * 2);
      larger.set(times);
      times = larger;
    }
    times[count++] = due;
    lastDue = due;
    due += interval();
  }
  return times.subarray(0, count);
}

/** Room for what will be generated: a Poisson count practically never exceeds its mean by eight standard deviations. */
function roomFor(
  { targetQps }: ScheduleSettings,
  least: number,
  durationNs: number,
  multipleOf: number,
): number {
  if (durationNs === 0) return least + multipleOf - 1;
  const mean = (durationNs / 1e9) * targetQps;
  return Math.max(least, Math.ceil(mean + 8 * Math.sqrt(mean) + 16)) + multipleOf;
}

/** The time from one query to the next: a Poisson process in Server, else the expected latency. */
function intervals(effective: ScheduleSettings): () => number {
  if (effective.scenario === 'Server') {
    const rng = new Mt19937(effective.scheduleRngSeed);
    const rate = effective.targetQps;
    return () => exponentialNs(rng, rate);
  }
  // LoadGen multiplies: dividing 1e9 by the rate is 1 ns off for some rates.
  const fixed = Math.trunc((1 / effective.targetQps) * 1e9);
  return () => fixed;
}
