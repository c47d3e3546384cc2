/** How the disagreements between a run's files are shown to a person: the first few, and how many more there are. */
import type { ResultRun } from '../../results/types.js';

const shown = 3;

export function firstOf(disagreements: readonly string[]): readonly string[] {
  const more = disagreements.length - shown;
  // One more sentence takes no more room than saying that there is one.
  if (more <= 1) return disagreements;
  return [...disagreements.slice(0, shown), `Its files disagree in ${more} more facts.`];
}

/** One line for each, with the folder of the run; none where the files of all runs agree. */
export function disagreementLines(runs: readonly ResultRun[]): readonly string[] {
  return runs.flatMap(({ path, disagreements = [] }) =>
    firstOf(disagreements).map((sentence) => `${path}: ${sentence}`),
  );
}
