/** A peak as a search might have found it, for tests of what is done with one. */
import type { Peak } from '../../src/results/document/peak.js';

/** Around this rate: the interval is ±1%, the bound 100 ms, and the curve rises through the bound at the peak. */
export function peakAt(qps: number, changes: Partial<Peak> = {}): Peak {
  const point = (share: number, tailMs: number) => ({
    qps: share * qps,
    p50Ms: tailMs / 4,
    tailMs,
    tailLowMs: tailMs * 0.95,
    tailHighMs: tailMs * 1.05,
  });
  return {
    kind: 'found',
    qps,
    lowQps: 0.99 * qps,
    highQps: 1.01 * qps,
    boundMs: 100,
    percentile: 0.99,
    ended: 'precise',
    precision: 0.02,
    budgetS: 900,
    searchS: 80,
    lone: { p50Ms: 5, tailMs: 6 },
    probes: [
      {
        targetQps: 0.95 * qps,
        durationS: 10,
        queries: Math.round(9.5 * qps),
        p50Ms: 15,
        tailMs: 60,
        shareOver: 0.001,
        verdict: 'holds',
        ended: 'complete',
      },
      {
        targetQps: 1.1 * qps,
        durationS: 3,
        queries: Math.round(3.3 * qps),
        p50Ms: 180,
        tailMs: 400,
        shareOver: 0.6,
        verdict: 'misses',
        ended: 'over-saturated',
      },
    ],
    curve: [point(0.25, 8), point(0.5, 12), point(0.75, 24), point(0.9, 50), point(1, 100), point(1.05, 220)],
    finals: [{ targetQps: 0.99 * qps, tailMs: 92, outcome: 'valid', reasons: [] }],
    ...changes,
  };
}
