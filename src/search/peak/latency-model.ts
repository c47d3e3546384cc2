/** What latencies a rate would give in the long run, by the queue in front of the service times that were measured. */
import { randomNumbers } from '../../base/random.js';
import type { LatencyBound } from '../../plan/types.js';
import { type Arrivals, type OnServed, type QueueSpec, serveQueue } from './queue.js';
import { Replay, type ReplayOptions } from './replay.js';
import type { ServiceModel } from './service-model.js';

/** A share of queries over the bound, with the standard error that the simulation's length leaves. */
export interface SimulatedShare {
  readonly share: number;
  readonly standardError: number;
}

export class LatencyModel {
  /** Above this rate the queue grows for ever, which a simulation that starts with an empty one may not live to see. */
  readonly capacityQps: number;

  constructor(
    private readonly service: ServiceModel,
    private readonly queue: QueueSpec,
    private readonly bound: LatencyBound,
    private readonly replay: ReplayOptions,
  ) {
    this.capacityQps = capacityOf(service, queue);
  }

  /** The share of latencies over the bound at this rate, over this many queries; the same seed draws the same. */
  shareOver(qps: number, queries: number, seed: number): SimulatedShare {
    if (qps >= this.capacityQps) return { share: 1, standardError: 0 };
    const { ns } = this.bound;
    const warmUp = Math.min(queries / 20, 100_000);
    const perBlock = (queries - warmUp) / blocks;
    const over = new Float64Array(blocks);
    const served = new Float64Array(blocks);
    let count = 0;
    let hopeless = false;
    this.serve(
      poisson(qps, queries, seed, () => hopeless),
      seed,
      (arrivedNs, size, endNs) => {
        count += size;
        if (count > warmUp) {
          const block = Math.min(blocks - 1, Math.floor((count - warmUp) / perBlock));
          served[block]! += size;
          for (let i = 0; i < size; i++) if (endNs - arrivedNs[i]! > ns) over[block]!++;
        }
        hopeless ||= endNs - arrivedNs[0]! > hopelessBounds * ns;
      },
    );
    if (hopeless) return { share: 1, standardError: 0 };
    return shareOf(over, served);
  }

  /** How many of these arrivals are over the bound in one replay. */
  overAt(scheduledNs: Float64Array, seed: number): number {
    const { ns } = this.bound;
    let next = 0;
    let over = 0;
    const arrivals = () => (next < scheduledNs.length ? scheduledNs[next++]! : Number.POSITIVE_INFINITY);
    this.serve(arrivals, seed, (arrivedNs, size, endNs) => {
      for (let i = 0; i < size; i++) if (endNs - arrivedNs[i]! > ns) over++;
    });
    return over;
  }

  /** Latencies at this rate at these shares (0 to 1), nanoseconds; infinite where the queue only grows. */
  percentilesAt(qps: number, shares: readonly number[], queries: number, seed: number): readonly number[] {
    const counts = new Float64Array(bins);
    let count = 0;
    let hopeless = false;
    this.serve(
      poisson(qps, queries, seed, () => hopeless),
      seed,
      (arrivedNs, size, endNs) => {
        count += size;
        if (count > queries / 20) for (let i = 0; i < size; i++) counts[binOf(endNs - arrivedNs[i]!)]!++;
        hopeless ||= endNs - arrivedNs[0]! > hopelessBounds * this.bound.ns;
      },
    );
    if (hopeless) return shares.map(() => Number.POSITIVE_INFINITY);
    return shares.map((share) => quantileOf(counts, share));
  }

  private serve(arrivals: Arrivals, seed: number, onServed: OnServed): void {
    const replay = new Replay(this.service, this.replay, randomNumbers(seed * 7919 + 5));
    serveQueue(this.queue, arrivals, replay, randomNumbers(seed * 104_729 + 7), onServed);
  }
}

/** Queries per second of full batches; infinite where lengths differ, so that no batch is like another. */
function capacityOf(
  { meanNs, traces, batches }: ServiceModel,
  { instances, policy, sampleLengths, turnaroundNs }: QueueSpec,
): number {
  if (sampleLengths !== undefined) return Number.POSITIVE_INFINITY;
  const heldUpNs = traces.reduce((sum, { extraNs }) => sum + extraNs.reduce((a, b) => a + b, 0), 0);
  const batchNs = meanNs[policy.maxBatch]! + heldUpNs / batches + turnaroundNs;
  return (instances * policy.maxBatch * 1e9) / batchNs;
}

/** A query that has waited this many bounds will not be followed by better ones. */
const hopelessBounds = 50;
const blocks = 40;

/** This many queries, or fewer where there are enough before. */
function poisson(qps: number, queries: number, seed: number, enough: () => boolean): Arrivals {
  const random = randomNumbers(seed);
  const meanGapNs = 1e9 / qps;
  let atNs = 0;
  let left = queries;
  return () => {
    if (left-- <= 0 || enough()) return Number.POSITIVE_INFINITY;
    atNs -= Math.log(1 - random()) * meanGapNs;
    return atNs;
  };
}

/** The standard error from how the shares of contiguous blocks vary: neighbours are late together. */
function shareOf(over: Float64Array, served: Float64Array): SimulatedShare {
  let overAll = 0;
  let all = 0;
  for (let i = 0; i < blocks; i++) {
    overAll += over[i]!;
    all += served[i]!;
  }
  const share = overAll / all;
  let squares = 0;
  for (let i = 0; i < blocks; i++) squares += (over[i]! - share * served[i]!) ** 2;
  return { share, standardError: Math.sqrt((squares * blocks) / (blocks - 1)) / all };
}

/** A histogram on a logarithmic scale: 1/64 of a doubling, which is 1.1%, from 1 µs on. */
const perDoubling = 64;
const bins = 44 * perDoubling;

function binOf(ns: number): number {
  return Math.max(0, Math.min(bins - 1, Math.floor(perDoubling * Math.log2(ns / 1e3))));
}

function quantileOf(counts: Float64Array, share: number): number {
  let total = 0;
  for (const count of counts) total += count;
  let left = share * total;
  for (let bin = 0; bin < bins; bin++) {
    if (counts[bin]! >= left) return 1e3 * 2 ** ((bin + left / (counts[bin]! || 1)) / perDoubling);
    left -= counts[bin]!;
  }
  return Number.NaN;
}
