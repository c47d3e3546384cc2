/**
 * Early stopping: how many under-latency queries it takes to be confident, despite some over-latency ones,
 * that a percentile of the latency holds. It is the one-sided binomial test MLPerf's rules describe
 * (inference rules, appendix "Early Stopping Criterion"), with a tolerance of 0.
 */
import { regularizedBeta } from './incomplete-beta.js';

/** LoadGen's confidence for every early-stopping decision. */
const EARLY_STOPPING_CONFIDENCE = 0.99;

/**
 * Least number h of under-latency queries such that, if fewer than `percentile` of all queries were truly under
 * latency, at most `overlatency` over-latency ones among h + `overlatency` would be seen with a probability of
 * at most 1 - `confidence`.
 */
export function minUnderlatencyQueries(
  overlatency: number,
  percentile: number,
  confidence: number = EARLY_STOPPING_CONFIDENCE,
): number {
  const enough = (h: number) => regularizedBeta(percentile, h, overlatency + 1) <= 1 - confidence;
  let high = Math.max(1, Math.ceil((overlatency * percentile) / (1 - percentile)));
  while (!enough(high)) high *= 2;
  return least(0, high, enough);
}

/**
 * Most over-latency queries that `count` processed queries may contain and still be enough, or 0 if not even one is
 * allowed.
 */
export function allowedOverlatency(count: number, percentile: number): number {
  const tooMany = (t: number) => t > 0 && minUnderlatencyQueries(t, percentile) + t > count;
  return least(0, count + 1, tooMany) - 1;
}

/** Least whole number in (low, high] for which a condition that stays true holds; it holds for `high` and not for `low`. */
function least(low: number, high: number, holds: (value: number) => boolean): number {
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (holds(middle)) high = middle;
    else low = middle;
  }
  return high;
}
