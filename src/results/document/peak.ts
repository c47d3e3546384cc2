/** What a peak search found, as `run.json` holds it in `result.peak`. Rates are queries per second, times milliseconds. */
import { z } from 'zod';
import type { DeepReadonly } from '../../base/deep-readonly.js';
import { amount, figure } from '../../base/figure-schema.js';

/** The rate of a probe whose queries all come at once. */
export const burstQps = 1e9;

/** One probe of a search: a phase at one rate, and what is seen in it alone. NaN where nothing completed. */
const probe = z.object({
  targetQps: amount,
  durationS: amount,
  queries: amount,
  p50Ms: amount,
  /** Latency at the bound's percentile. */
  tailMs: amount,
  /** Share of its queries over the bound, 0 to 1. */
  shareOver: amount,
  /** Whether it alone tells that the bound holds at this rate. */
  verdict: z.enum(['holds', 'misses', 'open']),
  ended: z.enum(['complete', 'over-saturated', 'stopped']),
});

/** A point of the curve: latencies in the long run at this rate, with a 95% interval of the one that is bounded. */
const curvePoint = z.object({
  qps: amount,
  p50Ms: amount,
  tailMs: amount,
  tailLowMs: amount,
  tailHighMs: amount,
});

/** A run of full length, highest rate first; the last of them is the run whose document this is. */
const finalRun = z.object({
  targetQps: amount,
  tailMs: amount,
  outcome: z.enum(['valid', 'invalid', 'aborted']),
  reasons: z.array(z.string()),
});

export const peakSchema = z.object({
  /**
   * `found`: the highest rate in the long run, with its interval. `none holds`: a query alone already takes longer than
   * the bound, so that rate and interval are 0. `not found`: the search was stopped before it knew a rate (NaN).
   */
  kind: z.enum(['found', 'none holds', 'not found']),
  qps: amount,
  /** 95% interval. */
  lowQps: amount,
  highQps: amount,
  boundMs: amount,
  /** The share of latencies that must be within the bound, 0 to 1. */
  percentile: amount,
  /** Why the search ended: the interval is as narrow as asked, its time was up, or somebody stopped it. */
  ended: z.enum(['precise', 'budget', 'stopped']),
  /** Half of the interval relative to the rate: what was asked for, e.g. 0.02. */
  precision: amount,
  budgetS: amount,
  /** Time of the search, without the final runs. */
  searchS: amount,
  /** A query alone on the idle system. */
  lone: z.object({ p50Ms: amount, tailMs: amount }),
  /** In the order in which they were made. */
  probes: z.array(probe),
  /** Ascending rates. */
  curve: z.array(curvePoint),
  /** How far the late queries that were seen lie from what the search's model says for them, standard deviations. */
  misfit: figure.optional(),
  finals: z.array(finalRun),
});

export type Peak = DeepReadonly<z.infer<typeof peakSchema>>;
export type PeakProbe = Peak['probes'][number];
export type CurvePoint = Peak['curve'][number];
