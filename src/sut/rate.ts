/** What happens before the clock starts: every session is warmed up, and a rate that the plan leaves open is measured. */
import type { LoadedSamples, SampleLibrary } from '../datasets/sample-library.js';
import { countRows, lastCompletedAt } from '../engine/facts.js';
import type { PhaseConfig } from '../engine/phase.js';
import { allocateShared } from '../engine/query-record.js';
import type { WorkerPool } from '../engine/worker-pool.js';
import { type Queries, untilAllIssued } from '../loadgen/index.js';

/** The part of a phase that the system under test decides; the same for warm-up, probe and measurement. */
export type SutPhase = Pick<
  PhaseConfig,
  'freeCores' | 'policy' | 'idleSpinNs' | 'lengthOf' | 'hangLimitNs' | 'signal'
>;

/** The pool as far as probes use it. */
type ProbedPool = Pick<WorkerPool, 'run' | 'devices'>;

/** How long a probe runs, seconds. */
const probeS = 2;

/** Enough to represent SQuAD's length distribution, few enough to load quickly. */
const probeSamples = 64;

/** Loads the samples that warm-up and probes work on. */
export function loadForProbes(library: SampleLibrary): Promise<LoadedSamples> {
  const count = Math.min(library.performanceSampleCount, probeSamples);
  return library.load(Uint32Array.from({ length: count }, (_, i) => i));
}

/** Runs this many batches on every instance; returns samples per second, as `samplesPerSecond` does. */
export async function warmUp(
  pool: ProbedPool,
  phase: SutPhase,
  loaded: LoadedSamples,
  batches: number,
): Promise<number> {
  const rows = Math.max(1, batches) * pool.devices.length * phase.policy.maxBatch;
  return samplesPerSecond(pool, phase, loaded, rows);
}

/** Samples per second of the system under test, all samples given at once, over about two seconds. */
export async function probeRate(
  pool: ProbedPool,
  phase: SutPhase,
  loaded: LoadedSamples,
  estimate: number,
): Promise<number> {
  const batch = pool.devices.length * phase.policy.maxBatch;
  const rows = Math.max(2 * batch, Math.ceil((probeS * estimate) / batch) * batch);
  return samplesPerSecond(pool, phase, loaded, Math.min(rows, 2_000_000));
}

/** Samples per second over this many rows, all given at once; NaN where it was aborted or none was completed. */
export async function samplesPerSecond(
  pool: ProbedPool,
  phase: SutPhase,
  loaded: LoadedSamples,
  rows: number,
): Promise<number> {
  const phaseResult = await pool.run({
    ...phase,
    queries: oneQuery(loaded.indices, rows),
    limits: untilAllIssued,
    meanGapNs: 0,
    loaded,
  });
  if (phaseResult.aborted !== undefined) return Number.NaN;
  return (countRows(phaseResult).completed * 1e9) / lastCompletedAt(phaseResult);
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
