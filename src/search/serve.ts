/**
 * Serving in virtual time: queries arrive, instances that are free take batches by the same policy as worker threads do,
 * and a batch takes as long as its device says. A discrete-event simulation of millions of queries per second, in which
 * nothing is allocated per query or batch.
 */
import { BatchDecider } from '../engine/batching/batch-decider.js';
import type { BatchPolicy } from '../engine/batching/batch-policy.js';

export interface VirtualServer {
  readonly instances: number;
  readonly policy: Pick<BatchPolicy, 'maxBatch' | 'maxWaitNs' | 'boundNs'>;
  /** When a batch of this size that starts now is done, nanoseconds. Called in the order of starts. */
  readonly endOf: (size: number, startNs: number, instance: number) => number;
  /** From the end of a batch until its instance is ready for the next one; default 0. */
  readonly turnaroundNs?: number;
  /** From an arrival until an idle instance takes it up; default 0. */
  readonly wakeNs?: number;
  /**
   * From when on those that arrive are turned away, infinite for not yet; asked whenever time has come to `nowNs`, with
   * the arrival of the query that has waited longest. Nobody is turned away by default.
   */
  readonly closesAt?: (oldestNs: number, nowNs: number) => number;
}

/** A batch that was served; the object and `arrivals` are reused for the next one. */
export type OnBatch = (batch: {
  readonly startNs: number;
  readonly endNs: number;
  readonly size: number;
  readonly instance: number;
  /** When its queries were due, ascending; the first `size` count. */
  readonly arrivals: Float64Array;
}) => void;

/**
 * Serves queries, first come first served, until none arrives any more. Batches are told in the order in which they start.
 * @param nextArrivalNs when the next query is due; ascending, infinite where there is none
 * @returns whether queries were turned away
 */
export function serve(nextArrivalNs: () => number, server: VirtualServer, onBatch: OnBatch): boolean {
  const { instances, policy, endOf, turnaroundNs = 0, wakeNs = 0, closesAt } = server;
  const { maxBatch } = policy;
  const holding = (policy.maxWaitNs ?? 0) > 0 ? new Holding(instances, policy) : undefined;
  const readyNs = new Float64Array(instances);
  const arrivals = new Float64Array(maxBatch);
  const batch = { startNs: Number.NaN, endNs: Number.NaN, size: 0, instance: 0, arrivals };
  let closesNs = Number.POSITIVE_INFINITY;
  let next = nextArrivalNs();
  while (next <= closesNs && next < Number.POSITIVE_INFINITY) {
    let instance = earliest(readyNs);
    let startNs = readyNs[instance]! > next ? readyNs[instance]! : next + wakeNs;
    let size = 0;
    for (;;) {
      const oldestNs = size > 0 ? arrivals[0]! : next;
      if (closesAt !== undefined && closesNs === Number.POSITIVE_INFINITY)
        closesNs = closesAt(oldestNs, startNs);
      while (size < maxBatch && next <= startNs && next <= closesNs) {
        arrivals[size++] = next;
        next = nextArrivalNs();
      }
      if (holding === undefined || size === maxBatch) break;
      const closed = next === Number.POSITIVE_INFINITY || next > closesNs;
      const taker = holding.takerOf(size, oldestNs, startNs, readyNs, closed);
      if (taker >= 0) {
        instance = taker;
        break;
      }
      startNs = Math.min(holding.nextNs, next);
    }
    const endNs = endOf(size, startNs, instance);
    holding?.learn(instance, size, endNs - startNs);
    readyNs[instance] = endNs + turnaroundNs;
    batch.startNs = startNs;
    batch.endNs = endNs;
    batch.size = size;
    batch.instance = instance;
    onBatch(batch);
  }
  return closesNs < Number.POSITIVE_INFINITY && next < Number.POSITIVE_INFINITY;
}

/** The instance that is ready first. */
export function earliest(readyNs: Float64Array): number {
  let first = 0;
  for (let i = 1; i < readyNs.length; i++) if (readyNs[i]! < readyNs[first]!) first = i;
  return first;
}

/** Instances that hold batches back until they are full, each by its own decisions, as worker threads do. */
class Holding {
  /** Where no instance takes now: when one decides anew although nothing arrives. */
  nextNs = Number.POSITIVE_INFINITY;
  private readonly deciders: readonly BatchDecider[];

  constructor(instances: number, { maxBatch, maxWaitNs, boundNs }: VirtualServer['policy']) {
    // Virtual samples have no lengths: one queue for all.
    const padding = { pad: 'longest', maxLength: 0 } as const;
    const policy = { maxBatch, order: 'arrival', buckets: [], padding, maxWaitNs, boundNs } as const;
    this.deciders = Array.from({ length: instances }, () => new BatchDecider(policy, [0]));
  }

  /** The free instance that takes what waits now; -1 where none does before `nextNs`. */
  takerOf(size: number, oldestNs: number, nowNs: number, readyNs: Float64Array, closed: boolean): number {
    this.nextNs = Number.POSITIVE_INFINITY;
    for (let i = 0; i < readyNs.length; i++) {
      let againNs = readyNs[i]!;
      if (againNs <= nowNs) {
        const decider = this.deciders[i]!;
        decider.waiting[0] = size;
        decider.oldestNs[0] = oldestNs;
        if (decider.choose(nowNs, closed) >= 0) return i;
        againNs = decider.dueNs;
      }
      if (againNs < this.nextNs) this.nextNs = againNs;
    }
    return -1;
  }

  learn(instance: number, size: number, serviceNs: number): void {
    this.deciders[instance]!.learn(size, serviceNs, serviceNs);
  }
}
