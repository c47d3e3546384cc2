/** What two Server rates are: the highest each system holds, or rates that somebody asked for. */
import type { ResultRun } from '../../results/types.js';
import type { PairSide } from '../types.js';

/** Whether a run is known to be at the highest rate that holds its bound: `result.peak` of its `run.json`. */
function isAtPeak(run: ResultRun): boolean {
  return (run.document?.result as { peak?: unknown } | undefined)?.peak !== undefined;
}

export function ratesOf(sides: readonly [PairSide, PairSide]): 'requested rates' | 'highest rates' {
  return sides.every((side) => side.runs.every(isAtPeak)) ? 'highest rates' : 'requested rates';
}

/** What was asked for, where the rates are requested ones. */
export function askedRates(sides: readonly [PairSide, PairSide]): string | undefined {
  const [a, b] = sides.map((side) => side.targetQps);
  if (a === undefined || b === undefined) return undefined;
  return a === b
    ? `Both were asked for ${a} queries/s, so the ratio says nothing; compare the latencies.`
    : `Asked for: ${a} and ${b} queries/s.`;
}
