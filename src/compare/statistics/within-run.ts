/**
 * The interval of a ratio from one Offline run per side: a block bootstrap over the completions of each run. It
 * shows how even each run was, but not how much the next run would differ: *within-run only*.
 */
import { quantileSorted } from 'simple-statistics';
import { seededRandom } from './random.js';
import { tQuantile } from './student-t.js';

const BLOCKS = 20;
const RESAMPLES = 1000;

export interface WithinRunInterval {
  readonly low: number;
  readonly high: number;
  readonly blocks: number;
}

/**
 * 95% interval of (candidate rate ÷ baseline rate). Each argument holds the completion times of one run's
 * samples in nanoseconds since its start, in any order, NaN for what never completed; the rate is completions ÷
 * the last of them. Undefined where a side completed in fewer than 40 distinct steps.
 *
 * Blocks of consecutive completions (overlapping, wrapped around) keep together what is correlated: batches, and
 * phases in which a device is slow. The spread of the resampled log ratio is widened by the t over the normal
 * quantile, since a run has few blocks.
 */
export function withinRunInterval(
  baselineNs: Float64Array,
  candidateNs: Float64Array,
  seed = 1,
): WithinRunInterval | undefined {
  const baseline = completions(baselineNs);
  const candidate = completions(candidateNs);
  if (!baseline || !candidate) return undefined;
  const random = seededRandom(seed);
  const logs: number[] = [];
  for (let i = 0; i < RESAMPLES; i++)
    logs.push(Math.log(resampledRate(candidate, random)) - Math.log(resampledRate(baseline, random)));
  const estimate = Math.log(rate(candidate)) - Math.log(rate(baseline));
  logs.sort((a, b) => a - b);
  const widen = (tQuantile(0.975, BLOCKS - 1) / 1.959964) * Math.sqrt(BLOCKS / (BLOCKS - 1));
  const middle = quantileSorted(logs, 0.5);
  // Resampling is biased where the last block is short, so only its spread is used.
  const low = estimate + (quantileSorted(logs, 0.025) - middle) * widen;
  const high = estimate + (quantileSorted(logs, 0.975) - middle) * widen;
  return { low: Math.exp(low), high: Math.exp(high), blocks: BLOCKS };
}

/** Sorted completion times, or nothing where there are too few distinct ones to cut into blocks. */
function completions(times: Float64Array): Float64Array | undefined {
  const sorted = times.filter((t) => Number.isFinite(t) && t > 0).sort();
  let distinct = 0;
  for (let i = 0; i < sorted.length; i++) if (i === 0 || sorted[i] !== sorted[i - 1]) distinct++;
  return distinct >= 2 * BLOCKS ? sorted : undefined;
}

/** Completions per nanosecond. */
function rate(sorted: Float64Array): number {
  return sorted.length / sorted[sorted.length - 1]!;
}

/** The rate of a run made up of random blocks of this one. */
function resampledRate(sorted: Float64Array, random: () => number): number {
  const n = sorted.length;
  const length = Math.max(1, Math.floor(n / BLOCKS));
  const end = sorted[n - 1]!;
  let time = 0;
  for (let block = 0; block < BLOCKS; block++) {
    const from = Math.floor(random() * n);
    const to = from + length;
    const begin = from === 0 ? 0 : sorted[from - 1]!;
    time += to <= n ? sorted[to - 1]! - begin : end - begin + sorted[to - n - 1]!;
  }
  return (BLOCKS * length) / time;
}
