/** The peaks that runs hold. */
import type { PairComparison } from '../../compare/types.js';
import type { Peak } from '../../results/document/peak.js';
import type { ResultRun } from '../../results/types.js';
import type { PeaksOf } from './systems.js';

/** A run as far as its peak is shown, read back or just made. */
export type PeakRun = Pick<ResultRun, 'benchmark' | 'scenario' | 'mode' | 'document'>;

export function peakOf(run: PeakRun): Peak | undefined {
  return run.mode === 'PerformanceOnly' ? run.document?.result.peak : undefined;
}

/** The two sides under these names; undefined unless both have a run with a peak. */
export function peaksOfPair(
  { baseline, candidate }: PairComparison,
  names: readonly [string, string],
): readonly PeaksOf[] | undefined {
  const [a, b] = [peaksOf(names[0], baseline.runs), peaksOf(names[1], candidate.runs)];
  return a && b ? [a, b] : undefined;
}

/** One entry for each benchmark and scenario of which a run has a peak, in the order of the runs. */
export function peaksOfSystem({
  name,
  runs,
}: {
  readonly name: string;
  readonly runs: readonly PeakRun[];
}): { title: string; peaks: PeaksOf }[] {
  const titleOf = (run: PeakRun) => `${run.benchmark} ${run.scenario}`;
  return [...new Set(runs.map(titleOf))].flatMap((title) => {
    const peaks = peaksOf(
      name,
      runs.filter((run) => titleOf(run) === title),
    );
    return peaks ? { title, peaks } : [];
  });
}

function peaksOf(name: string, runs: readonly PeakRun[]): PeaksOf | undefined {
  const [first, ...others] = runs.flatMap((run) => peakOf(run) ?? []);
  return first && { name, peaks: [first, ...others] };
}
