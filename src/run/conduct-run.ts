/** Conducts one run from its reserved folder to its written result. */
import { clockJumps, readClocks } from '../base/clock-jumps.js';
import { effectiveSettings } from '../loadgen/index.js';
import { needsProbe, requestedSettings } from '../plan/requested.js';
import type { BenchmarkPlan, PlannedRun } from '../plan/types.js';
import { recordFileBytes } from '../results/record-schema.js';
import type { RunDocument } from '../results/types.js';
import { checkSpace, discardRun, reserveRunFolder } from '../results/write/run-folder.js';
import type { HostContext } from '../sut/host-context.js';
import { type OpenedSut, openSut } from '../sut/open.js';
import { loadForProbes, probeRate, warmUp } from '../sut/rate.js';
import { startTelemetry, type TelemetryResult } from '../system/telemetry/telemetry.js';
import { capturedRows } from './capture.js';
import { conclude } from './conclude.js';
import { measureFidelity } from './fidelity.js';
import { identityOf } from './identity.js';
import { type Measurement, measure } from './measure.js';
import { checkRecordFits, expectedRows } from './memory.js';
import { saveRun } from './save.js';
import type { RunHooks } from './types.js';

/** The share of the measured rate that a Server run asks for where the plan leaves it open: enough room to be VALID. */
const serverShare = 0.5;
/** An Offline query is sized by the measured rate times this, so that it lasts the minimum duration. */
const offlineReserve = 1.3;

/** The run's document, or undefined where it was stopped before its clock had started. */
export async function conductRun(
  run: PlannedRun,
  plan: Pick<BenchmarkPlan, 'out' | 'system'>,
  context: HostContext,
  hooks: RunHooks,
): Promise<RunDocument | undefined> {
  const { signal, onEvent } = hooks;
  const say = (what: string, fraction?: number) => onEvent({ type: 'preparing', run, what, fraction });
  const folder = await reserveRunFolder(plan.out, plan.system, run.benchmark, run.scenario, run.mode);
  let sut: OpenedSut | undefined;
  try {
    sut = await openSut(run, context.machine, say, signal);
    const rate = await findRate(run, sut, say);
    if (signal.aborted) {
      await discardRun(folder);
      return undefined;
    }
    const identity = await identityOf(run, plan.system, {
      modelSha256: sut.model.sha256,
      datasetHash: sut.library.hash,
    });
    const requested = requestedSettings(run, {
      serverTargetQps: rate * serverShare,
      offlineExpectedQps: rate * offlineReserve,
      samplesPerSecond: rate,
    });
    const effective = effectiveSettings(requested, sut.library);
    checkRecordFits(effective);
    await checkSpace(folder.path, recordFileBytes(expectedRows(effective)));
    const clocks = readClocks();
    const { measurement, telemetry } = await observe(context, () =>
      measure(sut!, effective, rate, {
        capture: capturedRows(effective),
        onLoading: (loaded, of) => say(`loading ${of} samples`, loaded / of),
        onStart: (expectedS) => onEvent({ type: 'started', run, expectedS }),
        onProgress: (progress) => onEvent({ type: 'progress', run, ...progress }),
        boundNs: run.scenario === 'Server' ? effective.targetLatencyNs : undefined,
        signal,
      }),
    );
    const jumps = clockJumps(clocks, readClocks());
    const fidelity = await measureFidelity(run, measurement.responses, context.machine, say, signal);
    const finished = {
      run,
      system: plan.system,
      identity,
      sut,
      effective,
      measurement,
      startedAt: new Date(measurement.phaseResults[0]?.startedAtMs ?? Date.now()),
      context,
      telemetry,
      fidelity,
      jumps,
    };
    const { document, problem } = await saveRun(folder, () => conclude(finished));
    onEvent({ type: 'finished', run, document, folder: folder.path });
    if (problem) throw problem;
    return document;
  } catch (error) {
    await discardRun(folder);
    throw error;
  } finally {
    await sut?.pool.close();
  }
}

/** Measures while telemetry is sampled; the sampler ends in any case. */
async function observe(
  context: HostContext,
  run: () => Promise<Measurement>,
): Promise<{ measurement: Measurement; telemetry: TelemetryResult }> {
  const sampler = startTelemetry({ gpu: context.hasGpu, hypervisor: context.fingerprint.hypervisor.name });
  try {
    await sampler.ready;
    const measurement = await run();
    return { measurement, telemetry: await sampler.stop() };
  } catch (error) {
    await sampler.stop();
    throw error;
  }
}

/** Warms up every session, and measures the rate where the plan leaves one open. Samples per second. */
async function findRate(
  run: PlannedRun,
  { pool, phase, library }: OpenedSut,
  say: (what: string, fraction?: number) => void,
): Promise<number> {
  say('warming up');
  const loaded = await loadForProbes(library);
  const warm = await warmUp(pool, phase, loaded, run.warmup);
  const rate = needsProbe(run) && !phase.signal?.aborted ? await probeRate(pool, phase, loaded, warm) : warm;
  library.unload();
  return rate;
}
