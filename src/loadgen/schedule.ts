/** When each query is due, bit for bit as LoadGen schedules it. */
import { exponentialNs } from './distributions.js';
import type { EffectiveSettings } from './effective.js';
import { Mt19937 } from './mt19937.js';

/** The due times of this many queries, nanoseconds since the start, the first at 0. */
export function dueTimes(effective: EffectiveSettings, count: number): Float64Array {
  return generate(effective, count, 0);
}

/**
 * Due times up to the first at or after the target duration, but of at least `minQueryCount` queries; the
 * number of them is rounded up to whole multiples of `multipleOf`.
 */
export function dueTimesForDuration(effective: EffectiveSettings, multipleOf: number): Float64Array {
  // The streams are generated for twice the duration, in case the system is faster than expected.
  const durationNs = effective.targetDurationNs * (effective.scenario === 'Server' ? 1 : 2);
  return generate(effective, effective.minQueryCount, durationNs, multipleOf);
}

function generate(
  effective: EffectiveSettings,
  least: number,
  durationNs: number,
  multipleOf = 1,
): Float64Array {
  const interval = intervals(effective);
  let times = new Float64Array(Math.max(least, 1024));
  let count = 0;
  let due = 0;
  let lastDue = 0;
  while (lastDue < durationNs || count < least || count % multipleOf !== 0) {
    if (count === times.length) times = grown(times);
    times[count++] = due;
    lastDue = due;
    due += interval();
  }
  return times.subarray(0, count);
}

function grown(times: Float64Array): Float64Array<ArrayBuffer> {
  const larger = new Float64Array(times.length * 2);
  larger.set(times);
  return larger;
}

/** The time from one query to the next: a Poisson process in Server, else the expected latency. */
function intervals(effective: EffectiveSettings): () => number {
  if (effective.scenario === 'Server') {
    const rng = new Mt19937(effective.scheduleRngSeed);
    const rate = effective.targetQps;
    return () => exponentialNs(rng, rate);
  }
  const fixed = Math.trunc(1e9 / effective.targetQps);
  return () => fixed;
}
