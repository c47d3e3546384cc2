/** What is seen in one probe alone, without any model. */
import { percentileRank } from '../../loadgen/index.js';
import type { LatencyBound } from '../../plan/types.js';
import type { PeakProbe } from '../../results/document/peak.js';
import type { PeakFinding, ServedProbe } from './contract.js';

type Served = Pick<ServedProbe, 'scheduledNs' | 'completedNs'>;

/** Milliseconds; infinite where a query was not completed. */
function latenciesMs({ scheduledNs, completedNs }: Served): Float64Array {
  return scheduledNs.map((scheduled, i) => {
    const ms = (completedNs[i]! - scheduled) / 1e6;
    return Number.isNaN(ms) ? Number.POSITIVE_INFINITY : ms;
  });
}

/** By LoadGen's rule; NaN of none, and where it was not completed. */
function atShare(sorted: Float64Array, share: number): number {
  const ms = sorted[percentileRank(sorted.length, share)] ?? Number.NaN;
  return Number.isFinite(ms) ? ms : Number.NaN;
}

/** Latencies of those queries of a probe that came when all before them were done: Poisson arrivals meet at any rate. */
export function loneOf(served: Served, { percentile }: LatencyBound): PeakFinding['lone'] {
  const { scheduledNs, completedNs } = served;
  let busyUntilNs = Number.NEGATIVE_INFINITY;
  const lone = latenciesMs(served).filter((latencyMs, i) => {
    const isAlone = scheduledNs[i]! >= busyUntilNs;
    // Of one that was never completed nobody knows when it was done.
    busyUntilNs = Math.max(busyUntilNs, Number.isFinite(latencyMs) ? completedNs[i]! : latencyMs);
    return isAlone;
  });
  lone.sort();
  return { p50Ms: atShare(lone, 0.5), tailMs: atShare(lone, percentile) };
}

export function probeOf(served: ServedProbe, bound: LatencyBound): PeakProbe {
  const latencies = latenciesMs(served).sort();
  const boundMs = bound.ns / 1e6;
  let within = 0;
  while (within < latencies.length && latencies[within]! <= boundMs) within++;
  const over = latencies.length - within;
  return {
    targetQps: served.targetQps,
    durationS: served.durationS,
    queries: latencies.length,
    p50Ms: atShare(latencies, 0.5),
    tailMs: atShare(latencies, bound.percentile),
    shareOver: latencies.length > 0 ? over / latencies.length : Number.NaN,
    verdict: verdictOf(over, latencies.length, 1 - bound.percentile),
    ended: served.ended,
  };
}

/** Neighbouring queries are late together: a probe alone decides only where it is far from the edge. */
function verdictOf(over: number, queries: number, allowed: number): PeakProbe['verdict'] {
  const expected = allowed * queries;
  const noise = 4 * Math.sqrt(Math.max(1, expected));
  if (over > expected + noise) return 'misses';
  return over < expected - noise ? 'holds' : 'open';
}
