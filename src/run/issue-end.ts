/** How issuing ended, in LoadGen's words: naturally, or early, which is an error of the run. */
import type { PhaseResult } from '../engine/phase.js';
import { type EffectiveSettings, issueEnd, RAN_OUT_OF_QUERIES } from '../loadgen/index.js';

export interface IssueEnding {
  /** Of a natural end. */
  readonly message?: string;
  readonly errors: readonly string[];
}

export function endOfIssue(phaseResults: readonly PhaseResult[], effective: EffectiveSettings): IssueEnding {
  const phaseResult = phaseResults.at(-1);
  if (!phaseResult || phaseResult.end === 'stopped' || effective.mode === 'AccuracyOnly')
    return { errors: [] };
  const { queriesIssued: issued, outstanding, endedAtNs } = phaseResult;
  if (phaseResult.end === 'ran-out') return { errors: [RAN_OUT_OF_QUERIES] };
  const end = issueEnd(effective, { issued, outstanding, elapsedNs: Math.floor(endedAtNs) });
  return end?.early ? { errors: [end.message] } : { message: end?.message, errors: [] };
}
