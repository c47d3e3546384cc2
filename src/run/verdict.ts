/** Whether a run holds: LoadGen's rules, the faults that LoadGen does not know, and whether the issuer was on time. */
import type { ClockJumps } from '../base/clock-jumps.js';
import { known } from '../base/measured.js';
import { percentileName } from '../compare/server-words.js';
import type { Counts } from '../engine/facts.js';
import type { AbortReason, Fault, PhaseResult } from '../engine/phase.js';
import type { EffectiveSettings, Summary, TestMode } from '../loadgen/index.js';
import { fewQueriesReason, ruleReasons, rules } from '../results/document/rule-reasons.js';
import type { LatenessCause, WarningFacts } from '../results/document/warnings.js';
import type { Lateness, Outcome } from '../results/types.js';

/** Faults quoted in a reason. */
const quoted = 2;

/** Why a run is INVALID for reasons that LoadGen has no rule for, one sentence each. */
export function faultReasons(phaseResults: readonly PhaseResult[], counts: Counts): string[] {
  const faults = phaseResults.flatMap(({ faults }) => faults);
  const reasons: string[] = [];
  if (counts.failed > 0) {
    const first = faults.filter(isOfBatch).slice(0, quoted);
    const why = first.length > 0 ? ` ${first.map(({ message }) => message).join(' ')}` : '';
    reasons.push(`${counts.failed} of ${counts.issued} samples failed and count for nothing.${why}`);
  }
  // Every phase of an accuracy run says again which threads it lacks.
  const others = new Set(faults.filter((fault) => !isOfBatch(fault)).map(({ message }) => message));
  return [...reasons, ...others];
}

function isOfBatch({ kind }: Fault): boolean {
  return kind === 'batch-failed' || kind === 'wrong-outputs';
}

/** A machine that slept during the run has measured its sleep; one whose clock was set may have been paused by its host. */
export function suspensionReasons({ suspendedNs, wallClockSetMs }: ClockJumps): string[] {
  const slept = known(suspendedNs) ?? 0;
  const reasons: string[] = [];
  if (slept > 0) reasons.push(`The machine was suspended for ${(slept / 1e9).toFixed(1)} s during the run.`);
  if (Math.abs(wallClockSetMs) >= 1000)
    reasons.push(
      `The wall clock was set by ${(wallClockSetMs / 1000).toFixed(1)} s during the run, as when a host pauses its VM.`,
    );
  return reasons;
}

const abortSentences: Readonly<Record<AbortReason, string>> = {
  'stopped-by-user': 'The run was stopped by the user.',
  'no-worker-left': 'The run was aborted because no worker thread was left.',
};

/** What a run is judged by: LoadGen's summary, or how many of its samples an accuracy run has issued. */
export type Judged =
  | { readonly by: 'summary'; readonly summary: Summary }
  | { readonly by: 'answers'; readonly issued: number; readonly wanted: number }
  /** LoadGen's other modes, which baremark never runs. */
  | { readonly by: 'nothing'; readonly mode: TestMode };

export function judgedOf(
  { mode, accuracySampleCount }: Pick<EffectiveSettings, 'mode' | 'accuracySampleCount'>,
  summary: Summary,
  { issued }: Pick<Counts, 'issued'>,
): Judged {
  if (mode === 'PerformanceOnly') return { by: 'summary', summary };
  if (mode === 'AccuracyOnly') return { by: 'answers', issued, wanted: accuracySampleCount };
  return { by: 'nothing', mode };
}

/** Why the run was cut short, where it was; LoadGen's summary must not call what is left VALID. */
export function abortReasons(phaseResults: readonly PhaseResult[]): string[] {
  const aborted = phaseResults.find((phaseResult) => phaseResult.aborted !== undefined)?.aborted;
  return aborted === undefined ? [] : [abortSentences[aborted]];
}

/** @param reasons the run's own, beyond LoadGen's rules and why it was cut short */
export function outcomeOf(
  judged: Judged,
  phaseResults: readonly PhaseResult[],
  reasons: readonly string[],
): Outcome {
  const cutShort = abortReasons(phaseResults);
  if (cutShort.length > 0) return { kind: 'aborted', reasons: [...cutShort, ...reasons] };
  const missed = [...missedBy(judged), ...reasons];
  return missed.length > 0 ? { kind: 'invalid', reasons: missed } : { kind: 'valid' };
}

/** A run without a verdict is never VALID. */
function missedBy(judged: Judged): string[] {
  switch (judged.by) {
    case 'summary':
      return judged.summary.valid ? [] : missedRules(judged.summary);
    case 'answers':
      return judged.issued >= judged.wanted
        ? []
        : [`Only ${judged.issued} of ${judged.wanted} samples were issued.`];
    case 'nothing':
      return [`There is no verdict on a run in LoadGen's mode ${judged.mode}.`];
  }
}

/** LoadGen's rules that were not satisfied, with what it advises, and what early stopping lacks. */
function missedRules(summary: Summary): string[] {
  const { constraints, recommendations, facts } = summary;
  const missed = rules.filter((rule) => constraints[rule] === false).map((rule) => ruleReasons[rule]);
  const own = new Set(facts.otherReasons);
  return [...missed, ...recommendations.filter((line) => !own.has(line)), ...fewQueries(summary)];
}

/** Nothing where latencies are too long: then more queries are no remedy. */
function fewQueries({ constraints, facts, overlatencyCount, earlyStopping }: Summary): string[] {
  if (constraints.earlyStopping || constraints.performance === false || earlyStopping.missing === undefined)
    return [];
  const percentile = percentileName(facts.effective.targetLatencyPercentile);
  return [fewQueriesReason(facts.queryCount, overlatencyCount, percentile, earlyStopping.missing)];
}

/** What is known of a run that can have made its issuer late. */
export interface LatenessFacts {
  /** Cores that no inference thread needs. */
  readonly freeCores: number;
  /** Whether the issuer had real-time priority. */
  readonly realTime: boolean;
  /** Mean CPUs' worth of time that the hypervisor gave to others meanwhile; undefined where it is not known. */
  readonly stealCores: number | undefined;
}

/** As much stolen time as makes one query in a hundred late, if it falls on the issuer's core. */
const noticedStealCores = 0.01;

function causesOf({ freeCores, realTime, stealCores = 0 }: LatenessFacts): LatenessCause[] {
  const causes: LatenessCause[] = [];
  if (stealCores >= noticedStealCores) causes.push({ kind: 'stolen-time', cores: stealCores });
  if (freeCores < 1) causes.push({ kind: 'no-free-core' });
  if (freeCores < 1 && !realTime) causes.push({ kind: 'no-real-time-priority' });
  return causes;
}

/**
 * The warning for a run whose verdict the issuer's lateness could have changed, or undefined.
 * Latency counts from the scheduled time, so lateness can only make a run look worse than its system.
 */
export function latenessWarning(
  lateness: Lateness,
  summary: Summary,
  effective: EffectiveSettings,
  facts: LatenessFacts,
): WarningFacts | undefined {
  if (effective.scenario !== 'Server') return undefined;
  const causes = causesOf(facts);
  const missedByNs = summary.percentileLatencyNs - effective.targetLatencyNs;
  if (missedByNs > 0 && missedByNs <= lateness.p99Ns)
    return { kind: 'verdict-by-lateness', missedByNs, lateP99Ns: lateness.p99Ns, causes };
  const share = lateness.shareOver1PercentOfBound ?? 0;
  return share > 0.01 ? { kind: 'issuer-late', share, causes } : undefined;
}
