/** What a finished performance run amounts to by LoadGen's rules: valid or not and why, its latencies and its rates. */

import type { EffectiveSettings } from '../settings/effective.js';
import { isStream } from '../settings/settings.js';
import { allowedOverlatency, minUnderlatencyQueries } from './early-stopping.js';
import {
  countAbove,
  orderStatistics,
  percentileRank,
  type Spread,
  spread,
  type Values,
} from './percentiles.js';

/** What happened in a run. Times are nanoseconds since its start; latencies are nanoseconds since the scheduled time. */
export interface RunFacts {
  readonly effective: EffectiveSettings;
  readonly sutName: string;
  /** Latency of each query (of a MultiStream query: of its slowest sample); in Offline of each sample. */
  readonly latencies: Values;
  /** MultiStream: latency of each sample. Absent where a query is one sample, and in Offline. */
  readonly sampleLatencies?: Values;
  /** Queries issued. */
  readonly queryCount: number;
  /** Samples completed. */
  readonly sampleCount: number;
  readonly maxLatencyNs: number;
  readonly finalQueryScheduledNs: number;
  readonly finalQueryIssuedNs: number;
  readonly finalQueryAllSamplesDoneNs: number;
  readonly warnings: readonly string[];
  readonly errors: readonly string[];
  /** Reasons beyond LoadGen's rules that make the run INVALID, e.g. failed queries; one sentence per reason. */
  readonly otherReasons?: readonly string[];
}

/** The percentiles LoadGen reports, as fractions of 1. */
export const REPORTED_PERCENTILES = [0.5, 0.9, 0.95, 0.97, 0.99, 0.999] as const;

/** Nanoseconds; NaN where nothing was completed. */
export interface LatencyStats extends Spread {
  /** In the order of `REPORTED_PERCENTILES`. */
  readonly percentiles: readonly number[];
}

export interface Summary {
  readonly facts: RunFacts;
  readonly valid: boolean;
  readonly constraints: {
    /** The latency bound at its percentile; Server only. */
    readonly performance?: boolean;
    readonly minDuration: boolean;
    readonly minQueries: boolean;
    readonly earlyStopping: boolean;
  };
  /** What LoadGen advises, one line each, and any other reasons. */
  readonly recommendations: readonly string[];
  readonly earlyStopping: EarlyStopping;
  /** Latency at the target percentile, nanoseconds. */
  readonly percentileLatencyNs: number;
  /** Server: queries over the bound. */
  readonly overlatencyCount?: number;
  readonly sampleLatency: LatencyStats;
  /** MultiStream only. */
  readonly queryLatency?: LatencyStats;
  /** Samples (in the stream scenarios queries) per second; which of them exist depends on the scenario. */
  readonly rates: Rates;
  readonly headline: { readonly value: number; readonly unit: 'samples/s' | 'ns' };
}

export interface Rates {
  /** Offline. */
  readonly samplesPerSecond?: number;
  /** Server. */
  readonly completedSamplesPerSecond?: number;
  readonly scheduledSamplesPerSecond?: number;
  /** SingleStream. */
  readonly qpsWithOverhead?: number;
  readonly qpsWithoutOverhead?: number;
}

export interface EarlyStopping {
  readonly met: boolean;
  /** Where it is not met: the least number of queries that the run lacks, if none of them is over latency. */
  readonly missing?: number;
  /** LoadGen's lines about it; none in Offline. */
  readonly lines: readonly string[];
  /** Estimate of the target percentile, nanoseconds; stream scenarios with enough queries only. */
  readonly latencyNs?: number;
  /** SingleStream's second estimate, of the 99th percentile. */
  readonly latency99Ns?: number;
}

export function summarize(facts: RunFacts): Summary {
  const { effective, latencies } = facts;
  const { scenario, targetLatencyPercentile } = effective;
  const allowed = isStream(scenario) ? allowedOverlatency(latencies.count, targetLatencyPercentile) : 0;
  const allowed99 = scenario === 'SingleStream' ? allowedOverlatency(latencies.count, 0.99) : 0;
  const query = describe(latencies, [
    percentileRank(latencies.count, targetLatencyPercentile),
    Math.max(0, latencies.count - allowed),
    Math.max(0, latencies.count - allowed99),
  ]);
  const [percentileLatencyNs, estimate, estimate99] = query.extra as [number, number, number];
  const overlatencyCount =
    scenario === 'Server' ? countAbove(latencies, effective.targetLatencyNs) : undefined;
  const earlyStopping = isStream(scenario)
    ? streamEarlyStopping(facts, { allowed, estimate, allowed99, estimate99 })
    : serverEarlyStopping(facts, overlatencyCount);
  const constraints = {
    ...(scenario === 'Server' && { performance: percentileLatencyNs <= effective.targetLatencyNs }),
    minDuration: minDurationMet(facts),
    minQueries: facts.queryCount >= effective.minQueryCount,
    earlyStopping: earlyStopping.met,
  };
  const otherReasons = facts.otherReasons ?? [];
  const rates = ratesOf(facts, query.stats);
  return {
    facts,
    valid: !Object.values(constraints).includes(false) && otherReasons.length === 0,
    constraints,
    recommendations: [...recommendationsFor(facts, constraints), ...otherReasons],
    earlyStopping,
    percentileLatencyNs,
    overlatencyCount,
    sampleLatency: facts.sampleLatencies ? describe(facts.sampleLatencies, []).stats : query.stats,
    queryLatency: scenario === 'MultiStream' ? query.stats : undefined,
    rates,
    headline: isStream(scenario)
      ? { value: percentileLatencyNs, unit: 'ns' }
      : { value: rates.samplesPerSecond ?? rates.completedSamplesPerSecond ?? 0, unit: 'samples/s' },
  };
}

function describe(values: Values, extraRanks: readonly number[]): { stats: LatencyStats; extra: number[] } {
  const bounds = spread(values);
  const ranks = REPORTED_PERCENTILES.map((percentile) => percentileRank(values.count, percentile));
  const clipped = extraRanks.map((rank) => Math.min(rank, Math.max(0, values.count - 1)));
  const found = orderStatistics(values, [...ranks, ...clipped], bounds);
  return {
    stats: { ...bounds, percentiles: found.slice(0, ranks.length) },
    extra: found.slice(ranks.length),
  };
}

const seconds = (ns: number) => ns / 1e9;

/** What counts as the duration: the last scheduled time in Server, the longest latency in Offline, else the last issue. */
function minDurationMet(facts: RunFacts): boolean {
  const { scenario, minDurationNs } = facts.effective;
  if (scenario === 'Offline') return facts.maxLatencyNs >= minDurationNs;
  if (scenario === 'Server') return facts.finalQueryScheduledNs >= minDurationNs;
  return facts.finalQueryIssuedNs >= minDurationNs;
}

/** A rate over n arrivals counts their n - 1 intervals; without any there is no rate. */
function ratesOf(facts: RunFacts, latency: LatencyStats): Rates {
  const intervals = facts.sampleCount > 0 ? facts.sampleCount - 1 : Number.NaN;
  switch (facts.effective.scenario) {
    case 'Offline':
      return { samplesPerSecond: facts.sampleCount / seconds(facts.maxLatencyNs) };
    case 'Server':
      return {
        completedSamplesPerSecond: intervals / seconds(facts.finalQueryAllSamplesDoneNs),
        scheduledSamplesPerSecond: intervals / seconds(facts.finalQueryScheduledNs),
      };
    case 'SingleStream':
      return {
        qpsWithOverhead: intervals / seconds(facts.finalQueryIssuedNs),
        qpsWithoutOverhead: 1 / seconds(latency.mean),
      };
    case 'MultiStream':
      return {};
  }
}

function recommendationsFor(facts: RunFacts, constraints: Summary['constraints']): string[] {
  const lines: string[] = [];
  if (constraints.performance === false) lines.push(TOO_SLOW);
  if (!constraints.minDuration) lines.push(durationAdvice(facts.effective.scenario));
  if (!constraints.minQueries) lines.push(TOO_FEW_QUERIES);
  return lines;
}

export const TOO_SLOW = 'Reduce target QPS to improve latency.';
export const TOO_FEW_QUERIES = 'The test exited early, before enough queries were issued.';

function durationAdvice(scenario: string): string {
  if (scenario === 'Offline')
    return 'Increase expected QPS so the loadgen pre-generates a larger (coalesced) query.';
  if (scenario === 'Server') return 'Increase the target QPS so the loadgen pre-generates more queries.';
  return 'Decrease the expected latency so the loadgen pre-generates more queries.';
}

/** Offline needs none; Server needs enough under-latency queries for the over-latency ones it has. */
function serverEarlyStopping(facts: RunFacts, overlatencyCount: number | undefined): EarlyStopping {
  if (overlatencyCount === undefined) return { met: true, lines: [] };
  const processed = facts.queryCount;
  const needed = minUnderlatencyQueries(overlatencyCount, facts.effective.targetLatencyPercentile);
  const missing = needed - (processed - overlatencyCount);
  if (missing <= 0) return { met: true, lines: [' * Run successful.'] };
  return {
    met: false,
    missing,
    lines: [
      ' * Run unsuccessful.',
      ` * Processed ${processed} queries.`,
      ` * Would need to run at least ${missing} more queries,`,
      ' with the run being successful if every additional',
      ' query were under latency.',
    ],
  };
}

interface Estimates {
  readonly allowed: number;
  readonly estimate: number;
  readonly allowed99: number;
  readonly estimate99: number;
}

/** The stream scenarios report the highest latency left when as many as allowed, less one, are discarded. */
function streamEarlyStopping(facts: RunFacts, found: Estimates): EarlyStopping {
  const { scenario, targetLatencyPercentile } = facts.effective;
  const processed = facts.latencies.count;
  const least = minUnderlatencyQueries(1, targetLatencyPercentile) + 1;
  if (found.allowed === 0)
    return {
      met: false,
      missing: least - processed,
      lines: [
        ` * Only processed ${processed} queries.`,
        ` * Need to process at least ${least} queries for early stopping.`,
      ],
    };
  const lines = [
    ` * Processed at least ${least} queries (${processed}).`,
    ` * Would discard ${found.allowed - 1} highest latency queries.`,
    estimateLine(targetLatencyPercentile, found.estimate),
  ];
  if (scenario === 'MultiStream') return { met: true, lines, latencyNs: found.estimate };
  if (found.allowed99 > 0) {
    lines.push(estimateLine(0.99, found.estimate99));
    return { met: true, lines, latencyNs: found.estimate, latency99Ns: found.estimate99 };
  }
  lines.push(
    ' * Not enough queries processed for 99.0th percentile',
    ' early stopping estimate (would need to process at',
    ` least ${minUnderlatencyQueries(1, 0.99) + 1} total queries).`,
  );
  return { met: true, lines, latencyNs: found.estimate };
}

function estimateLine(percentile: number, ns: number): string {
  return ` * Early stopping ${(percentile * 100).toFixed(1)}th percentile estimate: ${ns}`;
}
