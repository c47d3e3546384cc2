/** Which samples are loaded together: one set in a performance run, the whole data set in memory-sized parts in an accuracy run. */

import type { EffectiveSettings, QslCounts } from '../settings/effective.js';
import { shuffle } from './distributions.js';
import { Mt19937 } from './mt19937.js';

/** Sample indices of each set, in load order. */
export function loadableSets(effective: EffectiveSettings, qsl: QslCounts): Uint32Array[] {
  const { performanceSampleCount } = effective;
  const accuracy = effective.mode === 'AccuracyOnly';
  const count = accuracy
    ? effective.accuracySampleCount
    : Math.min(performanceSampleCount, qsl.totalSampleCount);
  const order = Uint32Array.from({ length: count }, (_, i) => i);
  shuffle(order, new Mt19937(effective.qslRngSeed));
  const sets: Uint32Array[] = [];
  for (let start = 0; start < count; start += performanceSampleCount)
    sets.push(padded(order.subarray(start, start + performanceSampleCount), setPadding(effective)));
  return sets;
}

/** How many samples a MultiStream set repeats at its end, so that a query may start at any of its samples. */
export function setPadding(effective: EffectiveSettings): number {
  return effective.scenario === 'MultiStream' ? effective.samplesPerQuery - 1 : 0;
}

function padded(set: Uint32Array, padding: number): Uint32Array {
  return Uint32Array.from({ length: set.length + padding }, (_, i) => set[i % set.length]!);
}
