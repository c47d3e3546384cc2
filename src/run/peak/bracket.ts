/** Between which rates the peak lies by what probes tell alone: shown until the search knows an interval. */
import type { PeakProbe } from '../../results/document/peak.js';

/** Absent where no probe tells. One that held above one that missed was lucky, and is left out. */
export function bracketOf(probes: readonly Pick<PeakProbe, 'targetQps' | 'verdict'>[]): {
  readonly lowQps?: number;
  readonly highQps?: number;
} {
  const rates = (wanted: PeakProbe['verdict']) =>
    probes.filter(({ verdict }) => verdict === wanted).map(({ targetQps }) => targetQps);
  const high = Math.min(...rates('misses'));
  const low = Math.max(...rates('holds').filter((qps) => qps < high));
  return {
    lowQps: Number.isFinite(low) ? low : undefined,
    highQps: Number.isFinite(high) ? high : undefined,
  };
}
