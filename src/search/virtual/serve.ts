/**
 * Serving in virtual time: queries arrive, instances that are free take batches by the same policy as worker threads do,
 * and a batch takes as long as its device says. A discrete-event simulation of millions of queries per second.
 */
import { BatchDecider } from '../../engine/batching/batch-decider.js';
import type { BatchPolicy } from '../../engine/batching/batch-policy.js';

export interface VirtualServer {
  readonly instances: number;
  readonly policy: Pick<BatchPolicy, 'maxBatch' | 'maxWaitNs' | 'boundNs'>;
  /** When a batch of this size that starts now is done, nanoseconds. Called in the order of starts. */
  readonly endOf: (size: number, startNs: number, instance: number) => number;
  /** When an instance is ready for the next batch; default when the batch is done. */
  readonly readyAfter?: (endNs: number) => number;
}

/** A batch that was served; `arrivals` is reused for the next one. */
export type OnBatch = (batch: {
  readonly startNs: number;
  readonly endNs: number;
  readonly size: number;
  readonly instance: number;
  /** When its queries were due, ascending; the first `size` count. */
  readonly arrivals: Float64Array;
}) => void;

/**
 * Serves queries until none arrives any more.
 * @param nextArrivalNs when the next query is due; ascending, infinite where there is none
 */
export function serve(nextArrivalNs: () => number, server: VirtualServer, onBatch: OnBatch): void {
  const { instances, policy, endOf, readyAfter } = server;
  const { maxBatch } = policy;
  const deciders = Array.from({ length: instances }, () => decider(policy));
  const { holds } = deciders[0]!;
  const readyNs = new Float64Array(instances);
  const arrivals = new Float64Array(maxBatch);
  const batch = { startNs: 0, endNs: 0, size: 0, instance: 0, arrivals };
  let next = nextArrivalNs();
  while (next < Number.POSITIVE_INFINITY) {
    let instance = 0;
    for (let i = 1; i < instances; i++) if (readyNs[i]! < readyNs[instance]!) instance = i;
    let startNs = Math.max(readyNs[instance]!, next);
    let size = 0;
    for (;;) {
      while (size < maxBatch && next <= startNs) {
        arrivals[size++] = next;
        next = nextArrivalNs();
      }
      if (!holds || size === maxBatch) break;
      const decider = deciders[instance]!;
      decider.waiting[0] = size;
      decider.oldestNs[0] = arrivals[0]!;
      if (decider.choose(startNs, next === Number.POSITIVE_INFINITY) >= 0) break;
      startNs = Math.min(decider.dueNs, next);
    }
    const endNs = endOf(size, startNs, instance);
    deciders[instance]!.learn(size, endNs - startNs, endNs - startNs);
    readyNs[instance] = readyAfter ? readyAfter(endNs) : endNs;
    batch.startNs = startNs;
    batch.endNs = endNs;
    batch.size = size;
    batch.instance = instance;
    onBatch(batch);
  }
}

function decider({ maxBatch, maxWaitNs, boundNs }: VirtualServer['policy']): BatchDecider {
  const padding = { pad: 'longest', maxLength: 0 } as const;
  return new BatchDecider({ maxBatch, order: 'arrival', buckets: [], padding, maxWaitNs, boundNs }, [0]);
}
