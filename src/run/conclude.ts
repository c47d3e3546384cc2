/** Turns what was measured into what is written: the summary by LoadGen's rules, the logs, `run.json`. */
import type { LogProblem } from '../accuracy/log-problems.js';
import type { ClockJumps } from '../base/clock-jumps.js';
import { known } from '../base/measured.js';
import { countRows, measuredFacts, mergedFacts } from '../engine/facts.js';
import { issueLateness } from '../engine/issuer/lateness.js';
import {
  accuracyLog,
  detailLog,
  type EffectiveSettings,
  issueEndLine,
  messageCounts,
  type Summary,
  summarize,
  summaryText,
} from '../loadgen/index.js';
import { TOO_SLOW } from '../loadgen/summary/summary.js';
import type { PlannedRun } from '../plan/types.js';
import type { Peak } from '../results/document/peak.js';
import { type WarningFacts, worded } from '../results/document/warnings.js';
import type { Lateness, Outcome, RunDocument } from '../results/types.js';
import type { RunArtifacts } from '../results/write/run.js';
import type { HostContext } from '../sut/host-context.js';
import type { OpenedSut } from '../sut/open.js';
import type { TelemetryResult } from '../system/telemetry/telemetry.js';
import { judgeLog } from './accuracy.js';
import { knownSystem } from './describe-system.js';
import { disturbanceWarnings, standstillOf, standstillReasons } from './disturbance.js';
import { baremarkVersion, runDocument } from './document.js';
import { columnsOf } from './measuring/columns.js';
import type { Measurement } from './measuring/measure.js';
import { resizedWarning, type TooShort } from './measuring/sizing.js';
import {
  abortReasons,
  faultReasons,
  judgedOf,
  latenessWarning,
  outcomeOf,
  suspensionReasons,
} from './verdict.js';

export interface FinishedRun {
  readonly run: PlannedRun;
  readonly system: string;
  /** See `identityOf`. */
  readonly identity?: string;
  readonly sut: OpenedSut;
  readonly effective: EffectiveSettings;
  readonly measurement: Measurement;
  /** When the clock started. */
  readonly startedAt: Date;
  readonly context: HostContext;
  readonly telemetry: TelemetryResult;
  /** What happened to the clocks during the run. */
  readonly jumps: ClockJumps;
  readonly fidelity?: RunDocument['fidelity'];
  /** The attempt before this one, which was too short; of several the last. */
  readonly resized?: TooShort;
  /** The search that found the rate. */
  readonly peak?: Peak;
  /** Why the run is INVALID, beyond what was measured. */
  readonly ownReasons?: readonly string[];
}

/** What a run comes to by the rules, and what they were applied to. */
export function judgeRun(finished: FinishedRun) {
  const { system, sut, effective, measurement } = finished;
  const { phaseResults } = measurement;
  const perPhase = phaseResults.map(countRows);
  const counts = perPhase.reduce((a, b) => ({
    issued: a.issued + b.issued,
    completed: a.completed + b.completed,
    failed: a.failed + b.failed,
  }));
  const timed = effective.mode === 'PerformanceOnly' ? phaseResults.at(-1) : undefined;
  const standstill = timed && standstillOf(timed);
  const otherReasons = [
    ...(finished.ownReasons ?? []),
    ...faultReasons(phaseResults, counts),
    ...suspensionReasons(finished.jumps),
    ...standstillReasons(standstill),
  ];
  const facts = mergedFacts(
    phaseResults.map((phaseResult, i) => measuredFacts(phaseResult, effective, perPhase[i]!)),
  );
  const sutName = `${system}: ${sut.pool.info.backendName} on ${sut.choice.devices.join(', ')}`;
  const end = phaseResults.at(-1)?.end;
  const endLine = end && end.kind !== 'stopped' ? issueEndLine(end) : undefined;
  const errors = endLine?.level === 'error' ? [endLine.text] : [];
  const summary = summarize({
    ...facts,
    effective,
    sutName,
    warnings: [],
    errors,
    otherReasons: [...abortReasons(phaseResults), ...otherReasons],
  });
  const judged = outcomeOf(judgedOf(effective, summary, counts), phaseResults, otherReasons);
  const outcome = finished.peak?.kind === 'none holds' ? withoutLowerRate(judged) : judged;
  return { counts, standstill, facts, sutName, endLine, errors, summary, outcome };
}

export async function conclude(finished: FinishedRun): Promise<RunArtifacts> {
  const { run, system, sut, effective, measurement, context, telemetry } = finished;
  const { phaseResults } = measurement;
  const { counts, standstill, facts, sutName, endLine, errors, summary, outcome } = judgeRun(finished);
  const lateness = latenessOf(finished);
  // Of a run that was cut short most answers are missing, and who stopped it waits for it.
  const accuracy =
    effective.mode === 'AccuracyOnly' && abortReasons(phaseResults).length === 0
      ? await judgeLog(measurement.responses, run.dataset, run.quality, { classes: run.model.classes })
      : undefined;
  const performance = effective.mode === 'PerformanceOnly' ? summary : undefined;
  const disturbances = performance ? disturbanceWarnings(standstill, telemetry.summary, performance) : [];
  const document = runDocument({
    ...finished,
    summary,
    counts,
    phaseResults,
    outcome,
    lateness,
    accuracy: accuracy?.result,
    fingerprint: context.fingerprint,
    telemetry: telemetry.summary,
    warnings: [...warningsOf(finished, lateness, summary, accuracy?.problems ?? []), ...disturbances].map(
      worded,
    ),
  });
  return {
    document,
    summaryText: performance ? summaryText(performance) : messageCounts(0, errors.length),
    detailLog: detailLog({
      effective,
      qsl: sut.library,
      qslName: sut.library.name,
      sutName,
      version: `baremark ${baremarkVersion} (rules of LoadGen 6.0.17)`,
      openedAt: finished.startedAt.getTime(),
      beganAt: finished.startedAt.getTime(),
      endedAt: finished.startedAt.getTime() + facts.finalQueryAllSamplesDoneNs / 1e6,
      pid: process.pid,
      sets: measurement.sets,
      endMessage: endLine?.level === 'plain' ? endLine.text : undefined,
      warnings: [],
      errors,
      summary: performance,
    }),
    accuracyLog: accuracyLog(measurement.responses),
    accuracyText: accuracy?.text,
    record: phaseResults.length === 1 ? columnsOf(phaseResults[0]!) : undefined,
    telemetryCsv: telemetry.seriesCsv,
    systemDescription: knownSystem(
      system,
      context.fingerprint,
      `${sut.pool.info.backendName} ${sut.pool.info.backendVersion}`,
    ),
  };
}

/** Where no rate holds, LoadGen's advice to lower it helps nobody. */
function withoutLowerRate(outcome: Outcome): Outcome {
  if (outcome.kind === 'valid') return outcome;
  return { ...outcome, reasons: outcome.reasons.filter((reason) => reason !== TOO_SLOW) };
}

function latenessOf({ measurement, effective }: FinishedRun): Lateness | undefined {
  const phaseResult = measurement.phaseResults.at(-1);
  if (!phaseResult || effective.mode !== 'PerformanceOnly') return undefined;
  const boundNs = effective.scenario === 'Server' ? effective.targetLatencyNs : undefined;
  const measured = issueLateness(phaseResult.record, phaseResult.queriesIssued, boundNs);
  return measured && { ...measured, waitMode: phaseResult.waitMode };
}

function warningsOf(
  { sut, effective, telemetry, resized }: FinishedRun,
  lateness: Lateness | undefined,
  summary: Summary,
  faultyAnswers: readonly LogProblem[],
): WarningFacts[] {
  const late =
    lateness &&
    latenessWarning(lateness, summary, effective, {
      freeCores: sut.choice.freeCores,
      realTime: lateness.waitMode === 'real-time sleep-then-spin',
      stealCores: known(telemetry.summary.stealCores)?.mean,
    });
  const answers = faultyAnswers.map((problem) => ({ kind: 'faulty-answers', problem }) as const);
  return [...(late ? [late] : []), ...(resized ? [resizedWarning(resized)] : []), ...answers];
}
