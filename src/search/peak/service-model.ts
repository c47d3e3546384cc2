/**
 * How long batches take on a system, learnt from traces: a mean service time for each amount of work, and how far each
 * batch seen lay from it. What lasts longer than one batch (a stall, a slice, a slow phase) is kept by the order of
 * these residuals.
 */
import type { Trace } from './evidence.js';

/** Batches that a mean is taken over, at least. */
const binBatches = 40;
/** A batch that takes this many times the usual was held up by something else: that is added, not multiplied. */
const heldUp = 4;
const medianOver = 4000;

/** Of the batches of one trace, in order. */
export interface Residuals {
  /** Service time − the mean for its work, in units of the spread for its work; 0 for a batch that was held up. */
  readonly apart: Float64Array;
  /** For how long a batch was held up beyond the mean, nanoseconds; 0 for the others. */
  readonly extraNs: Float64Array;
  readonly startedNs: Float64Array;
}

export class ServiceModel {
  /** Mean service time by work, nanoseconds; index 0 is not used. */
  readonly meanNs: Float64Array;
  /** How service times of this work spread, up to a factor; from an addition (the same for all) to a multiplication. */
  readonly spread: Float64Array;
  readonly traces: readonly Residuals[];
  readonly batches: number;

  /** @param mostWork the most work that a batch can have */
  constructor(traces: readonly Trace[], mostWork: number) {
    const { rangeOf, ranges } = rangesOf(traces, mostWork);
    this.meanNs = meansOf(traces, mostWork, rangeOf, ranges);
    const power = spreadPower(traces, this.meanNs, rangeOf, ranges);
    this.spread = this.meanNs.map((mean) => mean ** power);
    this.traces = traces.map((trace) => residualsOf(trace, this.meanNs, this.spread));
    this.batches = traces.reduce((sum, { work }) => sum + work.length, 0);
  }
}

function residualsOf(
  { work, serviceNs, startedNs }: Trace,
  meanNs: Float64Array,
  spread: Float64Array,
): Residuals {
  const apart = new Float64Array(work.length);
  const extraNs = new Float64Array(work.length);
  for (let i = 0; i < work.length; i++) {
    const mean = meanNs[work[i]!]!;
    const long = serviceNs[i]! > heldUp * mean;
    apart[i] = long ? 0 : (serviceNs[i]! - mean) / spread[work[i]!]!;
    extraNs[i] = long ? serviceNs[i]! - mean : 0;
  }
  return { apart, extraNs, startedNs };
}

/** Means over ranges of work with enough batches in each, and straight lines between their centres. */
/**
 * The power of the mean that the spread of service times goes with, from how they spread in each range of work: 0 for
 * jitter that is the same for all batches, 1 for tails in proportion. 1 where the means are too alike to tell.
 */
function spreadPower(
  traces: readonly Trace[],
  meanNs: Float64Array,
  rangeOf: Int32Array,
  ranges: number,
): number {
  const squares = new Float64Array(ranges);
  const means = new Float64Array(ranges);
  const count = new Float64Array(ranges);
  for (const { work, serviceNs } of traces)
    for (let i = 0; i < work.length; i++) {
      const mean = meanNs[work[i]!]!;
      if (serviceNs[i]! > heldUp * mean) continue;
      const range = rangeOf[work[i]!]!;
      squares[range]! += (serviceNs[i]! - mean) ** 2;
      means[range]! += mean;
      count[range]!++;
    }
  let all = 0;
  let [x, y, xx, xy] = [0, 0, 0, 0];
  for (let range = 0; range < ranges; range++) {
    const weight = count[range]!;
    if (weight < 2 || !(squares[range]! > 0)) continue;
    const logMean = Math.log(means[range]! / weight);
    const logSpread = Math.log(squares[range]! / weight) / 2;
    all += weight;
    x += weight * logMean;
    y += weight * logSpread;
    xx += weight * logMean * logMean;
    xy += weight * logMean * logSpread;
  }
  const variance = all > 0 ? xx / all - (x / all) ** 2 : 0;
  if (!(variance > 1e-4)) return 1;
  const slope = (xy / all - (x / all) * (y / all)) / variance;
  return Math.max(0, Math.min(1.25, slope));
}

function meansOf(
  traces: readonly Trace[],
  mostWork: number,
  rangeOf: Int32Array,
  ranges: number,
): Float64Array {
  const usual = mediansOf(traces, rangeOf, ranges);
  const time = new Float64Array(ranges);
  const work = new Float64Array(ranges);
  const count = new Float64Array(ranges);
  for (const trace of traces)
    for (let i = 0; i < trace.work.length; i++) {
      const range = rangeOf[trace.work[i]!]!;
      if (trace.serviceNs[i]! > heldUp * usual[range]!) continue;
      time[range]! += trace.serviceNs[i]!;
      work[range]! += trace.work[i]!;
      count[range]!++;
    }
  const points: { readonly at: number; readonly ns: number }[] = [];
  for (let range = 0; range < ranges; range++)
    if (count[range]! > 0)
      points.push({ at: work[range]! / count[range]!, ns: time[range]! / count[range]! });
  return throughPoints(points, mostWork);
}

function rangesOf(
  traces: readonly Trace[],
  mostWork: number,
): { readonly rangeOf: Int32Array; readonly ranges: number } {
  const counts = new Float64Array(mostWork + 1);
  for (const { work } of traces) for (const amount of work) counts[amount]!++;
  const rangeOf = new Int32Array(mostWork + 1);
  let range = 0;
  let inRange = 0;
  for (let work = 1; work <= mostWork; work++) {
    rangeOf[work] = range;
    inRange += counts[work]!;
    if (inRange < binBatches) continue;
    range++;
    inRange = 0;
  }
  // What is left over at the end joins the range before it.
  if (inRange > 0 && inRange < binBatches && range > 0)
    for (let work = mostWork; work > 0 && rangeOf[work] === range; work--) rangeOf[work] = range - 1;
  return { rangeOf, ranges: rangeOf[mostWork]! + 1 };
}

function mediansOf(traces: readonly Trace[], rangeOf: Int32Array, ranges: number): readonly number[] {
  const times: number[][] = Array.from({ length: ranges }, () => []);
  for (const { work, serviceNs } of traces)
    for (let i = 0; i < work.length; i++) {
      const inRange = times[rangeOf[work[i]!]!]!;
      if (inRange.length < medianOver) inRange.push(serviceNs[i]!);
    }
  return times.map((inRange) => inRange.sort((a, b) => a - b)[inRange.length >> 1] ?? 0);
}

function throughPoints(
  points: readonly { readonly at: number; readonly ns: number }[],
  mostWork: number,
): Float64Array {
  const means = new Float64Array(mostWork + 1);
  const [first] = points;
  if (!first) return means;
  let segment = 0;
  for (let work = 1; work <= mostWork; work++) {
    while (segment < points.length - 2 && work > points[segment + 1]!.at) segment++;
    const from = points[segment]!;
    const to = points[segment + 1];
    const slope = to ? (to.ns - from.ns) / (to.at - from.at) : 0;
    means[work] = Math.max(first.ns / 5, from.ns + slope * (work - from.at));
  }
  return means;
}
