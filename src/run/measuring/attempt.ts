/** One measurement of a run at given rates, checked beforehand, with what the machine did meanwhile. */
import { type ClockJumps, clockJumps, readClocks } from '../../base/clock-jumps.js';
import { type EffectiveSettings, effectiveSettings } from '../../loadgen/index.js';
import { checkLength } from '../../plan/checks/length.js';
import { type ProbedRates, requestedSettings } from '../../plan/requested.js';
import type { PlannedRun } from '../../plan/types.js';
import { recordFileBytes } from '../../results/record-schema.js';
import { checkSpace } from '../../results/write/run-folder.js';
import type { HostContext } from '../../sut/host-context.js';
import type { OpenedSut } from '../../sut/open.js';
import { startTelemetry, type TelemetryResult } from '../../system/telemetry/telemetry.js';
import type { RunHooks } from '../types.js';
import { capturedRows } from './capture.js';
import { type Measurement, measure } from './measure.js';
import { checkRecordFits, expectedRows } from './memory.js';

/** A run whose system is open and warm. */
export interface OpenedRun {
  readonly run: PlannedRun;
  readonly sut: OpenedSut;
  readonly context: HostContext;
  /** Where it will be written. */
  readonly path: string;
  /** See `identityOf`. */
  readonly identity: string;
  readonly hooks: Pick<RunHooks, 'signal' | 'onEvent' | 'resume'>;
  /** Reports a step of the preparation. @throws the signal's reason where the run is stopped */
  readonly say: (what: string, fraction?: number) => void;
}

/** What was seen while something was measured. */
export interface Observed {
  readonly telemetry: TelemetryResult;
  /** What happened to the clocks. */
  readonly jumps: ClockJumps;
}

/** One measurement of a run, whole. */
export interface Attempt extends Observed {
  readonly effective: EffectiveSettings;
  readonly measurement: Measurement;
}

export async function measureAttempt(opened: OpenedRun, rates: ProbedRates): Promise<Attempt> {
  const { run, sut, context, hooks, say } = opened;
  const { signal, onEvent } = hooks;
  const effective = await checkedSettings(opened, rates);
  const { result, ...observed } = await observe(context, () =>
    measure(sut, effective, rates.samplesPerSecond, {
      capture: capturedRows(effective),
      onLoading: (loaded, of) => say(`loading ${of} samples`, loaded / of),
      onStart: (expectedS) => onEvent({ type: 'started', run, expectedS }),
      onProgress: (progress) => onEvent({ type: 'progress', run, ...progress }),
      boundNs: run.scenario === 'Server' ? effective.targetLatencyNs : undefined,
      signal,
    }),
  );
  return { ...observed, effective, measurement: result };
}

/**
 * The settings of a run at these rates, where there is memory, time and space for it.
 * @throws BaremarkError BAD_OPTION, NOT_ENOUGH_MEMORY or OUTPUT_NOT_WRITABLE
 */
export async function checkedSettings(
  { run, sut, path }: Pick<OpenedRun, 'run' | 'sut' | 'path'>,
  rates: ProbedRates,
): Promise<EffectiveSettings> {
  const effective = effectiveSettings(requestedSettings(run, rates), sut.library);
  checkRecordFits(effective, run.peak ? 'found rate' : 'rate');
  checkLength(run, effective, rates.samplesPerSecond);
  await checkSpace(path, recordFileBytes(expectedRows(effective)));
  return effective;
}

/** Does this while telemetry is sampled; the sampler ends in any case. */
export async function observe<T>(
  context: HostContext,
  work: () => Promise<T>,
): Promise<Observed & { readonly result: T }> {
  const clocks = readClocks();
  const sampler = startTelemetry({ gpu: context.hasGpu, hypervisor: context.fingerprint.hypervisor.name });
  try {
    await sampler.ready;
    const result = await work();
    return { result, telemetry: await sampler.stop(), jumps: clockJumps(clocks, readClocks()) };
  } catch (error) {
    await sampler.stop();
    throw error;
  }
}
