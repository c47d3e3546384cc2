/** The dynamic batcher of one worker thread: takes the batches that its `BatchDecider` decides on off the shared queues. */
import {
  type Control,
  isClosed,
  isStopped,
  lastCompletedNs,
  rowsIssued,
  setLastCompletedNs,
} from '../control.js';
import type { QueryRecord } from '../query-record.js';
import { BatchDecider } from './batch-decider.js';
import type { BatchPolicy } from './batch-policy.js';
import type { BucketFillReport } from './bucket-fill.js';
import type { BucketQueue } from './bucket-queues.js';
import { SharedQueues } from './shared-queues.js';

export interface BatcherConfig {
  readonly record: QueryRecord;
  readonly control: Control;
  readonly queues: readonly BucketQueue[];
  readonly policy: BatchPolicy;
  readonly instance: number;
  /** The other instances that compute on the same device. */
  readonly sharers: readonly number[];
  /** How long to spin for new rows before sleeping, nanoseconds. */
  readonly spinNs: number;
  /** Phase nanoseconds. */
  readonly now: () => number;
}

/** What batching did beside taking what was there. */
export interface BatcherReport {
  /** Batches that were neither full nor had waited as long as allowed, because the latency bound came near. */
  readonly dispatchedEarly: number;
  /** Where batches could be filled from several length buckets. */
  readonly bucketFill?: BucketFillReport;
}

export class Batcher {
  /** Rows of the batch last taken. */
  readonly rows: Uint32Array;
  /** Whether `learn` must be called for each batch. */
  readonly learns: boolean;
  readonly decider: BatchDecider;
  private readonly control: Control;
  private readonly queues: SharedQueues;
  private readonly now: () => number;
  private readonly instance: number;
  private readonly sharers: readonly number[];
  /** One queue and nothing held back: then the times of what waits need not be read, which another core has just written. */
  private readonly takesAll: boolean;
  private filledBatches = 0;

  constructor({ record, control, queues, policy, instance, sharers, spinNs, now }: BatcherConfig) {
    const { maxBatch } = policy;
    this.decider = new BatchDecider(
      policy,
      queues.map(({ length = 0 }) => length),
    );
    this.queues = new SharedQueues({ record, control, queues, maxBatch, spinNs, now });
    this.rows = this.queues.rows;
    this.learns = this.decider.learns;
    this.control = control;
    this.now = now;
    this.instance = instance;
    this.sharers = sharers;
    this.takesAll = queues.length === 1 && !this.decider.holds;
  }

  /**
   * Takes the next batch into `rows` and returns its size; waits for rows to arrive; 0 when the phase is over.
   * @param wait where not, 0 is returned also when there is nothing to take yet
   */
  take(wait = true): number {
    const { control, queues, decider } = this;
    for (;;) {
      if (isStopped(control)) return 0;
      const closed = isClosed(control);
      const issued = rowsIssued(control);
      const queue = this.chooseQueue(issued, closed);
      if (queue >= 0) {
        const size = queues.take(queue, 0);
        if (size > 0) return decider.bucketFill === undefined ? size : this.fill(queue, size);
        continue;
      }
      if (!wait || (closed && decider.dueNs === Number.POSITIVE_INFINITY)) return 0;
      queues.awaitRows(issued, decider.dueNs);
    }
  }

  /** Called for each batch when it has been computed, phase nanoseconds; only where it `learns`. */
  learn(size: number, startedNs: number, completedNs: number): void {
    const { control } = this;
    // A device that other instances use too started this batch when it had finished theirs.
    let computedFrom = startedNs;
    for (const sharer of this.sharers) {
      const completed = lastCompletedNs(control, sharer);
      if (completed > computedFrom && completed < completedNs) computedFrom = completed;
    }
    setLastCompletedNs(control, this.instance, completedNs);
    this.decider.learn(size, completedNs - computedFrom, completedNs - startedNs);
  }

  report(): BatcherReport {
    const { dispatchedEarly, bucketFill } = this.decider;
    if (bucketFill === undefined) return { dispatchedEarly };
    const { fixedNs, tokenNs } = bucketFill.cost;
    return { dispatchedEarly, bucketFill: { batches: this.filledBatches, fixedNs, tokenNs } };
  }

  /** The queue to take from now; -1 for none yet. */
  private chooseQueue(issued: number, closed: boolean): number {
    const { queues, decider } = this;
    if (this.takesAll) {
      const waiting = queues.anyWaiting(issued);
      decider.dueNs = waiting ? 0 : Number.POSITIVE_INFINITY;
      return waiting ? 0 : -1;
    }
    const any = queues.look(issued, decider.waiting, decider.oldestNs);
    return decider.choose(any && decider.holds ? this.now() : 0, closed);
  }

  /** Adds the rows of neighbouring queues that are worth it to a batch; its size then. */
  private fill(queue: number, taken: number): number {
    const { queues, decider } = this;
    queues.lookAgain(decider.waiting);
    const additions = decider.fill(queue, taken);
    let size = taken;
    for (let i = 0; i < additions; i++) size += queues.take(decider.bucketFill!.additions[i]!, size);
    if (size > taken) this.filledBatches++;
    return size;
  }
}
