/** Turns what was flown into what is written: the summary by LoadGen's rules, the logs, `run.json`. */
import type { AccuracyEntry } from '../accuracy/accuracy-log.js';
import type { ClockJumps } from '../base/clock-jumps.js';
import { known } from '../base/measured.js';
import { countRows, measuredFacts, mergedFacts } from '../engine/facts.js';
import { issueLateness } from '../engine/issuer/lateness.js';
import type { Landing } from '../engine/phase.js';
import {
  accuracyLog,
  detailLog,
  type EffectiveSettings,
  messageCounts,
  type Summary,
  summarize,
  summaryText,
} from '../loadgen/index.js';
import type { PlannedRun } from '../plan/types.js';
import type { Lateness, QueryColumns, RunDocument } from '../results/types.js';
import type { RunArtifacts } from '../results/write/run.js';
import type { Surroundings } from '../sut/host-context.js';
import type { Prepared } from '../sut/open.js';
import type { TelemetryResult } from '../system/telemetry/telemetry.js';
import { judgeLog } from './accuracy.js';
import { knownSystem } from './describe-system.js';
import { baremarkVersion, runDocument } from './document.js';
import { endOfIssue } from './issue-end.js';
import type { Flown } from './measure.js';
import { faultReasons, latenessWarning, outcomeOf, suspensionReasons } from './verdict.js';

export interface FinishedRun {
  readonly run: PlannedRun;
  readonly system: string;
  readonly prepared: Prepared;
  readonly effective: EffectiveSettings;
  readonly flown: Flown;
  /** When the clock started. */
  readonly startedAt: Date;
  readonly around: Surroundings;
  readonly telemetry: TelemetryResult;
  /** What happened to the clocks meanwhile. */
  readonly jumps: ClockJumps;
  readonly fidelity?: RunDocument['fidelity'];
}

export async function conclude(finished: FinishedRun): Promise<RunArtifacts> {
  const { run, system, prepared, effective, flown, around, telemetry } = finished;
  const { landings } = flown;
  const perLeg = landings.map(countRows);
  const counts = perLeg.reduce((a, b) => ({
    issued: a.issued + b.issued,
    completed: a.completed + b.completed,
    failed: a.failed + b.failed,
  }));
  const otherReasons = [...faultReasons(landings, counts), ...suspensionReasons(finished.jumps)];
  const facts = mergedFacts(landings.map((landing, i) => measuredFacts(landing, effective, perLeg[i]!)));
  const sutName = `${system}: ${prepared.deck.info.backendName} on ${prepared.sut.devices.join(', ')}`;
  const issueEnd = endOfIssue(landings, effective);
  const summary = summarize({
    ...facts,
    effective,
    sutName,
    warnings: [],
    errors: issueEnd.errors,
    otherReasons,
  });
  const lateness = latenessOf(finished, summary);
  const accuracy =
    effective.mode === 'AccuracyOnly'
      ? await judgeLog(entriesOf(flown), run.dataset, run.benchmark)
      : undefined;
  const performance = effective.mode === 'PerformanceOnly' ? summary : undefined;
  const outcome = outcomeOf(performance, landings, otherReasons);
  const document = runDocument({
    ...finished,
    summary,
    counts,
    landings,
    outcome,
    lateness,
    accuracy: accuracy?.result,
    fingerprint: around.fingerprint,
    telemetry: telemetry.summary,
    warnings: [lateness?.warning, ...(accuracy?.problems ?? [])].filter((line) => line !== undefined),
  });
  return {
    document,
    summaryText: performance ? summaryText(performance) : messageCounts(0, issueEnd.errors.length),
    detailLog: detailLog({
      effective,
      qsl: prepared.library,
      qslName: prepared.library.name,
      sutName,
      version: `baremark ${baremarkVersion} (rules of LoadGen 6.0.17)`,
      openedAt: finished.startedAt.getTime(),
      beganAt: finished.startedAt.getTime(),
      endedAt: finished.startedAt.getTime() + facts.finalQueryAllSamplesDoneNs / 1e6,
      pid: process.pid,
      sets: flown.sets,
      endMessage: issueEnd.message,
      warnings: [],
      errors: issueEnd.errors,
      summary: performance,
    }),
    accuracyLog: accuracyLog(
      flown.responses.map(({ sequence, sample, data }) => ({ seqId: sequence, qslIndex: sample, data })),
    ),
    accuracyText: accuracy?.text,
    record: landings.length === 1 ? columnsOf(landings[0]!) : undefined,
    telemetryCsv: telemetry.seriesCsv,
    systemDescription: knownSystem(
      system,
      around.fingerprint,
      `${prepared.deck.info.backendName} ${prepared.deck.info.backendVersion}`,
    ),
  };
}

export function entriesOf({ responses }: Flown): AccuracyEntry[] {
  return responses.map(({ sequence, sample, data }) => ({ seqId: sequence, qslIdx: sample, data }));
}

function latenessOf(
  { flown, effective, prepared, telemetry }: FinishedRun,
  summary: Summary,
): Lateness | undefined {
  const landing = flown.landings.at(-1);
  if (!landing || effective.mode !== 'PerformanceOnly') return undefined;
  const boundNs = effective.scenario === 'Server' ? effective.targetLatencyNs : undefined;
  const measured = issueLateness(landing.record, landing.queriesIssued, boundNs);
  if (!measured) return undefined;
  const lateness = { ...measured, waitMode: landing.waitMode };
  const { stealCores } = telemetry.summary;
  const facts = {
    freeCores: prepared.sut.freeCores,
    realTime: landing.waitMode === 'real-time sleep-then-spin',
    stealCores: known(stealCores)?.mean,
  };
  return { ...lateness, warning: latenessWarning(lateness, summary, effective, facts) };
}

/** The record as it is stored: what was issued of it. */
function columnsOf({ record, queriesIssued }: Landing): QueryColumns {
  return {
    rowCount: queriesIssued * record.samplesPerQuery,
    samplesPerQuery: record.samplesPerQuery,
    sample: record.sample,
    scheduledNs: record.scheduled,
    issuedNs: record.issued,
    startedNs: record.started,
    completedNs: record.completed,
    device: record.device,
    batch: record.batch,
    failed: record.failed,
  };
}
