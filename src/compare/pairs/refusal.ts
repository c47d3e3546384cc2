/** Why a pair must not be judged, whatever its figures say. */
import type { ResultRun } from '../../results/types.js';
import { isKnownDifference } from '../differences/differences.js';
import type { Difference, Verdict } from '../types.js';
import { filesDisagree, mustMatchButDiffer, notValid, onlyRequestedRates, sameRun } from '../words.js';
import type { RunPair } from './pair-runs.js';
import { worstOutcome } from './pair-side.js';
import type { ServerRates } from './server-rates.js';

/** What speaks against a pair, beside the outcomes of its runs. */
export interface Doubts {
  /** Runs whose files disagree, each with how. */
  readonly doubtful: readonly { readonly path: string; readonly disagreements: readonly string[] }[];
  /** A run of the candidate that is the baseline's. */
  readonly copy?: { readonly path: string; readonly original: string };
  readonly differences: readonly Difference[];
  /** Server only. */
  readonly rates?: ServerRates;
}

/** Of runs whose files disagree also those that are not VALID: a run may have been made so to leave it out. */
export function doubtfulRuns({ baseline, candidate }: RunPair): Doubts['doubtful'] {
  return [...baseline, ...candidate].flatMap(({ path, disagreements = [] }) =>
    disagreements.length > 0 ? [{ path, disagreements }] : [],
  );
}

/** The first reason that counts; `force` leaves the one that no force can mend, a rate that was never found. */
export function refusal(runs: readonly ResultRun[], doubts: Doubts, force = false): Verdict | undefined {
  const { doubtful, copy, differences, rates } = doubts;
  if (force) return rates?.kind === 'no peak' ? rates.verdict : undefined;
  if (doubtful[0]) return filesDisagree(doubtful[0].path, doubtful[0].disagreements);
  if (copy) return sameRun(copy.path, copy.original);
  const unlike = differences.filter((d) => d.severity === 'must match' && isKnownDifference(d));
  if (unlike.length > 0) return mustMatchButDiffer(unlike);
  if (rates?.kind === 'no peak') return rates.verdict;
  const outcome = worstOutcome(runs);
  if (outcome.kind !== 'valid') return notValid(outcome);
  return rates?.kind === 'requested' ? onlyRequestedRates(rates.notes.length === 0) : undefined;
}
