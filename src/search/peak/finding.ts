/** What a search has to say before it knows a peak, and where it was cut off: its probes alone. */
import type { LatencyBound } from '../../plan/types.js';
import type { PeakFinding, PeakSettings } from './contract.js';

export function unfinishedFinding(
  probes: PeakFinding['probes'],
  bound: LatencyBound,
  { precision, budgetS }: PeakSettings,
  searchS: number,
): PeakFinding {
  const unknown = Number.NaN;
  return {
    kind: 'not found',
    qps: unknown,
    lowQps: unknown,
    highQps: unknown,
    boundMs: bound.ns / 1e6,
    percentile: bound.percentile,
    ended: 'stopped',
    precision,
    budgetS,
    searchS,
    lone: { p50Ms: unknown, tailMs: unknown },
    probes,
    curve: [],
  };
}
