/** Short flights that tell how good a choice of batch and wait is: the rate of Offline, and the highest rate of Server. */
import { median } from 'simple-statistics';
import type { LoadedSamples } from '../datasets/sample-library.js';
import { countRows, measuredFacts } from '../engine/facts.js';
import { allocateShared } from '../engine/query-record.js';
import {
  effectiveSettings,
  generateQueries,
  orderStatistics,
  percentileRank,
  spread,
} from '../loadgen/index.js';
import { requestedSettings } from '../plan/requested.js';
import type { LatencyBound, PlannedRun } from '../plan/types.js';
import type { Prepared } from '../sut/open.js';
import { type SutLeg, samplesPerSecond } from '../sut/rate.js';

export interface TuneEffort {
  /** Length of one flight, seconds. */
  readonly flightS: number;
  /** Flights whose median counts. */
  readonly repeats: number;
  /** Server: the search ends when the rate is known to this share. */
  readonly precision: number;
}

/** Queries below which a flight's p99 says little. */
const fewestQueries = 300;

/** Samples per second with everything given at once: the median of several flights. NaN where it was aborted. */
export async function offlineRate(
  { deck }: Prepared,
  leg: SutLeg,
  loaded: LoadedSamples,
  { flightS, repeats }: TuneEffort,
): Promise<number> {
  const round = deck.devices.length * leg.maxBatch;
  // The first flight is for warming up, and says how long the others must be.
  const estimate = await samplesPerSecond(deck, leg, loaded, 2 * round);
  const rows = Math.min(2_000_000, Math.max(2, Math.ceil((flightS * estimate) / round)) * round);
  const rates: number[] = [];
  for (let i = 0; i < repeats && !leg.signal?.aborted; i++)
    rates.push(await samplesPerSecond(deck, leg, loaded, rows));
  return leg.signal?.aborted ? Number.NaN : median(rates);
}

/** Latency at the bound's percentile when queries arrive at this rate, nanoseconds; infinite where any failed. */
async function serverLatencyNs(
  run: PlannedRun,
  { deck, library }: Prepared,
  leg: SutLeg,
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
  const landing = await deck.fly({
    ...leg,
    boundNs: bound.ns,
    queries,
    stream: false,
    limits: effective,
    meanGapNs: 1e9 / qps,
    loaded,
  });
  const counts = countRows(landing);
  if (landing.aborted !== undefined || counts.failed > 0 || counts.completed === 0)
    return Number.POSITIVE_INFINITY;
  const { latencies } = measuredFacts(landing, effective, counts);
  const rank = percentileRank(latencies.count, bound.percentile);
  return orderStatistics(latencies, [rank], spread(latencies))[0]!;
}

/** What a Server probe needs beside the rate. */
export interface ServerProbe {
  readonly run: PlannedRun;
  readonly prepared: Prepared;
  readonly leg: SutLeg;
  readonly loaded: LoadedSamples;
  readonly bound: LatencyBound;
  readonly effort: TuneEffort;
}

/** Whether the bound holds in most of three flights: neither one lucky nor one disturbed flight decides. */
async function holds(probe: ServerProbe, qps: number, seconds: number): Promise<boolean> {
  const { run, prepared, leg, loaded, bound } = probe;
  let held = 0;
  let missed = 0;
  while (held < 2 && missed < 2 && !leg.signal?.aborted) {
    const latency = await serverLatencyNs(run, prepared, leg, loaded, qps, bound, seconds);
    if (latency <= bound.ns) held++;
    else missed++;
  }
  return held === 2;
}

/**
 * The highest rate at which this choice holds the bound, queries per second, found by halving; 0 where none does.
 * @param above only rates above this one are of interest: 0 is returned where it does not hold
 * @param most the rate of Offline, which Server cannot exceed
 */
export async function serverRate(
  probe: ServerProbe,
  range: { readonly above: number; readonly most: number },
): Promise<number> {
  const { effort, leg } = probe;
  let low = Math.max(range.above * (1 + effort.precision), range.most / 16);
  let high = range.most;
  if (low >= high || !(await holds(probe, low, effort.flightS))) return 0;
  while (high / low > 1 + effort.precision && !leg.signal?.aborted) {
    const middle = Math.sqrt(low * high);
    if (await holds(probe, middle, effort.flightS)) low = middle;
    else high = middle;
  }
  return low;
}

/**
 * The rate, lowered until it also holds in flights many times as long: in a short one the queue has no time to grow,
 * so that short flights alone would promise too much. 0 where nothing near it holds.
 */
export async function confirmedRate(probe: ServerProbe, rate: number): Promise<number> {
  for (let qps = rate; qps > rate / 2 && !probe.leg.signal?.aborted; qps *= confirmStep)
    if (await holds(probe, qps, confirmTimes * probe.effort.flightS)) return qps;
  return 0;
}

const confirmTimes = 5;
const confirmStep = 0.94;
