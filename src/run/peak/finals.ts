/** The runs of full length after a search: at the highest rate that is known to hold, and below it until one is VALID. */
import { TOO_SLOW } from '../../loadgen/summary/summary.js';
import type { Peak } from '../../results/document/peak.js';
import { isFewQueriesReason, ruleReasons } from '../../results/document/rule-reasons.js';
import type { Outcome } from '../../results/types.js';
import type { PeakFinding } from '../../search/peak/contract.js';

export type FinalRun = Peak['finals'][number];

/** What a run of full length came to. */
export interface Judged<A> {
  /** Undefined where it was stopped before it began. */
  readonly measured?: { readonly attempt: A; readonly tailMs: number; readonly outcome: Outcome };
}

export interface Finals<A> {
  /** The last of them that was measured. */
  readonly attempt?: A;
  readonly finals: readonly FinalRun[];
  /** Whether it ended because the next run was stopped before it began. */
  readonly stopped: boolean;
}

const mostSteps = 6;
const leastStep = 0.01;
/** An interval may be so wide that its half says nothing. */
const greatestStep = 0.5;

/**
 * Steps down only where the latency bound was missed: other faults would be the same at a lower rate.
 * @param mayHold whether a run at this rate has enough queries to be VALID at all
 * @param onFinal told of each, and of the rate of the next one where there is one
 */
export async function finalRuns<A>(
  { qps, lowQps, highQps }: Pick<PeakFinding, 'qps' | 'lowQps' | 'highQps'>,
  run: (targetQps: number) => Promise<Judged<A>>,
  mayHold: (targetQps: number) => boolean,
  onFinal: (final: FinalRun, nextQps: number | undefined) => void,
): Promise<Finals<A>> {
  const halfWidth = (highQps - lowQps) / (2 * qps);
  const step = Math.min(greatestStep, Math.max(leastStep, halfWidth || 0));
  const finals: FinalRun[] = [];
  let last: A | undefined;
  let targetQps = lowQps > 0 ? lowQps : qps * greatestStep;
  for (let steps = 0; ; steps++) {
    const { measured } = await run(targetQps);
    if (!measured) return { attempt: last, finals, stopped: true };
    const { attempt, tailMs, outcome } = measured;
    last = attempt;
    const final = { targetQps, tailMs, outcome: outcome.kind, reasons: reasonsOf(outcome) };
    finals.push(final);
    const lower = targetQps * (1 - step);
    const goesOn = steps < mostSteps && missesLatencyAlone(outcome) && mayHold(lower);
    const nextQps = goesOn ? lower : undefined;
    onFinal(final, nextQps);
    if (nextQps === undefined) return { attempt: last, finals, stopped: false };
    targetQps = nextQps;
  }
}

/** LoadGen's reasons for a run whose latencies are too long, and what it advises then. */
const latencyReasons: readonly string[] = [ruleReasons.performance, ruleReasons.earlyStopping, TOO_SLOW];

function missesLatencyAlone(outcome: Outcome): boolean {
  return (
    outcome.kind === 'invalid' &&
    outcome.reasons.every((reason) => latencyReasons.includes(reason) || isFewQueriesReason(reason))
  );
}

function reasonsOf(outcome: Outcome): string[] {
  return outcome.kind === 'valid' ? [] : [...outcome.reasons];
}
