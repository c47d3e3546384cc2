/** An opened system as a peak search asks it: each probe is one phase of the same pool over the same loaded samples. */
import type { LoadedSamples } from '../../datasets/sample-library.js';
import { monotonicNs } from '../../engine/clock.js';
import { countRows } from '../../engine/facts.js';
import type { PhaseProgress, PhaseResult } from '../../engine/phase.js';
import { allocateShared } from '../../engine/query-record.js';
import { generateQueries } from '../../loadgen/index.js';
import type { LatencyBound, PlannedRun } from '../../plan/types.js';
import type { PeakTarget, ProbeRequest, ServedProbe } from '../../search/peak/contract.js';
import { saturationWatch } from '../../search/peak/saturation.js';
import type { OpenedSut } from '../../sut/open.js';
import { standstillOf, standstillReasons } from '../disturbance.js';
import type { Measurement } from '../measuring/measure.js';
import { checkRecordFits } from '../measuring/memory.js';
import { type ProbeSettings, probeSettings } from './probe-settings.js';
import { servedProbe } from './served.js';

/** A probe as it was measured. */
export interface MeasuredProbe {
  readonly request: ProbeRequest;
  readonly settings: ProbeSettings;
  readonly measurement: Measurement;
}

/** What a probe gave cannot be used: the search ends with it. */
export class FaultyProbe extends Error {}

export interface ProbedSystem {
  readonly run: PlannedRun;
  readonly sut: OpenedSut;
  /** All samples of the performance set. */
  readonly loaded: LoadedSamples;
  readonly bound: LatencyBound;
}

export interface TargetHooks {
  readonly onProgress: (request: ProbeRequest, progress: PhaseProgress) => void;
  /** Between probes: one was served whole, or as far as it was of use. */
  readonly onServed: (probe: MeasuredProbe) => Promise<void>;
}

export interface RealTarget extends PeakTarget {
  /** The probe that was served last, and the one at the lowest rate. */
  last(): MeasuredProbe | undefined;
  slowest(): MeasuredProbe | undefined;
}

/** A probe during which the process stood still is made again; what always stands still is a property of the system. */
const mostAttempts = 3;
/** Seeds of a repetition are this far from those of the probe. */
const repetition = 2 ** 20;

export function peakTarget({ run, sut, loaded, bound }: ProbedSystem, hooks: TargetHooks): RealTarget {
  const { pool, phase, library } = sut;
  const startedNs = monotonicNs();
  let last: MeasuredProbe | undefined;
  let slowest: MeasuredProbe | undefined;
  const measure = async (request: ProbeRequest, attempt: number) => {
    const seeded = { ...request, number: request.number + attempt * repetition };
    const settings = probeSettings(run, seeded, library);
    checkRecordFits(settings.own, 'search');
    const queries = generateQueries(settings.own, loaded.indices, allocateShared);
    const hopeless = saturationWatch(queries.scheduledNs, bound.ns);
    const enough = new AbortController();
    const result = await pool.run({
      ...phase,
      queries,
      limits: settings.own,
      coalesce: settings.own.requested.serverCoalesceQueries,
      meanGapNs: 1e9 / request.targetQps,
      loaded,
      enough: enough.signal,
      onProgress: (progress) => {
        hooks.onProgress(request, progress);
        if (hopeless(progress)) enough.abort();
      },
    });
    const sets = [{ loaded: loaded.indices, queries }];
    const probe = { request, settings, measurement: { phaseResults: [result], sets, responses: [] } };
    // One that was stopped before anything was done shows nothing.
    const shows = result.aborted !== 'stopped-by-user' || countRows(result).completed > 0;
    if (shows || !last) last = probe;
    if (!slowest || request.targetQps < slowest.request.targetQps) slowest = probe;
    return { probe, result };
  };
  return {
    instances: pool.devices.length,
    policy: phase.policy,
    bound,
    sampleLengths: phase.lengthOf && Float64Array.from(loaded.indices, phase.lengthOf),
    elapsedS: () => (monotonicNs() - startedNs) / 1e9,
    last: () => last,
    slowest: () => slowest,
    async serve(request) {
      const { targetQps } = request;
      for (let attempt = 1; ; attempt++) {
        const { probe, result } = await measure(request, attempt - 1);
        if (attempt < mostAttempts && stoodStill(result)) continue;
        const ended = endOf(result);
        if (ended !== 'stopped') await hooks.onServed(probe);
        return servedProbe(result.record, result.queriesIssued, { targetQps, ended }, phase.lengthOf);
      }
    },
  };
}

/** Whether it was disturbed by more than a run may be, and by nobody who stopped it. */
function stoodStill(result: PhaseResult): boolean {
  return result.aborted === undefined && standstillReasons(standstillOf(result)).length > 0;
}

/** @throws FaultyProbe where batches failed or a thread was lost */
function endOf(result: PhaseResult): ServedProbe['ended'] {
  if (result.aborted === 'stopped-by-user') return 'stopped';
  const { failed } = countRows(result);
  if (failed > 0 || result.faults.length > 0 || result.aborted !== undefined) throw new FaultyProbe();
  return result.end.kind === 'all-issued' ? 'complete' : 'over-saturated';
}
