/** Takes arrived rows off the queues for one worker thread: by atomics alone, sleeping only where nothing has arrived. */

import { type Control, cell, queueCell, wake } from '../control.js';
import type { QueryRecord } from '../query-record.js';
import { BatchCost } from './batch-cost.js';
import type { BucketQueue } from './bucket-queues.js';

export interface BatcherOptions {
  /** Samples in a batch at most. */
  readonly maxBatch: number;
  /** How long the oldest waiting row may be held back for its batch to fill, nanoseconds. */
  readonly maxWaitNs: number;
  /** Latency bound that holding back must leave room for, nanoseconds; absent where there is none. */
  readonly boundNs?: number;
  /** How long to spin for new rows before sleeping, nanoseconds. */
  readonly spinNs: number;
}

/**
 * A queue is added where its padding costs at most this share of the batch that it spares. Not all of it: left alone, the
 * queue would have gathered more rows for that batch. In simulations of devices with little and much fixed time a batch,
 * 0.2 to 0.3 held the highest rates.
 */
const fillShare = 0.25;

/** Service times kept free before the bound: the batch begins as soon as it is taken, and may take a little longer. */
const reserve = 1.1;
/** How fast the longest service time seen fades, a batch. */
const fading = 0.99;

export class Batcher {
  /** Rows of the batch last taken. */
  readonly rows: Uint32Array;
  /** Rows of each queue known to have arrived. */
  private readonly arrived: Float64Array;
  private readonly cells: Int32Array;
  /** One queue and nothing held back: then the times of what waits need not be read, which another core has just written. */
  private readonly takesAll: boolean;
  /** No other thread takes rows, so that none has to be kept from taking the same. */
  private readonly alone: boolean;
  /** What batches were seen to cost; absent where there are no queues to fill from. */
  readonly cost: BatchCost | undefined;
  /** Batches that were filled from other queues. */
  filled = 0;
  /** Longest length of the queues that the batch last taken comes from. */
  private padded = 0;
  /** How long rows may be held back: `maxWaitNs`, less where the service times seen leave less room before the bound. */
  private holdNs: number;
  private slowestNs = 0;
  /** Batches taken before they were full and `maxWaitNs` was over, because the bound came near. */
  hurried = 0;

  constructor(
    private readonly record: QueryRecord,
    private readonly control: Control,
    private readonly queues: readonly BucketQueue[],
    private readonly options: BatcherOptions,
    private readonly now: () => number,
    private readonly instance = 0,
    /** Instances that compute on the same device. */
    private readonly sharers: readonly number[] = [],
  ) {
    this.rows = new Uint32Array(options.maxBatch);
    this.arrived = new Float64Array(queues.length);
    this.cells = control.cells;
    this.alone = control.instances === 1;
    if (queues.length > 1 && options.maxWaitNs === 0) this.cost = new BatchCost();
    this.holdNs = options.maxWaitNs;
    this.takesAll = queues.length === 1 && options.maxWaitNs === 0;
  }

  /**
   * Takes the next batch into `rows` and returns its size; waits for rows to arrive; 0 when the phase is over.
   * @param wait where not, 0 is returned also when there is nothing to take yet
   */
  take(wait = true): number {
    const { cells } = this;
    for (;;) {
      if (Atomics.load(cells, cell.stop)) return 0;
      // Read before `head`: once closed is seen, so is every row that was issued.
      const closed = Atomics.load(cells, cell.closed);
      const head = Atomics.load(cells, cell.head);
      const queue = this.pickQueue(head, closed === 1);
      if (queue >= 0) {
        const taken = this.claim(queue, 0);
        if (taken > 0) return this.cost ? this.fill(this.cost, queue, taken) : taken;
        continue;
      }
      if (!wait || (closed && this.dueNs === Number.POSITIVE_INFINITY)) return 0;
      this.awaitRows(head);
    }
  }

  /** Whether it wants to be told of batches. */
  get learns(): boolean {
    return this.cost !== undefined || (this.options.maxWaitNs > 0 && this.options.boundNs !== undefined);
  }

  /** Told of each batch when it has been computed, run nanoseconds. */
  learn(size: number, startedNs: number, completedNs: number): void {
    const { times, instances } = this.control;
    // A device that other instances use too began with this batch when it had ended theirs.
    let from = startedNs;
    for (const sharer of this.sharers) {
      const ended = times[1 + instances + sharer]!;
      if (ended > from && ended < completedNs) from = ended;
    }
    times[1 + instances + this.instance] = completedNs;
    this.cost?.observe(size * this.padded, completedNs - from);
    const { maxWaitNs, boundNs } = this.options;
    if (boundNs === undefined) return;
    this.slowestNs = Math.max(completedNs - startedNs, this.slowestNs * fading);
    this.holdNs = Math.min(maxWaitNs, Math.max(0, boundNs - reserve * this.slowestNs));
  }

  /**
   * Adds all that waits in queues beside this one, nearest first, where the batch it spares costs more than the padding
   * it needs; a part of what waits would spare none.
   */
  private fill({ fixedNs, tokenNs }: BatchCost, queue: number, taken: number): number {
    const { queues } = this;
    const mostNs = fillShare * fixedNs;
    let size = taken;
    this.padded = queues[queue]!.length ?? 0;
    for (let other = queue - 1; other >= 0; other--) {
      const waiting = this.waitingIn(other);
      const padding = waiting * (this.padded - queues[other]!.length!);
      if (this.worthAdding(waiting, size) && padding * tokenNs < mostNs) size += this.claim(other, size);
    }
    for (let other = queue + 1; other < queues.length; other++) {
      const { length } = queues[other]!;
      const padding = size * (length! - this.padded);
      if (!this.worthAdding(this.waitingIn(other), size) || padding * tokenNs >= mostNs) continue;
      size += this.claim(other, size);
      this.padded = length!;
    }
    if (size > taken) this.filled++;
    return size;
  }

  private worthAdding(waiting: number, size: number): boolean {
    return waiting > 0 && size + waiting <= this.options.maxBatch;
  }

  private waitingIn(queue: number): number {
    return this.arrived[queue]! - Atomics.load(this.cells, queueCell(this.control, queue));
  }

  /** When the oldest held-back row is due, run nanoseconds; infinite where none waits. */
  private dueNs = Number.POSITIVE_INFINITY;

  /** The queue to take from now: a full batch, or the oldest row that has waited long enough; -1 for none yet. */
  private pickQueue(head: number, closed: boolean): number {
    const { record, queues, cells, options } = this;
    if (this.takesAll) {
      const waiting = this.arrivals(0, head) > Atomics.load(cells, queueCell(this.control, 0));
      this.dueNs = waiting ? 0 : Number.POSITIVE_INFINITY;
      return waiting ? 0 : -1;
    }
    let oldest = -1;
    let oldestNs = Number.POSITIVE_INFINITY;
    let full = -1;
    let fullNs = Number.POSITIVE_INFINITY;
    for (let queue = 0; queue < queues.length; queue++) {
      const tail = Atomics.load(cells, queueCell(this.control, queue));
      const waiting = this.arrivals(queue, head) - tail;
      if (waiting <= 0) continue;
      const rows = queues[queue]!.rows;
      const row = rows ? rows[tail]! : tail;
      const since = record.scheduled[Math.floor(row / record.samplesPerQuery)]!;
      if (since < oldestNs) {
        oldestNs = since;
        oldest = queue;
      }
      if (waiting >= options.maxBatch && since < fullNs) {
        fullNs = since;
        full = queue;
      }
    }
    this.dueNs = oldestNs + this.holdNs;
    if (oldest < 0) return -1;
    if (options.maxWaitNs === 0 || closed) return oldest;
    const now = this.now();
    if (now < this.dueNs) return full;
    if (oldest !== full && now < oldestNs + options.maxWaitNs) this.hurried++;
    return oldest;
  }

  private arrivals(queue: number, head: number): number {
    const { rows, inOrder } = this.queues[queue]!;
    if (!rows) return head;
    if (!inOrder) return head === this.record.rowCount ? rows.length : 0;
    let arrived = this.arrived[queue]!;
    while (arrived < rows.length && rows[arrived]! < head) arrived++;
    this.arrived[queue] = arrived;
    return arrived;
  }

  /** Takes up to a batch off the queue, behind the `before` rows taken already; 0 where other threads were quicker. */
  private claim(queue: number, before: number): number {
    const { cells, options } = this;
    const { rows, inOrder } = this.queues[queue]!;
    const at = queueCell(this.control, queue);
    const tail = Atomics.load(cells, at);
    const arrived = rows ? (inOrder ? this.arrived[queue]! : rows.length) : Atomics.load(cells, cell.head);
    const size = Math.min(options.maxBatch - before, arrived - tail);
    if (size <= 0) return 0;
    if (this.alone) cells[at] = tail + size;
    else if (Atomics.compareExchange(cells, at, tail, tail + size) !== tail) return 0;
    for (let i = 0; i < size; i++) this.rows[before + i] = rows ? rows[tail + i]! : tail + i;
    // What is left is another thread's: the wake-up that woke this one may have been the only one.
    if (arrived - tail > size && Atomics.load(cells, cell.sleepers) > 0) wake(cells, 1);
    return size;
  }

  private awaitRows(head: number): void {
    const { cells, options } = this;
    if (options.spinNs > 0) {
      for (let i = 0; i < 1000; i++) if (Atomics.load(cells, cell.head) !== head) return;
      const giveUp = Math.min(this.now() + options.spinNs, this.dueNs);
      do {
        for (let i = 0; i < 500; i++) if (Atomics.load(cells, cell.head) !== head) return;
        if (Atomics.load(cells, cell.closed) || Atomics.load(cells, cell.stop)) return;
      } while (this.now() < giveUp);
      if (this.dueNs <= giveUp) return;
    }
    Atomics.add(cells, cell.sleepers, 1);
    const wakes = Atomics.load(cells, cell.wake);
    const nothingNew =
      Atomics.load(cells, cell.head) === head &&
      Atomics.load(cells, cell.stop) === 0 &&
      (Atomics.load(cells, cell.closed) === 0 || this.dueNs !== Number.POSITIVE_INFINITY);
    if (nothingNew) {
      const waitMs = (this.dueNs - this.now()) / 1e6;
      if (waitMs > 0) Atomics.wait(cells, cell.wake, wakes, waitMs);
    }
    Atomics.sub(cells, cell.sleepers, 1);
  }
}
