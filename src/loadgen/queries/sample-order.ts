/** Which loaded sample goes into which row, bit for bit as LoadGen draws it. */

import type { EffectiveSettings } from '../settings/effective.js';
import { shuffle, uniformBelow } from './distributions.js';
import { setPadding } from './loadable-sets.js';
import { Mt19937 } from './mt19937.js';

/** How many queries it takes to issue every sample of the set once, without its padding. */
export function queriesToCover(effective: EffectiveSettings, loaded: Uint32Array): number {
  return Math.ceil((loaded.length - setPadding(effective)) / effective.samplesPerQuery);
}

/** Fills `samples`, one sample index per row, with whole queries. */
export function fillSamples(
  effective: EffectiveSettings,
  loaded: Uint32Array,
  samples: Uint32Array,
  samplesPerQuery: number,
): void {
  if (effective.scenario === 'Offline') {
    fillOffline(effective, loaded, samples);
    return;
  }
  const starts = queryStarts(effective, loaded);
  for (let row = 0; row < samples.length; row += samplesPerQuery) {
    const start = starts();
    for (let i = 0; i < samplesPerQuery; i++) samples[row + i] = loaded[start + i]!;
  }
}

/** Offline repeats the loaded set in its own order, or with equal issue in a fresh order each time. */
function fillOffline(effective: EffectiveSettings, loaded: Uint32Array, samples: Uint32Array): void {
  if (effective.performanceIssueSame) {
    samples.fill(loaded[effective.performanceIssueSameIndex]!);
    return;
  }
  const rng = new Mt19937(effective.sampleIndexRngSeed);
  const order = loaded.slice();
  // LoadGen draws the orders of the other scenarios first (see `queryStarts`), though Offline uses none of them.
  const drawnBefore = effective.mode === 'AccuracyOnly' ? 3 : 2;
  for (let i = 0; i < drawnBefore; i++) shuffle(order, rng);
  for (let row = 0; row < samples.length; row += loaded.length) {
    order.set(loaded);
    if (effective.sampleConcatenatePermutation) shuffle(order, rng);
    samples.set(order.subarray(0, samples.length - row), row);
  }
}

/**
 * Where each query starts in the loaded set, in scenarios other than Offline. LoadGen draws the orders for an
 * accuracy run, for "each once" and for "equal issue" in turn, whether or not they are used.
 */
function queryStarts(effective: EffectiveSettings, loaded: Uint32Array): () => number {
  if (effective.performanceIssueSame) return () => effective.performanceIssueSameIndex;
  const rng = new Mt19937(effective.sampleIndexRngSeed);
  const accuracy = effective.mode === 'AccuracyOnly';
  const { samplesPerQuery, scenario } = effective;
  const eachOnce = () => {
    const starts = Uint32Array.from(
      { length: queriesToCover(effective, loaded) },
      (_, i) => i * samplesPerQuery,
    );
    shuffle(starts, rng);
    return starts;
  };
  const accuracyOrder = accuracy ? eachOnce() : undefined;
  const unique = eachOnce();
  if (effective.performanceIssueUnique) return cycle(unique);
  const inPermutations = effective.sampleConcatenatePermutation && scenario !== 'MultiStream';
  const permutations = concatenatedPermutations(effective.minQueryCount, loaded.length, rng, inPermutations);
  if (permutations) return cycle(permutations);
  if (accuracyOrder) return cycle(accuracyOrder);
  const count = loaded.length - samplesPerQuery + 1;
  return () => uniformBelow(rng, count);
}

/**
 * As many permutations of 0 to `size` - 1 as hold `atLeast` indices, each shuffled from the one before. If they are not
 * `wanted`, they are drawn but not kept.
 */
function concatenatedPermutations(
  atLeast: number,
  size: number,
  rng: Mt19937,
  wanted: boolean,
): Uint32Array | undefined {
  const length = Math.ceil(atLeast / size) * size;
  const all = wanted ? new Uint32Array(length) : undefined;
  const permutation = Uint32Array.from({ length: size }, (_, i) => i);
  for (let i = 0; i < length; i += size) {
    shuffle(permutation, rng);
    all?.set(permutation, i);
  }
  return all;
}

function cycle(values: Uint32Array): () => number {
  let next = 0;
  return () => {
    if (next === values.length) next = 0;
    return values[next++]!;
  };
}
