/** The peak and its uncertainty from all probes together: a model of the service times, checked against what was seen. */
import { mean, sampleVariance } from 'simple-statistics';
import type { PeakTarget } from './contract.js';
import { type ProbeEvidence, sectionsOf, type Trace } from './evidence.js';
import { LatencyModel } from './latency-model.js';
import type { QueueSpec } from './queue.js';
import { ServiceModel } from './service-model.js';
import { rootNear, rough, type Solved, solve } from './solve.js';

export interface Estimate {
  /** 0 where no rate holds; infinite where the model knows no limit. */
  readonly qps: number;
  /** Half of the 95% interval of ln(qps). */
  readonly half: number;
  /** Observed against modelled counts over the bound, standard deviations. */
  readonly misfit: number;
  readonly model: LatencyModel;
  /** ln of the estimate ÷ what the model alone says. */
  readonly correction: number;
  readonly inStep: boolean;
}

/** Contiguous sections of the traces whose own peaks tell how much the whole may be off. */
const sections = 16;
/** How far the model may be off where nothing is seen of it, in ln(qps). */
const modelError = 0.003;
/**
 * A simulation lasts this many bounds, if that is not too long: near saturation a queue that starts empty takes long to
 * become as long as it will be.
 */
const settledBounds = 2000;
/** Standard deviations from which a misfit is the model's and not chance. */
const plainly = 3;
/** What no short search can exclude, in ln(qps): the interval is never narrower. */
const floor = 0.003;
/** Of the 95% interval, for about as many degrees of freedom as there are sections. */
const widths = 2.13;

function latencyModelOf(
  traces: readonly Trace[],
  queue: QueueSpec,
  target: PeakTarget,
  inStep: boolean,
): LatencyModel {
  const service = new ServiceModel(traces, mostWorkOf(target));
  const block = Math.max(50, Math.min(2000, Math.floor(service.batches / 60)));
  return new LatencyModel(service, queue, target.bound, inStep ? { block, inStep: 3 } : { block });
}

function mostWorkOf({ policy, sampleLengths }: PeakTarget): number {
  if (sampleLengths === undefined) return policy.maxBatch;
  return policy.maxBatch * Math.max(policy.padding.maxLength, ...sampleLengths);
}

/** Where the edge is, without an interval: for the next probe. */
export function roughly(
  probes: readonly ProbeEvidence[],
  queue: QueueSpec,
  target: PeakTarget,
  guess: number,
  inStep: boolean,
): number {
  const model = latencyModelOf(
    probes.map(({ trace }) => trace),
    queue,
    target,
    inStep,
  );
  return rough(model, 1 - target.bound.percentile, guess, 2e5);
}

export function estimate(
  probes: readonly ProbeEvidence[],
  queue: QueueSpec,
  target: PeakTarget,
  guess: number,
  inStep: boolean,
): Estimate {
  const first = estimateWith(probes, queue, target, guess, inStep);
  if (Math.abs(first.misfit) < plainly) return first;
  const other = estimateWith(probes, queue, target, first.qps || guess, !inStep);
  return Math.abs(other.misfit) < 0.6 * Math.abs(first.misfit) ? other : first;
}

function estimateWith(
  probes: readonly ProbeEvidence[],
  queue: QueueSpec,
  target: PeakTarget,
  guess: number,
  inStep: boolean,
): Estimate {
  const allowed = 1 - target.bound.percentile;
  const traces = probes.map(({ trace }) => trace);
  const model = latencyModelOf(traces, queue, target, inStep);
  const queries = Math.max(2e5, Math.min(1.2e6, settledBounds * guess * (target.bound.ns / 1e9)));
  const effort = { queries, mostQueries: Math.max(8e5, queries), standardError: 0.0025 };
  const solved = solve(model, allowed, guess, effort);
  if (solved.qps === 0 || !Number.isFinite(solved.qps))
    return { qps: solved.qps, half: Number.POSITIVE_INFINITY, misfit: 0, model, correction: 0, inStep };
  const spread = spreadOf(traces, queue, target, solved, inStep);
  const seen = compareWithSeen(probes, model, solved, spread.slowVariance, allowed);
  // What is seen moves the estimate far only where the model is plainly wrong.
  const wrong = Math.abs(seen.misfit) > plainly;
  const prior = wrong ? Math.max(modelError ** 2, seen.raw ** 2 - seen.variance) : modelError ** 2;
  const weight = prior / (prior + seen.variance);
  const correction = seen.raw * weight + spread.shift;
  const modelVariance = prior * (1 - weight);
  const variance = spread.variance + solved.standardError ** 2 + modelVariance + floor ** 2;
  return {
    qps: solved.qps * Math.exp(correction),
    half: widths * Math.sqrt(variance),
    misfit: seen.misfit,
    model,
    correction,
    inStep,
  };
}

/** Below this slope the share over the bound is about proportional to what causes it. */
const flat = 40;

interface Spread {
  /** Of ln(qps) of the whole. */
  readonly variance: number;
  /** Of what changes slowly, between sections, of ln(qps). */
  readonly slowVariance: number;
  /** What slow changes take from the peak of the mean, in ln(qps): bad phases cost more than good ones give. */
  readonly shift: number;
}

function spreadOf(
  traces: readonly Trace[],
  queue: QueueSpec,
  target: PeakTarget,
  { qps, slope }: Solved,
  inStep: boolean,
): Spread {
  const allowed = 1 - target.bound.percentile;
  const simulated = 1.3e5;
  const parts = sectionsOf(traces, sections).filter((part) => part.length > 0);
  const found = parts.map((part, g) => {
    const model = latencyModelOf(part, queue, target, inStep);
    const here = slope < flat ? model.shareOver(qps, simulated, 100 + g).share : 0;
    return { here, apart: rootNear(model, allowed, qps, simulated, 100 + g) };
  });
  const apart = found.map(({ apart }) => apart);
  const { noise, slowVariance, variance: byRate } = slowAndFast(apart);
  // Where single events make the share (a stall now and then), sections differ in it and hardly in what a rate is
  // worth; where the share explodes with the rate, it is the other way round. Each overstates where the other holds.
  const shares = found.map(({ here }) => here);
  const byShare = slowAndFast(shares).variance / (allowed * slope) ** 2;
  const slow = slowVariance > noise / 2 ? slowVariance / 4 : 0;
  const variance = (slope < flat ? Math.min(byRate, byShare) : byRate) + slow;
  return { variance, slowVariance, shift: shiftOf(apart, slowVariance, noise, slope, allowed) };
}

/** Differences within pairs of neighbours are noise; what pairs differ by beyond that changes slowly. */
function slowAndFast(values: readonly number[]): {
  readonly noise: number;
  readonly slowVariance: number;
  readonly variance: number;
} {
  const pairs: number[] = [];
  let within = 0;
  for (let i = 0; i + 1 < values.length; i += 2) {
    pairs.push((values[i]! + values[i + 1]!) / 2);
    within += (values[i]! - values[i + 1]!) ** 2 / 2;
  }
  if (pairs.length < 2) return { noise: 0, slowVariance: 0, variance: Number.POSITIVE_INFINITY };
  const noise = within / pairs.length;
  const slowVariance = Math.max(0, sampleVariance(pairs) - noise / 2);
  const variance = Math.max(sampleVariance(values) / values.length, sampleVariance(pairs) / pairs.length);
  return { noise, slowVariance, variance };
}

/** By how much the peak falls when the share is the mean over phases that differ as the sections do. */
function shiftOf(
  apart: readonly number[],
  slowVariance: number,
  noise: number,
  slope: number,
  allowed: number,
): number {
  if (slowVariance <= noise / 2) return 0;
  const middle = mean(apart);
  const shrink = Math.sqrt(Math.min(1, slowVariance / Math.max(1e-12, sampleVariance(apart))));
  const odds = Math.log(allowed / (1 - allowed));
  const share = (x: number) =>
    mean(apart.map((value) => 1 / (1 + Math.exp(-odds - slope * (x - shrink * (value - middle))))));
  let low = -0.2;
  let high = 0.2;
  for (let i = 0; i < 40; i++) {
    const middle = (low + high) / 2;
    if (share(middle) > allowed) high = middle;
    else low = middle;
  }
  return (low + high) / 2;
}

interface Seen {
  readonly misfit: number;
  /** What the observed counts say the model's ln(qps) is off by, and the variance of that. */
  readonly raw: number;
  readonly variance: number;
}

/** Replays the model on the very arrivals of each probe, and compares how many were late. */
function compareWithSeen(
  probes: readonly ProbeEvidence[],
  model: LatencyModel,
  { qps, slope }: Solved,
  slowVariance: number,
  allowed: number,
): Seen {
  const near = probes.filter(({ targetQps }) => Math.abs(Math.log(targetQps / qps)) <= nearby);
  const late = new Array<number>(replays).fill(0);
  let seen = 0;
  let queries = 0;
  for (const { scheduledNs, over } of near.reverse()) {
    const { length } = scheduledNs;
    if (queries > 0 && queries + length > mostCompared) break;
    const counts = late.map((_, i) => model.overAt(scheduledNs, 31 * i + 1));
    // Where nearly all or none are late, a count tells nothing of where the edge is.
    const expected = mean(counts) / length;
    if (Math.max(expected, over / length) > 10 * allowed) continue;
    queries += length;
    seen += over;
    counts.forEach((count, i) => {
      late[i]! += count;
    });
  }
  const expected = mean(late);
  if (expected < fewestLate && seen < fewestLate) return { misfit: 0, raw: 0, variance: 1 };
  // Near saturation counts are skewed, and their mean is above most of them: logarithms are compared with logarithms.
  const logs = late.map((count) => Math.log(count + 1));
  const difference = Math.log(seen + 1) - mean(logs);
  const noise = sampleVariance(logs) * (1 + 1 / replays) + 1 / (expected + 1);
  const variance = noise / slope ** 2 + slowVariance / Math.max(1, near.length);
  return { misfit: difference / Math.sqrt(noise), raw: -difference / slope, variance };
}

/** Times that each probe is replayed. */
const replays = 8;
const fewestLate = 8;
/** Probes further from the edge, in ln(rate), are no measure of how the model does there. */
const nearby = 0.06;
/** Queries of the latest probes that are replayed. */
const mostCompared = 3e6;
