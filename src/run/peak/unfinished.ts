/** What is left of a search that ended before its end: its probes, and no peak. */
import type { PeakFinding, PeakSettings, PeakTarget } from '../../search/peak/contract.js';

export function unfinishedFinding(
  probes: PeakFinding['probes'],
  { bound, elapsedS }: Pick<PeakTarget, 'bound' | 'elapsedS'>,
  { precision, budgetS }: PeakSettings,
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
    searchS: elapsedS(),
    lone: { p50Ms: unknown, tailMs: unknown },
    probes,
    curve: [],
  };
}
