/** All differences of a candidate from the baseline, of the systems and of the runs, in the order in which they are read. */
import type { CandidateComparison, Difference } from '../../compare/types.js';

export interface ListedDifference extends Difference {
  /** The pairs whose runs differ so; absent for the systems, and where all pairs do. */
  readonly where?: string;
}

/** Worst first, and what is known before what could not be checked. What several pairs have is listed once. */
export function allDifferences(candidate: CandidateComparison): ListedDifference[] {
  return [...ofRuns(candidate), ...candidate.differences].sort((a, b) => rank(a) - rank(b));
}

/** Whether it must match, and neither side can say whether it does. */
export function isUnchecked({ severity, baseline, candidate }: Difference): boolean {
  return severity === 'must match' && 'unavailable' in baseline && 'unavailable' in candidate;
}

/** Why a difference matters, and which pairs have it. */
export function noteOf({ note, where }: ListedDifference): string {
  if (where === undefined) return note ?? '';
  return note === undefined ? where : `${note} (${where})`;
}

function ofRuns({ pairs }: CandidateComparison): ListedDifference[] {
  const found = new Map<string, { difference: Difference; names: string[] }>();
  for (const pair of pairs)
    for (const difference of pair.differences) {
      const key = JSON.stringify([difference.field, difference.baseline, difference.candidate]);
      const entry = found.get(key) ?? { difference, names: [] };
      entry.names.push(`${pair.benchmark} ${pair.scenario}`);
      found.set(key, entry);
    }
  return [...found.values()].map(({ difference, names }) =>
    names.length === pairs.length ? difference : { ...difference, where: names.join(', ') },
  );
}

function rank({ severity, baseline, candidate }: Difference): number {
  const unchecked = 'unavailable' in baseline || 'unavailable' in candidate;
  return { 'must match': 0, confounds: 2, expected: 4 }[severity] + (unchecked ? 1 : 0);
}
