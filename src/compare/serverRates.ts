/** What two Server rates are: the highest each system holds, or rates that somebody asked for. */
import type { ResultRun } from '../results/types.js';
import type { PairSide } from './types.js';

/** Whether a run is known to be at the highest rate that holds its bound: `result.peak` of its `run.json`. */
function isAtPeak(run: ResultRun): boolean {
  return (run.document?.result as { peak?: unknown } | undefined)?.peak !== undefined;
}

export function ratesOf(sides: readonly [PairSide, PairSide]): 'requested rates' | 'highest rates' {
  return sides.every((side) => side.runs.every(isAtPeak)) ? 'highest rates' : 'requested rates';
}

/** What requested rates can and cannot say. */
export function serverNotes(sides: readonly [PairSide, PairSide]): string[] {
  const [a, b] = sides;
  const notes: string[] = [];
  if (a.targetQps !== undefined && b.targetQps !== undefined)
    notes.push(
      a.targetQps === b.targetQps
        ? `Both were asked for ${a.targetQps} queries/s, so the ratio says nothing; compare the latencies.`
        : `The rates are those asked for: ${a.targetQps} and ${b.targetQps} queries/s.`,
    );
  if (a.boundShare !== undefined && b.boundShare !== undefined)
    notes.push(
      `They use ${percent(a.boundShare)} and ${percent(b.boundShare)} of the latency bound` +
        `${Math.min(a.boundShare, b.boundShare) < 0.9 ? ', so more was possible.' : '.'}`,
    );
  return notes;
}

function percent(share: number): string {
  return `${Math.round(share * 100)}%`;
}
