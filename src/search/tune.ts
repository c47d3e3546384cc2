/** Searches batch, instances and wait for the best Offline rate, and for the best Server rate within the bound. */
import type { TuneSpace } from '../backends/profile.js';
import { BaremarkError } from '../base/errors.js';
import { latencyBoundOf } from '../plan/requested.js';
import type { Tuned } from '../plan/tuned.js';
import type { LatencyBound, PlannedRun } from '../plan/types.js';
import { chooseBatchPolicy, fittedBatchPolicy } from '../sut/batching.js';
import { readHostContext } from '../sut/host-context.js';
import { type OpenedSut, openSut } from '../sut/open.js';
import { loadForProbes } from '../sut/rate.js';
import { confirmedRate, offlineRate, serverRate, type TuneEffort } from './tune-probe.js';

/** One choice that was tried, and the rate it reached. */
export interface Tried {
  readonly scenario: 'Offline' | 'Server';
  readonly instances: number;
  readonly maxBatch: number;
  readonly maxWaitMs: number;
  /** Samples per second; in Server the highest rate that held the bound, 0 where it held none above the best so far. */
  readonly samplesPerSecond: number;
}

export interface TuneHooks {
  readonly onTried: (tried: Tried) => void;
  readonly say: (what: string, fraction?: number) => void;
  readonly signal: AbortSignal;
}

/** A larger batch or another instance must gain this much, or the smaller one is kept. */
export const worthwhile = 1.01;
/** The climb over batches ends after two in a row that stay this far below the best. */
const hopeless = 0.95;

/**
 * The best choices for one model on one device, from its Offline and its Server run; undefined where it was stopped.
 * @throws BaremarkError what preparing a run throws, and `RUN_FAULT` where nothing could be measured
 */
export async function tune(
  runs: { readonly offline: PlannedRun; readonly server: PlannedRun },
  space: TuneSpace,
  effort: TuneEffort,
  hooks: TuneHooks,
): Promise<Tuned | undefined> {
  const { machine } = await readHostContext();
  const bound = latencyBoundOf(runs.server);
  const best: { Offline?: Tried; Server?: Tried } = {};
  const note = (tried: Tried) => {
    hooks.onTried(tried);
    if (tried.samplesPerSecond > (best[tried.scenario]?.samplesPerSecond ?? 0) * worthwhile)
      best[tried.scenario] = tried;
  };
  for (const instances of space.instances) {
    if (hooks.signal.aborted) return undefined;
    const batching = { ...runs.offline.batching, maxBatch: space.batches.at(-1)! };
    const sut = await openSut({ ...runs.offline, instances, batching }, machine, hooks.say, hooks.signal);
    try {
      const rates = await climb(sut, instances, space, effort, note);
      if (!hooks.signal.aborted)
        await serve(runs.server, sut, { instances, rates, space, effort, note, best, bound });
    } finally {
      await sut.pool.close();
    }
  }
  if (hooks.signal.aborted) return undefined;
  if (!best.Offline)
    throw new BaremarkError(
      'RUN_FAULT',
      'No choice of batch and instances completed a sample; run once to see why.',
    );
  const { model, backend, device } = runs.offline;
  return {
    schema: 'baremark-tuned/1',
    model: model.name,
    precision: model.precision,
    backend,
    device,
    offline: chosen(best.Offline),
    server: best.Server && {
      ...chosen(best.Server),
      maxWaitMs: best.Server.maxWaitMs,
      boundMs: bound.ns / 1e6,
      percentile: bound.percentile,
    },
  };
}

function chosen({ instances, maxBatch, samplesPerSecond }: Tried) {
  return { instances, maxBatch, samplesPerSecond };
}

/** Offline rates by batch, from the smallest batch upward until larger ones bring no more. */
export async function climb(
  sut: OpenedSut,
  instances: number,
  { batches }: TuneSpace,
  effort: TuneEffort,
  note: (tried: Tried) => void,
): Promise<ReadonlyMap<number, number>> {
  const loaded = await loadForProbes(sut.library);
  const rates = new Map<number, number>();
  let top = 0;
  let below = 0;
  for (const maxBatch of batches.filter((batch) => batch <= sut.phase.policy.maxBatch)) {
    const phase = { ...sut.phase, policy: { ...sut.phase.policy, maxBatch } };
    const rate = await offlineRate(sut, phase, loaded, effort);
    if (Number.isNaN(rate)) break;
    rates.set(maxBatch, rate);
    note({ scenario: 'Offline', instances, maxBatch, maxWaitMs: 0, samplesPerSecond: rate });
    below = rate < top * hopeless ? below + 1 : 0;
    top = Math.max(top, rate);
    if (below === 2) break;
  }
  sut.library.unload();
  return rates;
}

interface Serving {
  readonly instances: number;
  readonly rates: ReadonlyMap<number, number>;
  readonly space: TuneSpace;
  readonly effort: TuneEffort;
  readonly note: (tried: Tried) => void;
  readonly best: { Server?: Tried };
  readonly bound: LatencyBound;
}

/** The best batch without waiting, then longer waits with it, or with Offline's best where no batch was good enough. */
async function serve(server: PlannedRun, sut: OpenedSut, serving: Serving): Promise<void> {
  const { instances, rates, space, effort, note, best, bound } = serving;
  const loaded = await loadForProbes(sut.library);
  const before = best.Server;
  const probeOf = (maxBatch: number, maxWaitMs: number) => {
    const run = { ...server, batching: { ...server.batching, maxWaitMs } };
    const policy = fittedBatchPolicy(chooseBatchPolicy(run, maxBatch), {
      largestBatch: sut.phase.policy.maxBatch,
      lengthsDiffer: sut.phase.lengthOf !== undefined,
    });
    return { run, sut, phase: { ...sut.phase, policy }, loaded, bound, effort };
  };
  const attempt = async (maxBatch: number, maxWaitMs: number) => {
    const range = { above: best.Server?.samplesPerSecond ?? 0, most: rates.get(maxBatch)! };
    const samplesPerSecond = await serverRate(probeOf(maxBatch, maxWaitMs), range);
    note({ scenario: 'Server', instances, maxBatch, maxWaitMs, samplesPerSecond });
  };
  const [first = 0, ...longer] = space.waitsMs;
  // Offline's best batch first: the rate it holds rules most of the others out at once.
  const byRate = [...rates.keys()].sort((a, b) => rates.get(b)! - rates.get(a)!);
  for (const maxBatch of byRate) if (!sut.phase.signal?.aborted) await attempt(maxBatch, first);
  const winner = best.Server === before ? byRate[0] : best.Server?.maxBatch;
  if (winner !== undefined)
    for (const wait of longer)
      if (wait * 1e6 < bound.ns && !sut.phase.signal?.aborted) await attempt(winner, wait);
  const last = best.Server;
  if (last !== before && last) {
    const rate = await confirmedRate(probeOf(last.maxBatch, last.maxWaitMs), last.samplesPerSecond);
    const stands = rate > (before?.samplesPerSecond ?? 0);
    best.Server = stands ? { ...last, samplesPerSecond: rate } : before;
  }
  sut.library.unload();
}
