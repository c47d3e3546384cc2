/** What a comparison says of Server beyond its rates: latencies at the bound's percentile, and peaks. */
import type { Interval, Verdict } from './verdict-types.js';

/** Latency of one run at a percentile, milliseconds, with its 95% interval where the run is long enough for one. */
export interface RunTail {
  readonly ms: number;
  readonly lowMs?: number;
  readonly highMs?: number;
}

/** Latency of a side at the bound's percentile, milliseconds, with its 95% interval. */
export interface TailEstimate {
  readonly ms: number;
  readonly lowMs: number;
  readonly highMs: number;
  /** 0 to 1. */
  readonly percentile: number;
  readonly method: string;
}

/** A ratio (baseline = 1.00, less is slower) and what it says about the margin. */
interface JudgedRatio {
  readonly ratio: number;
  readonly interval: Interval;
  readonly verdict: Verdict;
}

/** The highest rate of a side, queries/s, with its 95% interval. */
export interface PeakEstimate {
  readonly qps: number;
  readonly lowQps?: number;
  readonly highQps?: number;
  readonly boundMs: number;
}

/** Latency of a side at the bound's percentile at one rate, milliseconds, with its 95% interval. */
export interface RateTail {
  readonly ms: number;
  readonly lowMs?: number;
  readonly highMs?: number;
  readonly boundMs: number;
  /** `ms` ÷ bound. */
  readonly boundShare: number;
}

/** Two Server sides of which searches found the highest rate that keeps `percentile` (0 to 1) within the bound. */
export interface PeakComparison {
  readonly percentile: number;
  /** Rate against rate; ratio, interval and verdict are those of the pair. */
  readonly ownPeak: JudgedRatio & { readonly baseline: PeakEstimate; readonly candidate: PeakEstimate };
  readonly sameRate: SameRate;
}

/** Latency against latency, both at the lower of the two peaks, from the curves of the searches. */
export type SameRate =
  | (JudgedRatio & {
      readonly kind: 'compared';
      readonly qps: number;
      readonly baseline: RateTail;
      readonly candidate: RateTail;
    })
  | { readonly kind: 'none'; readonly qps: number; readonly why: string };
