/** Benchmarks whose answers are tokens: their tokens per second, TTFT and TPOT beside the rate of samples. */
import type { ResultRun } from '../../results/types.js';
import { tokenNote } from '../words.js';
import { geometricMean } from './pair-side.js';

const figures = [
  ['Tokens/s', (run: ResultRun) => run.tokens?.perSecond],
  ['TTFT p99', (run: ResultRun) => run.tokens?.ttftMs?.p99],
  ['TPOT p99', (run: ResultRun) => run.tokens?.tpotMs?.p99],
] as const;

/** One note for each of the three that all runs of both sides have. */
export function tokenNotes(baseline: readonly ResultRun[], candidate: readonly ResultRun[]): string[] {
  return figures.flatMap(([name, of]) => {
    const [a, b] = [meanOf(baseline.map(of)), meanOf(candidate.map(of))];
    return a === undefined || b === undefined ? [] : [tokenNote(name, a, b)];
  });
}

/** Geometric; undefined unless every value is above 0. */
function meanOf(values: readonly (number | undefined)[]): number | undefined {
  const known = values.filter((value) => value !== undefined && value > 0) as number[];
  if (known.length < values.length || known.length === 0) return undefined;
  return geometricMean(known);
}
