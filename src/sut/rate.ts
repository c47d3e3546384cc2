/** What happens before the clock starts: every session is warmed up, and a rate that the plan leaves open is measured. */
import type { LoadedSamples, SampleLibrary } from '../datasets/sample-library.js';
import type { IssueLimits } from '../engine/issuer/issuer.js';
import type { PhaseConfig } from '../engine/phase.js';
import { allocateShared } from '../engine/query-record.js';
import type { WorkerPool } from '../engine/worker-pool.js';
import type { Queries } from '../loadgen/index.js';

/** The part of a phase that the system under test decides; the same for warm-up, probe and measurement. */
export type SutPhase = Pick<
  PhaseConfig,
  | 'freeCores'
  | 'sort'
  | 'maxBatch'
  | 'maxWaitNs'
  | 'idleSpinNs'
  | 'padding'
  | 'lengthOf'
  | 'buckets'
  | 'hangLimitNs'
  | 'signal'
>;

/** The pool as far as probes use it. */
type ProbedPool = Pick<WorkerPool, 'run' | 'devices'>;

/** How long a probe runs, seconds. */
const probeS = 2;

/** Enough to meet SQuAD's length distribution, few enough to be loaded quickly. */
const probeSamples = 64;

/** Loads the samples that warm-up and probes work on. */
export function loadForProbes(library: SampleLibrary): Promise<LoadedSamples> {
  const count = Math.min(library.performanceSampleCount, probeSamples);
  return library.load(Uint32Array.from({ length: count }, (_, i) => i));
}

/** What ends a phase of one query: that the query was issued. */
export const oneQueryLimits: IssueLimits = {
  minQueryCount: 1,
  maxQueryCount: 0,
  targetDurationNs: 0,
  maxDurationNs: 0,
  maxAsyncQueries: 0,
};

/** Runs this many batches on every instance. Returns samples per second over them, NaN where it was aborted. */
export async function warmUp(
  pool: ProbedPool,
  phase: SutPhase,
  loaded: LoadedSamples,
  batches: number,
): Promise<number> {
  const rows = Math.max(1, batches) * pool.devices.length * phase.maxBatch;
  return samplesPerSecond(pool, phase, loaded, rows);
}

/** Samples per second of the system under test, all samples given at once, over about two seconds. */
export async function probeRate(
  pool: ProbedPool,
  phase: SutPhase,
  loaded: LoadedSamples,
  estimate: number,
): Promise<number> {
  const batch = pool.devices.length * phase.maxBatch;
  const rows = Math.max(2 * batch, Math.ceil((probeS * estimate) / batch) * batch);
  return samplesPerSecond(pool, phase, loaded, Math.min(rows, 2_000_000));
}

/** Samples per second over this many rows, all given at once; NaN where it was aborted. */
export async function samplesPerSecond(
  pool: ProbedPool,
  phase: SutPhase,
  loaded: LoadedSamples,
  rows: number,
): Promise<number> {
  const phaseResult = await pool.run({
    ...phase,
    queries: oneQuery(loaded.indices, rows),
    stream: false,
    limits: oneQueryLimits,
    meanGapNs: 0,
    loaded,
  });
  if (phaseResult.aborted !== undefined) return Number.NaN;
  let last = 0;
  let done = 0;
  for (let row = 0; row < rows; row++) {
    if (phaseResult.record.failed[row]) continue;
    last = Math.max(last, phaseResult.record.completed[row]!);
    done++;
  }
  return (done * 1e9) / last;
}

/** One query over the loaded samples in turn. */
export function oneQuery(indices: Uint32Array, rowCount: number): Queries {
  const samples = new Uint32Array(allocateShared(4 * rowCount));
  for (let row = 0; row < rowCount; row++) samples[row] = indices[row % indices.length]!;
  return {
    queryCount: 1,
    samplesPerQuery: rowCount,
    rowCount,
    samples,
    scheduledNs: new Float64Array(allocateShared(8)),
  };
}
