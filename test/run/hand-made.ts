/** Runs made by hand: a record row by row, and everything around it that a run's document is made from. */
import { unavailable } from '../../src/base/measured.js';
import { openNoData } from '../../src/datasets/no-data.js';
import type { PhaseResult } from '../../src/engine/phase.js';
import { effectiveSettings, type SampleResponse } from '../../src/loadgen/index.js';
import { buildPlan } from '../../src/plan/build.js';
import type { OptionName } from '../../src/plan/options/table.js';
import { requestedSettings } from '../../src/plan/requested.js';
import type { PlannedRun } from '../../src/plan/types.js';
import type { FinishedRun } from '../../src/run/conclude.js';
import type { OpenedSut } from '../../src/sut/open.js';
import { takeFingerprint } from '../../src/system/fingerprint.js';
import { summarizeTelemetry } from '../../src/system/telemetry/summary.js';
import { machine } from '../system/machine.js';

/** One sample that was issued. */
export interface Row {
  readonly scheduledMs: number;
  /** From its scheduled time to its completion; absent where it never completed. */
  readonly latencyMs?: number;
  readonly failed?: boolean;
  /** How long after its scheduled time it was issued. */
  readonly lateMs?: number;
}

/** `count` queries of one sample, one every millisecond from 0 on; the n-th takes `latencyMs(n)`. */
export function everyMs(count: number, latencyMs: (query: number) => number): Row[] {
  return Array.from({ length: count }, (_, i) => ({ scheduledMs: i, latencyMs: latencyMs(i) }));
}

/** A phase whose record holds these rows, each computed in a batch of its own by instance 0; all that was generated was issued. */
export function phaseResult(
  rows: readonly Row[],
  changes: Partial<PhaseResult> = {},
  samplesPerQuery = 1,
): PhaseResult {
  const ns = (ms: number) => ms * 1e6;
  const queries = rows.filter((_, row) => row % samplesPerQuery === 0);
  const end = (row: Row) => ns(row.scheduledMs + (row.latencyMs ?? Number.NaN));
  return {
    record: {
      queryCount: queries.length,
      rowCount: rows.length,
      samplesPerQuery,
      sample: Uint32Array.from(rows, (_, row) => row % 10),
      scheduled: Float64Array.from(queries, (row) => ns(row.scheduledMs)),
      issued: Float64Array.from(queries, (row) => ns(row.scheduledMs + (row.lateMs ?? 0))),
      started: Float64Array.from(rows, (row) => ns(row.scheduledMs)),
      completed: Float64Array.from(rows, end),
      batch: Uint32Array.from(rows, (_, row) => row),
      instance: new Uint8Array(rows.length),
      failed: Uint8Array.from(rows, (row) => (row.failed ? 1 : 0)),
    },
    queriesIssued: queries.length,
    end: { kind: 'all-issued' },
    startedAtMs: Date.UTC(2026, 0, 1),
    faults: [],
    standstills: [],
    waitMode: 'spin',
    batching: { dispatchedEarly: 0 },
    responses: [],
    ...changes,
  };
}

/** A planned run of bert-99 on the simulated backend, as these options change it. */
export function planned(options: Partial<Record<OptionName, unknown>> = {}): PlannedRun {
  const given = { model: 'bert-99', scenario: 'Server', backend: 'simulated', ...options };
  return buildPlan({ options: given, folder: process.cwd() }).runs[0]!;
}

/** Everything there is at the end of a run whose phases came out like this. */
export async function finishedRun(
  run: PlannedRun,
  phaseResults: readonly PhaseResult[],
  responses: readonly SampleResponse[] = [],
): Promise<FinishedRun> {
  const library = openNoData({ kind: 'none', totalSampleCount: 10, performanceSampleCount: 10 });
  const rates = { serverTargetQps: 1000, offlineExpectedQps: 1000, samplesPerSecond: 1000 };
  return {
    run,
    system: 'box',
    sut: simulatedSut(library),
    effective: effectiveSettings(requestedSettings(run, rates), library),
    measurement: { phaseResults, sets: [], responses },
    startedAt: new Date(Date.UTC(2026, 0, 1)),
    context: {
      machine: { cores: 4, realTime: true },
      fingerprint: await takeFingerprint(machine({})),
      hasGpu: false,
    },
    telemetry: {
      summary: summarizeTelemetry({ cpu: [], gpu: [], ownCpuS: 0 }, unavailable('nobody asked')),
      seriesCsv: 'seconds\n',
    },
    jumps: { suspendedNs: { value: 0 }, wallClockSetMs: 0 },
  };
}

/** What a document tells of the system under test; nothing of it can run. */
function simulatedSut(library: OpenedSut['library']): OpenedSut {
  const info = {
    backendName: 'simulated',
    backendVersion: '1',
    provider: 'simulated',
    inputs: [],
    outputs: [],
  };
  const policy = { maxBatch: 4, order: 'arrival', buckets: [], padding: { pad: 'longest', maxLength: 384 } };
  const sut = {
    model: { ref: { name: 'bert-large', precision: 'fp32' }, bytes: 0 },
    library,
    choice: {
      devices: ['one', 'two'],
      instances: 2,
      backendOptions: {},
      policy,
      freeCores: 2,
      nice: 0,
      idleSpinNs: 0,
    },
    pool: { info },
    phase: { policy },
    environment: {},
  };
  return sut as unknown as OpenedSut;
}
