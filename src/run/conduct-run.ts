/** Conducts one run from its reserved folder to its written result. */
import { isStream } from '../loadgen/index.js';
import { needsProbe } from '../plan/requested.js';
import type { BenchmarkPlan, PlannedRun } from '../plan/types.js';
import type { RunDocument } from '../results/types.js';
import { discardRun, reserveRunFolder } from '../results/write/run-folder.js';
import type { HostContext } from '../sut/host-context.js';
import { type OpenedSut, openSut } from '../sut/open.js';
import { loadForProbes, probeRate, warmUp } from '../sut/rate.js';
import { conclude, type FinishedRun, judgeRun } from './conclude.js';
import { measureFidelity } from './fidelity.js';
import { isStop, orStopped } from './hooks/stopping.js';
import { identityOf } from './identity.js';
import { type Attempt, measureAttempt } from './measuring/attempt.js';
import { mostAttempts, type TooShort, tooShort } from './measuring/sizing.js';
import { type Choose, choiceMaker } from './peak/choose.js';
import { type MeasuredPeak, measurePeak } from './peak/measure-peak.js';
import { saveRun } from './save.js';
import type { RunHooks } from './types.js';

/** The share of the measured rate that a Server run asks for where the plan leaves it open: enough room to be VALID. */
const serverShare = 0.5;
/** Who stops a run does not wait for sessions that take long to close, milliseconds. */
const stoppedCloseMs = 500;
/** An Offline query is sized by the measured rate times this, so that it lasts the minimum duration. */
const offlineReserve = 1.3;

/** The run's document, or undefined where it was stopped before anything was measured. */
export async function conductRun(
  run: PlannedRun,
  plan: Pick<BenchmarkPlan, 'out' | 'system'>,
  context: HostContext,
  hooks: RunHooks,
  choose: Choose = choiceMaker(),
): Promise<RunDocument | undefined> {
  const { signal, hurry, onEvent } = hooks;
  const say = (what: string, fraction?: number) => {
    // Building a model takes long and hears no signal, but it says how far it is.
    signal.throwIfAborted();
    onEvent({ type: 'preparing', run, what, fraction });
  };
  const folder = await reserveRunFolder(plan.out, plan.system, run.benchmark, run.scenario, run.mode);
  let sut: OpenedSut | undefined;
  try {
    const chosen = await choose(run, context.machine, say, hooks);
    const opening = openSut(chosen, context.machine, say, signal);
    const ready = await orStopped(opening, hooks, ({ pool }) => void pool.close());
    sut = { ...ready, phase: { ...ready.phase, hurry } };
    const rate = await findRate(run, sut, say);
    signal.throwIfAborted();
    const identity = await identityOf(run, plan.system, {
      modelSha256: sut.model.sha256,
      datasetHash: sut.library.hash,
    });
    const opened = { run, sut, context, path: folder.path, identity, hooks, say };
    const facts = { run, system: plan.system, identity, sut, context };
    const finishedOf = (attempt: Attempt) => ({ ...facts, ...attempt, startedAt: startOf(attempt) });
    const judge = (attempt: Attempt) => judgeRun(finishedOf(attempt)).outcome;
    const measured: Measured = run.peak
      ? await measurePeak(opened, rate, judge)
      : await sizedRight(
          run,
          rate,
          (samplesPerSecond) =>
            measureAttempt(opened, {
              serverTargetQps: samplesPerSecond * serverShare,
              offlineExpectedQps: samplesPerSecond * offlineReserve,
              samplesPerSecond,
            }),
          (short) => onEvent({ type: 'resized', run, ...short }),
        );
    if (!measured.measurement.phaseResults[0]) throw signal.reason;
    const answers = measured.measurement.responses;
    const [fidelity] = await Promise.allSettled([
      orStopped(measureFidelity(run, answers, context.machine, say, signal), hooks),
    ]);
    const finished = {
      ...finishedOf(measured),
      fidelity: fidelity.status === 'fulfilled' ? fidelity.value : undefined,
    };
    const { document, problem, unreadable } = await saveRun(folder, () => conclude(finished));
    for (const message of unreadable) onEvent({ type: 'problem', run, message });
    onEvent({ type: 'finished', run, document, folder: folder.path });
    if (document.outcome.kind !== 'aborted') await measured.dropProbes?.();
    if (problem) throw problem;
    // What was measured before is written all the same.
    if (fidelity.status === 'rejected' && !isStop(fidelity.reason, hooks)) throw fidelity.reason;
    return document;
  } catch (error) {
    await discardRun(folder);
    if (isStop(error, hooks)) return undefined;
    throw error;
  } finally {
    await sut?.pool.close(signal.aborted ? stoppedCloseMs : undefined);
  }
}

type Measured = Attempt &
  Partial<Pick<FinishedRun, 'resized' | 'peak' | 'ownReasons'>> &
  Partial<Pick<MeasuredPeak, 'dropProbes'>>;

function startOf({ measurement }: Attempt): Date {
  return new Date(measurement.phaseResults[0]!.startedAtMs);
}

/** The attempt that counts: the first, unless its Offline query was too short by a guess. */
async function sizedRight(
  run: PlannedRun,
  rate: number,
  attempt: (samplesPerSecond: number) => Promise<Attempt>,
  onResize: (short: TooShort) => void,
): Promise<Attempt & { readonly resized?: TooShort }> {
  let resized: TooShort | undefined;
  let last = await attempt(rate);
  for (let attempts = 1; attempts < mostAttempts; attempts++) {
    const short = tooShort(run, last.effective, last.measurement);
    if (short === undefined) break;
    onResize(short);
    resized = short;
    last = await attempt(short.samplesPerSecond);
  }
  return { ...last, resized };
}

/**
 * Warms up every session, and measures the rate where the plan leaves one open, or where a stream's queries need one.
 * Samples per second; NaN where nothing was completed.
 * @throws BaremarkError as `warmUp` and `probeRate` do
 */
async function findRate(
  run: PlannedRun,
  { pool, phase, library }: OpenedSut,
  say: (what: string, fraction?: number) => void,
): Promise<number> {
  say('warming up');
  const loaded = await loadForProbes(library);
  const warm = await warmUp(pool, phase, loaded, run.warmup);
  const open = needsProbe(run) || (isStream(run.scenario) && Number.isNaN(warm));
  const rate = open && !phase.signal?.aborted ? await probeRate(pool, phase, loaded, warm) : warm;
  library.unload();
  return rate;
}
