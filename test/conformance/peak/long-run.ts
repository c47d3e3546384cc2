/**
 * The share of latencies over the bound in the long run, by simulating one very long run at one rate. It knows the device
 * model and how batches are taken, and nothing of the search.
 */
import { Progress, ServiceTimes, stallStarts } from '../../../src/backends/simulated/device-model.js';
import { randomNumbers } from '../../../src/base/random.js';
import { serve } from '../../../src/search/serve.js';
import type { VirtualSystem } from '../../../src/search/virtual/system.js';

export interface LongRun {
  /** Share of the queries over the bound; 1 where the queue grew without end. */
  readonly share: number;
  /** Standard error of the share. */
  readonly error: number;
}

/** The run is cut into so many windows, by whose spread its error is known. */
const windows = 480;
/** What is left out at its beginning, in windows: the system starts idle. */
const warmUp = 10;
/** A query has waited this many times the bound, and as many stalls: the system cannot keep up. */
const hopeless = 100;

export function longRun(system: VirtualSystem, qps: number, seconds: number, seed: number): LongRun {
  const { instances, maxBatch, maxWaitNs, bound, device } = system;
  const serviceTimes = new ServiceTimes(device, seed);
  const progress = new Progress(device, seed);
  const random = randomNumbers(seed + 7);
  const windowNs = (seconds * 1e9) / windows;
  const endNs = windowNs * (warmUp + windows);
  const gapNs = 1e9 / qps;
  const total = new Float64Array(windows);
  const over = new Float64Array(windows);
  const due = new Float64Array(1);
  const policy = maxWaitNs > 0 ? { maxBatch, maxWaitNs, boundNs: bound.ns } : { maxBatch };
  const patienceNs = hopeless * (bound.ns + (device.stalls?.forNs ?? 0));
  const turnedAway = serve(
    () => {
      due[0]! -= Math.log(1 - random()) * gapNs;
      return due[0]! < endNs ? due[0]! : Number.POSITIVE_INFINITY;
    },
    {
      instances,
      policy,
      endOf: (size, startNs) => progress.endOf(startNs, serviceTimes.next(size, startNs)),
      closesAt: (oldestNs, nowNs) =>
        nowNs - oldestNs > patienceNs ? oldestNs + patienceNs : Number.POSITIVE_INFINITY,
    },
    (batch) => {
      const window = Math.floor(batch.startNs / windowNs) - warmUp;
      if (window < 0 || window >= windows) return;
      total[window]! += batch.size;
      const latest = batch.endNs - bound.ns;
      let late = 0;
      while (late < batch.size && batch.arrivals[late]! < latest) late++;
      over[window]! += late;
    },
  );
  if (turnedAway) return { share: 1, error: 0 };
  return shareOf(total, over, device.stalls && excessStalls(device.stalls, seed, windowNs));
}

/** How many more stalls than on average begin in each window. */
function excessStalls(
  stalls: NonNullable<VirtualSystem['device']['stalls']>,
  seed: number,
  windowNs: number,
): Float64Array {
  const excess = new Float64Array(windows).fill(-windowNs / (stalls.everyNs + stalls.forNs));
  const next = stallStarts(stalls, seed);
  for (;;) {
    const window = Math.floor(next() / windowNs) - warmUp;
    if (window >= windows) return excess;
    if (window >= 0) excess[window]! += 1;
  }
}

/**
 * Share and its error by windows, also by groups of ten where what happens in one is felt in the next. Stalls are few,
 * and how many there were is luck: the share is corrected to their mean number by regression (a control variate).
 */
function shareOf(total: Float64Array, over: Float64Array, excess: Float64Array | undefined): LongRun {
  const all = sum(total);
  const raw = sum(over) / all;
  const slope = excess ? regression(over, total, raw, excess) : 0;
  const share = raw - (slope * (excess ? sum(excess) : 0)) / all;
  const residual = over.map((value, i) => value - share * total[i]! - slope * (excess?.[i] ?? 0));
  return { share, error: Math.max(errorBy(residual, 1), errorBy(residual, 10)) / all };
}

/** Queries over the bound that one stall more brings. */
function regression(over: Float64Array, total: Float64Array, raw: number, excess: Float64Array): number {
  const mean = sum(excess) / excess.length;
  let both = 0;
  let own = 0;
  for (let i = 0; i < excess.length; i++) {
    both += (over[i]! - raw * total[i]!) * (excess[i]! - mean);
    own += (excess[i]! - mean) ** 2;
  }
  return own > 0 ? both / own : 0;
}

/** Standard error of the sum of all values, from sums of neighbours. */
function errorBy(values: Float64Array, group: number): number {
  const count = Math.floor(values.length / group);
  const sums = Array.from({ length: count }, (_, i) => sum(values.subarray(i * group, (i + 1) * group)));
  const mean = sum(sums) / count;
  return Math.sqrt((sums.reduce((all, value) => all + (value - mean) ** 2, 0) * count) / (count - 1));
}

function sum(values: ArrayLike<number>): number {
  let all = 0;
  for (let i = 0; i < values.length; i++) all += values[i]!;
  return all;
}
