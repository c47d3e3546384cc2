/** The peaks that runs hold. */
import type { PairComparison } from '../../compare/types.js';
import type { Peak } from '../../results/document/peak.js';
import type { ResultRun, ResultSystem } from '../../results/types.js';
import type { PeaksOf } from './systems.js';

export function peakOf(run: ResultRun): Peak | undefined {
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
export function peaksOfSystem({ name, runs }: ResultSystem): { title: string; peaks: PeaksOf }[] {
  const titleOf = (run: ResultRun) => `${run.benchmark} ${run.scenario}`;
  return [...new Set(runs.map(titleOf))].flatMap((title) => {
    const peaks = peaksOf(
      name,
      runs.filter((run) => titleOf(run) === title),
    );
    return peaks ? { title, peaks } : [];
  });
}

function peaksOf(name: string, runs: readonly ResultRun[]): PeaksOf | undefined {
  const [first, ...others] = runs.flatMap((run) => peakOf(run) ?? []);
  return first && { name, peaks: [first, ...others] };
}
