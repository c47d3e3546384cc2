/**
 * A high percentile of the latencies of one run, with a 95% interval by order statistics. Latencies of queries that
 * follow each other hang together, as all of them wait behind the same batch, so the ranks are spread further apart
 * than those of independent values.
 */
import { tQuantile } from './student-t.js';

const BLOCKS = 20;

export interface TailInterval {
  /** By LoadGen's rule; among `latencies`. */
  readonly value: number;
  /** Absent where too few independent latencies lie above the percentile to say how high it may be. */
  readonly low?: number;
  readonly high?: number;
}

/**
 * The latency at `percentile` (0 to 1) of a run, and where that of the long run lies. `latencies` are in the order in
 * which the queries were due, NaN where there is none; undefined where there is none at all.
 *
 * The number of latencies over the percentile varies `designEffect` times as much as if they were independent. The
 * interval reaches from the rank that is t standard deviations of that number below the percentile to the one that is
 * as far above it, with t for as many degrees of freedom as there are blocks, less one.
 */
export function tailInterval(latencies: Float64Array, percentile: number): TailInterval | undefined {
  const inOrder = latencies.filter((latency) => !Number.isNaN(latency));
  const count = inOrder.length;
  if (count === 0) return undefined;
  const sorted = inOrder.slice().sort();
  const at = (share: number) => sorted[Math.min(count - 1, Math.trunc(count * share))]!;
  const value = at(percentile);
  // The other levels have about twice and four times as many latencies over them: a run that was lucky at one of them,
  // and seems to know more than it does, seldom was so at all of them.
  const levels = [percentile, percentile ** 2, percentile ** 4];
  const effects = levels.map((share) => designEffect(inOrder, at(share)));
  const variance = count * percentile * (1 - percentile) * Math.max(1, ...effects);
  const spread = tQuantile(0.975, BLOCKS - 1) * Math.sqrt(variance);
  const low = Math.ceil(count * percentile - spread) - 1;
  const high = Math.ceil(count * percentile + spread) - 1;
  return low < 0 || high >= count ? { value } : { value, low: sorted[low]!, high: sorted[high]! };
}

/**
 * By how much the number of values over a level varies more than the binomial: the variance of the counts in blocks of
 * neighbours, over what it would be if each value were over the level by itself.
 */
function designEffect(inOrder: Float64Array, level: number): number {
  const counts = new Float64Array(BLOCKS);
  for (let i = 0; i < inOrder.length; i++)
    if (inOrder[i]! > level) counts[Math.floor((i * BLOCKS) / inOrder.length)]! += 1;
  const over = counts.reduce((sum, one) => sum + one, 0);
  if (over === 0) return 1;
  const mean = over / BLOCKS;
  const squares = counts.reduce((sum, one) => sum + (one - mean) ** 2, 0);
  return squares / (BLOCKS - 1) / (mean * (1 - over / inOrder.length));
}
