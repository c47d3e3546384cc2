/** What two Server rates are: the highest that each system sustains, or rates that somebody asked for. */
import type { ResultRun } from '../../results/types.js';
import type { PairSide } from '../types.js';

/** Whether a run is known to be at the highest rate that holds its bound: `result.peak` of its `run.json`. */
function isAtPeak(run: ResultRun): boolean {
  return run.document?.result.peak?.kind === 'found';
}

export function ratesOf(sides: readonly [PairSide, PairSide]): 'requested rates' | 'highest rates' {
  return sides.every((side) => side.runs.every(isAtPeak)) ? 'highest rates' : 'requested rates';
}
