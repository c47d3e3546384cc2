/** Query generation: which samples are issued and when, bit for bit as LoadGen generates them. */
import { exponentialNs, shuffle, uniformBelow } from './distributions.js';
import type { EffectiveSettings } from './effective.js';
import { setPadding } from './loadable-sets.js';
import { Mt19937 } from './mt19937.js';

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
 * Generates the queries for one loaded set: counts them, allocates exactly (samples first, then times), fills.
 * `loaded` is one set of `loadableSets`.
 */
export function generateQueries(
  effective: EffectiveSettings,
  loaded: Uint32Array,
  allocate: (bytes: number) => ArrayBufferLike = (bytes) => new ArrayBuffer(bytes),
): Queries {
  const queryCount = countQueries(effective, loaded);
  const samplesPerQuery = countSamplesPerQuery(effective, loaded);
  const rowCount = queryCount * samplesPerQuery;
  const samples = new Uint32Array(allocate(rowCount * Uint32Array.BYTES_PER_ELEMENT), 0, rowCount);
  const scheduledNs = new Float64Array(allocate(queryCount * Float64Array.BYTES_PER_ELEMENT), 0, queryCount);
  const interval = intervals(effective);
  let due = 0;
  for (let query = 0; query < queryCount; query++) {
    scheduledNs[query] = due;
    due += interval();
  }
  fillSamples(effective, loaded, samples, samplesPerQuery);
  return { queryCount, samplesPerQuery, rowCount, samples, scheduledNs };
}

const isAccuracy = (effective: EffectiveSettings) => effective.mode === 'AccuracyOnly';
const isEachOnce = (effective: EffectiveSettings) =>
  isAccuracy(effective) || effective.performanceIssueUnique;
const isSame = (effective: EffectiveSettings) => !isAccuracy(effective) && effective.performanceIssueSame;
const isConcatenated = (effective: EffectiveSettings) =>
  !isAccuracy(effective) && effective.sampleConcatenatePermutation;

/** How many queries it takes to issue every sample of the set once, not counting its padding. */
function queriesToCover(effective: EffectiveSettings, loaded: Uint32Array): number {
  return Math.ceil((loaded.length - setPadding(effective)) / effective.samplesPerQuery);
}

function countSamplesPerQuery(effective: EffectiveSettings, loaded: Uint32Array): number {
  if (effective.scenario !== 'Offline') return effective.samplesPerQuery;
  if (isAccuracy(effective)) return loaded.length;
  if (!effective.sampleConcatenatePermutation) return effective.samplesPerQuery;
  return Math.ceil(effective.samplesPerQuery / loaded.length) * loaded.length;
}

function countQueries(effective: EffectiveSettings, loaded: Uint32Array): number {
  if (effective.scenario === 'Offline') return 1;
  if (isAccuracy(effective) || effective.performanceIssueUnique) return queriesToCover(effective, loaded);
  const count = countForDuration(effective);
  if (!effective.sampleConcatenatePermutation) return count;
  return Math.ceil(count / loaded.length) * loaded.length;
}

/** Queries until both the minimum count and the target duration are reached; the last one is due at or after that duration. */
function countForDuration(effective: EffectiveSettings): number {
  // The streams are generated for twice the duration, in case the system is faster than expected.
  const duration = effective.targetDurationNs * (effective.scenario === 'Server' ? 1 : 2);
  const interval = intervals(effective);
  let count = 0;
  let due = 0;
  let lastDue = 0;
  while (lastDue < duration || count < effective.minQueryCount) {
    lastDue = due;
    due += interval();
    count++;
  }
  return count;
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

function fillSamples(
  effective: EffectiveSettings,
  loaded: Uint32Array,
  samples: Uint32Array,
  samplesPerQuery: number,
): void {
  if (isSame(effective) && effective.scenario === 'Offline') {
    samples.fill(loaded[effective.performanceIssueSameIndex]!);
  } else if (effective.scenario === 'Offline') {
    fillOffline(effective, loaded, samples);
  } else {
    const starts = queryStarts(effective, loaded);
    for (let row = 0; row < samples.length; row += samplesPerQuery) {
      const start = starts();
      for (let i = 0; i < samplesPerQuery; i++) samples[row + i] = loaded[start + i]!;
    }
  }
}

/** Offline repeats the loaded set in its own order, or with equal issue in a fresh order each time. */
function fillOffline(effective: EffectiveSettings, loaded: Uint32Array, samples: Uint32Array): void {
  const rng = new Mt19937(effective.sampleIndexRngSeed);
  const order = loaded.slice();
  // LoadGen draws the orders for "each once" and "equal issue" first, and then uses neither in Offline.
  shuffle(order, rng);
  shuffle(order, rng);
  for (let row = 0; row < samples.length; row += loaded.length) {
    order.set(loaded);
    if (isConcatenated(effective)) shuffle(order, rng);
    samples.set(order.subarray(0, samples.length - row), row);
  }
}

/** Where in the loaded set each query of a scenario other than Offline starts. */
function queryStarts(effective: EffectiveSettings, loaded: Uint32Array): () => number {
  if (isSame(effective)) return () => effective.performanceIssueSameIndex;
  const rng = new Mt19937(effective.sampleIndexRngSeed);
  const { samplesPerQuery } = effective;
  // LoadGen draws the orders for "each once" and "equal issue" before anything else, whether or not they are used.
  const once = Uint32Array.from({ length: queriesToCover(effective, loaded) }, (_, i) => i * samplesPerQuery);
  shuffle(once, rng);
  if (isEachOnce(effective)) return cycle(once);
  const permutations = concatenatedPermutations(effective.minQueryCount, loaded.length, rng);
  if (isConcatenated(effective) && effective.scenario !== 'MultiStream') return cycle(permutations);
  const count = loaded.length - samplesPerQuery + 1;
  return () => uniformBelow(rng, count);
}

/** As many permutations of 0 to `size` - 1 as it takes to hold `atLeast` indices, each shuffled out of the one before. */
function concatenatedPermutations(atLeast: number, size: number, rng: Mt19937): Uint32Array {
  const all = new Uint32Array(Math.ceil(atLeast / size) * size);
  const permutation = Uint32Array.from({ length: size }, (_, i) => i);
  for (let i = 0; i < all.length; i += size) {
    shuffle(permutation, rng);
    all.set(permutation, i);
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
