/** Short probes that measure a choice of batch and wait: its Offline rate, and its highest Server rate. */
import { median } from 'simple-statistics';
import type { LoadedSamples } from '../datasets/sample-library.js';
import { countRows, latencyAtNs } from '../engine/facts.js';
import { allocateShared } from '../engine/query-record.js';
import { effectiveSettings, generateQueries } from '../loadgen/index.js';
import { requestedSettings } from '../plan/requested.js';
import type { LatencyBound, PlannedRun } from '../plan/types.js';
import type { OpenedSut } from '../sut/open.js';
import { type SutPhase, samplesPerSecond, warmUp } from '../sut/rate.js';

export interface TuneEffort {
  /** Length of one probe, seconds. */
  readonly probeDurationS: number;
  /** Number of probes, of whose rates the median counts. */
  readonly repeats: number;
  /** Server: the search ends when the rate is known to this relative precision. */
  readonly precision: number;
}

/** With fewer queries a probe's p99 says little. */
const fewestQueries = 300;

/** Samples per second with everything given at once: the median of several probes. NaN where it was aborted. */
export async function offlineRate(
  { pool }: OpenedSut,
  phase: SutPhase,
  loaded: LoadedSamples,
  { probeDurationS, repeats }: TuneEffort,
): Promise<number> {
  const round = pool.devices.length * phase.policy.maxBatch;
  // The first probe warms up, and says how many samples the others need.
  const estimate = await warmUp(pool, phase, loaded, 2);
  const rows = Math.min(2_000_000, Math.max(2, Math.ceil((probeDurationS * estimate) / round)) * round);
  const rates: number[] = [];
  for (let i = 0; i < repeats && !phase.signal?.aborted; i++)
    rates.push(await samplesPerSecond(pool, phase, loaded, rows));
  return phase.signal?.aborted ? Number.NaN : median(rates);
}

/** Latency at the bound's percentile when queries arrive at this rate, nanoseconds; infinite where any query failed. */
async function serverLatencyNs(
  run: PlannedRun,
  { pool, library }: OpenedSut,
  phase: SutPhase,
  loaded: LoadedSamples,
  qps: number,
  bound: LatencyBound,
  seconds: number,
): Promise<number> {
  const minDurationMs = Math.ceil(1000 * Math.max(seconds, fewestQueries / qps));
  const settings = { ...run.settings, serverTargetQps: qps, minDurationMs, minQueryCount: 1 };
  const rates = { serverTargetQps: qps, offlineExpectedQps: qps, samplesPerSecond: qps };
  const effective = effectiveSettings(requestedSettings({ ...run, settings }, rates), library);
  const queries = generateQueries(effective, loaded.indices, allocateShared);
  const phaseResult = await pool.run({
    ...phase,
    queries,
    limits: effective,
    meanGapNs: 1e9 / qps,
    loaded,
  });
  const counts = countRows(phaseResult);
  if (phaseResult.aborted !== undefined || counts.failed > 0 || counts.completed === 0)
    return Number.POSITIVE_INFINITY;
  return latencyAtNs(phaseResult, effective, bound.percentile);
}

/** What a Server probe needs besides the rate. */
export interface ServerProbe {
  readonly run: PlannedRun;
  readonly sut: OpenedSut;
  readonly phase: SutPhase;
  readonly loaded: LoadedSamples;
  readonly bound: LatencyBound;
  readonly effort: TuneEffort;
}

/** Whether the bound holds in most of three probes: neither one lucky nor one disturbed probe decides. */
async function holds(probe: ServerProbe, qps: number, seconds: number): Promise<boolean> {
  const { run, sut, phase, loaded, bound } = probe;
  let held = 0;
  let missed = 0;
  while (held < 2 && missed < 2 && !phase.signal?.aborted) {
    const latency = await serverLatencyNs(run, sut, phase, loaded, qps, bound, seconds);
    if (latency <= bound.ns) held++;
    else missed++;
  }
  return held === 2;
}

/**
 * The highest rate at which this choice holds the bound, queries per second, found by bisection; 0 where none does.
 * @param above only rates above this one are of interest: 0 is returned where it does not hold
 * @param most the rate of Offline, which Server cannot exceed
 */
export async function serverRate(
  probe: ServerProbe,
  range: { readonly above: number; readonly most: number },
): Promise<number> {
  const { effort, phase } = probe;
  let low = Math.max(range.above * (1 + effort.precision), range.most / 16);
  let high = range.most;
  if (low >= high || !(await holds(probe, low, effort.probeDurationS))) return 0;
  while (high / low > 1 + effort.precision && !phase.signal?.aborted) {
    const middle = Math.sqrt(low * high);
    if (await holds(probe, middle, effort.probeDurationS)) low = middle;
    else high = middle;
  }
  return low;
}

/**
 * The rate, lowered until it also holds in much longer probes: in a short one the queue has no time to grow, so short
 * probes alone would promise too much. 0 where nothing near it holds.
 */
export async function confirmedRate(probe: ServerProbe, rate: number): Promise<number> {
  for (let qps = rate; qps > rate / 2 && !probe.phase.signal?.aborted; qps *= confirmStep)
    if (await holds(probe, qps, confirmTimes * probe.effort.probeDurationS)) return qps;
  return 0;
}

const confirmTimes = 5;
const confirmStep = 0.94;
