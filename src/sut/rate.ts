/** What happens before the clock starts: every session is warmed up, and a rate that the plan leaves open is measured. */
import { BaremarkError } from '../base/errors.js';
import type { LoadedSamples, SampleLibrary } from '../datasets/sample-library.js';
import { countRows, lastCompletedAt } from '../engine/facts.js';
import type { Fault, PhaseConfig } from '../engine/phase.js';
import { allocateShared } from '../engine/query-record.js';
import type { WorkerPool } from '../engine/worker-pool.js';
import { type Queries, untilAllIssued } from '../loadgen/index.js';

/** The part of a phase that the system under test decides; the same for warm-up, probe and measurement. */
export type SutPhase = Pick<
  PhaseConfig,
  'freeCores' | 'policy' | 'idleSpinNs' | 'lengthOf' | 'hangLimitNs' | 'signal' | 'hurry'
>;

/** The pool as far as probes use it. */
type ProbedPool = Pick<WorkerPool, 'run' | 'devices' | 'info'>;

/** How long a probe runs, seconds. */
const probeS = 2;

/** Enough to represent SQuAD's length distribution, few enough to load quickly. */
const probeSamples = 64;

/** Loads the samples that warm-up and probes work on. */
export function loadForProbes(library: SampleLibrary): Promise<LoadedSamples> {
  const count = Math.min(library.performanceSampleCount, probeSamples);
  return library.load(Uint32Array.from({ length: count }, (_, i) => i));
}

/**
 * Runs this many batches on every instance and checks the outputs of all; returns samples per second, as
 * `samplesPerSecond` does.
 * @throws BaremarkError as `samplesPerSecond` does
 */
export async function warmUp(
  pool: ProbedPool,
  phase: SutPhase,
  loaded: LoadedSamples,
  batches: number,
): Promise<number> {
  const rows = Math.max(1, batches) * pool.devices.length * phase.policy.maxBatch;
  return samplesPerSecond(pool, { ...phase, checkEveryBatch: true }, loaded, rows);
}

/**
 * Samples per second of the system under test, all samples given at once, over about two seconds.
 * @throws BaremarkError as `samplesPerSecond` does, and `BAD_BACKEND` where it completes none
 */
export async function probeRate(
  pool: ProbedPool,
  phase: SutPhase,
  loaded: LoadedSamples,
  estimate: number,
): Promise<number> {
  const batch = pool.devices.length * phase.policy.maxBatch;
  const rows = Math.max(2 * batch, Math.ceil((probeS * (estimate || 0)) / batch) * batch);
  const { rate, faults } = await probe(pool, phase, loaded, Math.min(rows, 2_000_000));
  if (!Number.isNaN(rate) || phase.signal?.aborted) return rate;
  const why = faults[0]?.message ?? 'No worker thread is left.';
  throw new BaremarkError(
    'BAD_BACKEND',
    `The backend ${pool.info.backendName} completed no sample before the run, so the rate that the plan leaves open is not known: ${why.replace(/\.$/, '')}.`,
  );
}

/**
 * Samples per second over this many rows, all given at once; NaN where it was aborted or none was completed.
 * @throws BaremarkError `BAD_BACKEND` where outputs are not what the session declared, `THREAD_FAILED` where the
 * issuer is gone
 */
export async function samplesPerSecond(
  pool: ProbedPool,
  phase: SutPhase & Pick<PhaseConfig, 'checkEveryBatch'>,
  loaded: LoadedSamples,
  rows: number,
): Promise<number> {
  return (await probe(pool, phase, loaded, rows)).rate;
}

async function probe(
  pool: ProbedPool,
  phase: SutPhase & Pick<PhaseConfig, 'checkEveryBatch'>,
  loaded: LoadedSamples,
  rows: number,
): Promise<{ readonly rate: number; readonly faults: readonly Fault[] }> {
  const phaseResult = await pool.run({
    ...phase,
    queries: oneQuery(loaded.indices, rows),
    limits: untilAllIssued,
    meanGapNs: 0,
    loaded,
  });
  const { faults, aborted } = phaseResult;
  refuseBroken(faults, pool.info.backendName);
  const { completed } = countRows(phaseResult);
  const measured = aborted === undefined && completed > 0;
  return { rate: measured ? (completed * 1e9) / lastCompletedAt(phaseResult) : Number.NaN, faults };
}

/** No run starts with a backend whose answers are wrong, or without anybody to issue queries. */
function refuseBroken(faults: readonly Fault[], backend: string): void {
  const wrong = faults.find(({ kind }) => kind === 'wrong-outputs');
  if (wrong)
    throw new BaremarkError(
      'BAD_BACKEND',
      `${wrong.message.replace(/^The backend/, `The backend ${backend}`)}; correct its run(), the outputs that its session declares, or the model.`,
    );
  const issuer = faults.find(({ kind }) => kind === 'issuer-died');
  if (issuer) throw new BaremarkError('THREAD_FAILED', issuer.message);
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
