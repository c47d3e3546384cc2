/**
 * The decisions of dynamic batching: which queue the next batch comes from or until when to wait, which neighbouring
 * queues to add to it, and what follows from the time it took. It knows no thread, clock or atomic: numbers go in, a
 * decision comes out, and nothing is allocated. A worker thread and a simulation in virtual time run the same code.
 *
 * For each batch: fill `waiting` and `oldestNs` in and ask `choose`; take rows of the chosen queue; update `waiting` and
 * ask `fill`; take the rows of its `additions` too; compute the batch and call `learn`.
 */
import type { BatchPolicy } from './batch-policy.js';
import { BucketFill } from './bucket-fill.js';
import { HoldLimit } from './hold-limit.js';

export class BatchDecider {
  /** Given by the caller, per queue: rows that wait, and when the oldest of them was scheduled, run nanoseconds. */
  readonly waiting: Float64Array;
  readonly oldestNs: Float64Array;
  /** Whether batches wait to fill up, so that `choose` has to know the time. */
  readonly holds: boolean;
  /** Whether `learn` must be called for each batch. */
  readonly learns: boolean;
  /** When the oldest waiting row has been held back long enough, run nanoseconds; infinite where no row waits. */
  dueNs = Number.POSITIVE_INFINITY;
  /** Batches that were neither full nor held back for all of `maxWaitNs`, because the latency bound came near. */
  dispatchedEarly = 0;
  /** Absent where there is nothing to fill a batch from: one queue, or batches that wait until they are full. */
  readonly bucketFill: BucketFill | undefined;
  private readonly hold: HoldLimit;
  private readonly maxBatch: number;

  /** @param lengths the longest sample of each queue, tokens, ascending where there are several */
  constructor(policy: BatchPolicy, lengths: readonly number[]) {
    this.waiting = new Float64Array(lengths.length);
    this.oldestNs = new Float64Array(lengths.length);
    this.maxBatch = policy.maxBatch;
    this.hold = new HoldLimit(policy);
    this.holds = this.hold.maxWaitNs > 0;
    if (lengths.length > 1 && !this.holds) this.bucketFill = new BucketFill(lengths, policy.maxBatch);
    this.learns = this.bucketFill !== undefined || this.hold.learns;
  }

  /**
   * The queue to take from now: that of the oldest row, or one with a full batch while that row is held back; -1 for
   * none before `dueNs`.
   * @param nowNs run nanoseconds; ignored unless it `holds`
   * @param closed whether nothing more will arrive
   */
  choose(nowNs: number, closed: boolean): number {
    const { waiting, oldestNs, hold } = this;
    let oldest = -1;
    let sinceNs = Number.POSITIVE_INFINITY;
    let full = -1;
    let fullSinceNs = Number.POSITIVE_INFINITY;
    for (let queue = 0; queue < waiting.length; queue++) {
      if (waiting[queue]! <= 0) continue;
      const since = oldestNs[queue]!;
      if (since < sinceNs) {
        sinceNs = since;
        oldest = queue;
      }
      if (waiting[queue]! >= this.maxBatch && since < fullSinceNs) {
        fullSinceNs = since;
        full = queue;
      }
    }
    this.dueNs = sinceNs + hold.currentNs;
    if (oldest < 0 || !this.holds || closed) return oldest;
    if (nowNs < this.dueNs) return full;
    if (oldest !== full && nowNs < sinceNs + hold.maxWaitNs) this.dispatchedEarly++;
    return oldest;
  }

  /** How many of `bucketFill.additions` to add to a batch of `size` rows from this queue. */
  fill(queue: number, size: number): number {
    return this.bucketFill === undefined ? 0 : this.bucketFill.plan(queue, size, this.waiting);
  }

  /**
   * Called for each batch when it has been computed.
   * @param computedNs how long the device computed it
   * @param serviceNs from taking it to its completion, which is longer where the device was still busy with another's
   */
  learn(size: number, computedNs: number, serviceNs: number): void {
    this.bucketFill?.learn(size, computedNs);
    this.hold.learn(serviceNs);
  }
}
