/** The best batch and instances for one run without a rate: most samples per second in Offline, least latency in the streams. */
import { median } from 'simple-statistics';
import { loadProfile } from '../backends/load.js';
import type { TuneSpace } from '../backends/profile.js';
import { BaremarkError } from '../base/errors.js';
import type { LoadedSamples } from '../datasets/sample-library.js';
import { countRows, latencyAtNs } from '../engine/facts.js';
import { allocateShared } from '../engine/query-record.js';
import {
  type EffectiveSettings,
  effectiveSettings,
  generateQueries,
  loadableSets,
} from '../loadgen/index.js';
import { requestedSettings } from '../plan/requested.js';
import type { PlannedRun } from '../plan/types.js';
import { chooseBatchPolicy, fittedBatchPolicy } from '../sut/batching.js';
import type { Machine } from '../sut/choose.js';
import { type OpenedSut, openSut } from '../sut/open.js';
import { type SutPhase, warmUp } from '../sut/rate.js';
import { climb, type TuneHooks, worthwhile } from './tune.js';
import type { TuneEffort } from './tune-probe.js';

/** A choice that was tried, and what decides about it. */
export type TriedChoice = {
  readonly instances: number;
  readonly maxBatch: number;
} & ({ readonly samplesPerSecond: number } | { readonly latencyMs: number });

export interface ChoiceHooks extends Omit<TuneHooks, 'onTried'> {
  readonly onTried: (tried: TriedChoice) => void;
}

/**
 * What the run leaves open, within what is usual for its device; what it says is kept. A larger batch or another
 * instance must gain a percent. Undefined where it was stopped.
 * @throws BaremarkError what opening a system throws, and `RUN_FAULT` where nothing could be measured
 */
export async function bestChoice(
  run: PlannedRun,
  machine: Machine,
  effort: TuneEffort,
  hooks: ChoiceHooks,
): Promise<PlannedRun | undefined> {
  const space = spaceOf(run, (await loadProfile(run.backend)).tuning(run.device));
  if (space.instances.length === 1 && space.batches.length === 1)
    return chosen(run, { instances: space.instances[0]!, maxBatch: space.batches[0]! });
  let best: TriedChoice | undefined;
  const note = (tried: TriedChoice) => {
    hooks.onTried(tried);
    if (isBetter(tried, best)) best = tried;
  };
  for (const instances of space.instances) {
    if (hooks.signal.aborted) return undefined;
    const batching = { ...run.batching, maxBatch: space.batches.at(-1)! };
    const sut = await openSut({ ...run, instances, batching }, machine, hooks.say, hooks.signal);
    try {
      if (run.scenario === 'Offline')
        await climb(sut, instances, space, effort, ({ maxBatch, samplesPerSecond }) =>
          note({ instances, maxBatch, samplesPerSecond }),
        );
      else
        await streams(run, sut, space, effort, (maxBatch, latencyMs) =>
          note({ instances, maxBatch, latencyMs }),
        );
    } finally {
      await sut.pool.close();
    }
  }
  if (hooks.signal.aborted) return undefined;
  if (!best)
    throw new BaremarkError(
      'RUN_FAULT',
      'No choice of batch and instances completed a sample; run once without --mode peak to see why.',
    );
  return chosen(run, best);
}

function chosen(
  run: PlannedRun,
  { instances, maxBatch }: Pick<TriedChoice, 'instances' | 'maxBatch'>,
): PlannedRun {
  return { ...run, instances, batching: { ...run.batching, maxBatch } };
}

/** A query of a stream is one batch at most. */
function spaceOf(run: PlannedRun, usual: TuneSpace): TuneSpace {
  const { instances, batching, scenario, settings } = run;
  const query = scenario === 'MultiStream' ? (settings.multiStreamSamplesPerQuery ?? 8) : 1;
  const batches =
    scenario === 'Offline' ? usual.batches : [...usual.batches.filter((batch) => batch < query), query];
  return {
    ...usual,
    batches: batching.maxBatch === 'auto' ? batches : [batching.maxBatch],
    instances: instances === 'auto' ? usual.instances : [instances],
  };
}

function isBetter(tried: TriedChoice, best: TriedChoice | undefined): boolean {
  if ('latencyMs' in tried) {
    const least = best && 'latencyMs' in best ? best.latencyMs : Number.POSITIVE_INFINITY;
    return tried.latencyMs * worthwhile < least;
  }
  const most = best && 'samplesPerSecond' in best ? best.samplesPerSecond : 0;
  return tried.samplesPerSecond > most * worthwhile;
}

/** Latencies of one query after the other by batch, over the samples that the run will load. */
async function streams(
  run: PlannedRun,
  sut: OpenedSut,
  { batches }: TuneSpace,
  effort: TuneEffort,
  note: (maxBatch: number, latencyMs: number) => void,
): Promise<void> {
  const { pool, library } = sut;
  const [largestBatch, lengthsDiffer] = [sut.phase.policy.maxBatch, sut.phase.lengthOf !== undefined];
  const [set] = loadableSets(probeSettings(run, library, 1, effort), library);
  const loaded = await library.load(set!);
  for (const maxBatch of batches.filter((batch) => batch <= largestBatch)) {
    const policy = fittedBatchPolicy(chooseBatchPolicy(run, maxBatch), { largestBatch, lengthsDiffer });
    const phase = { ...sut.phase, policy };
    // The warm-up also says how many queries a probe needs at most.
    const rate = await warmUp(pool, phase, loaded, 2);
    if (Number.isNaN(rate)) continue;
    const effective = probeSettings(run, library, rate, effort);
    const latencies: number[] = [];
    for (let i = 0; i < effort.repeats && !phase.signal?.aborted; i++)
      latencies.push(await headlineMs(sut, phase, loaded, effective));
    if (phase.signal?.aborted) break;
    note(maxBatch, median(latencies));
  }
  library.unload();
}

/** Queries enough for LoadGen's percentiles of the streams to say something. */
const fewestQueries = 100;

/** The settings of a short run of the scenario. */
function probeSettings(
  run: PlannedRun,
  library: OpenedSut['library'],
  samplesPerSecond: number,
  { probeDurationS }: TuneEffort,
): EffectiveSettings {
  const settings = {
    ...run.settings,
    ...{ minDurationMs: Math.ceil(1000 * probeDurationS), minQueryCount: fewestQueries },
    ...{ maxDurationMs: 0, maxQueryCount: 0 },
  };
  const rates = { serverTargetQps: 1, offlineExpectedQps: 1, samplesPerSecond };
  return effectiveSettings(requestedSettings({ ...run, settings }, rates), library);
}

/** The latency that the scenario is judged by, over a short run of it; infinite where any query failed. */
async function headlineMs(
  { pool }: OpenedSut,
  phase: SutPhase,
  loaded: LoadedSamples,
  effective: EffectiveSettings,
): Promise<number> {
  const queries = generateQueries(effective, loaded.indices, allocateShared);
  const result = await pool.run({ ...phase, queries, limits: effective, meanGapNs: 0, loaded });
  const { failed, completed } = countRows(result);
  if (result.aborted !== undefined || failed > 0 || completed === 0) return Number.POSITIVE_INFINITY;
  return latencyAtNs(result, effective, effective.targetLatencyPercentile) / 1e6;
}
