/** The queues of a phase as one worker thread sees them: what has arrived, taking it by atomics, and sleeping for more. */
import {
  beginSleep,
  type Control,
  endSleep,
  isClosed,
  isStopped,
  rowsIssued,
  rowsTaken,
  sleepUntilWoken,
  takeRows,
  wakeWorkers,
  workersSleep,
} from '../control.js';
import type { QueryRecord } from '../query-record.js';
import type { BucketQueue } from './bucket-queues.js';

/** Reads of the issued counter before the clock is read, and between readings of the clock. */
const quickChecks = 1000;
const checksPerLook = 500;

export interface SharedQueuesConfig {
  readonly record: QueryRecord;
  readonly control: Control;
  readonly queues: readonly BucketQueue[];
  readonly maxBatch: number;
  /** How long to spin for new rows before sleeping, nanoseconds. */
  readonly spinNs: number;
  /** Phase nanoseconds. */
  readonly now: () => number;
}

export class SharedQueues {
  readonly count: number;
  /** Rows of the batch last taken. */
  readonly rows: Uint32Array;
  private readonly record: QueryRecord;
  private readonly control: Control;
  private readonly queues: readonly BucketQueue[];
  private readonly maxBatch: number;
  private readonly spinNs: number;
  private readonly now: () => number;
  /** Rows of each queue known to have arrived. */
  private readonly arrived: Float64Array;

  constructor({ record, control, queues, maxBatch, spinNs, now }: SharedQueuesConfig) {
    this.count = queues.length;
    this.rows = new Uint32Array(maxBatch);
    this.record = record;
    this.control = control;
    this.queues = queues;
    this.maxBatch = maxBatch;
    this.spinNs = spinNs;
    this.now = now;
    this.arrived = new Float64Array(queues.length);
  }

  /** Whether rows of the first queue wait, once `issued` rows are issued; without a look at the rows themselves. */
  anyWaiting(issued: number): boolean {
    return this.arrivals(0, issued) > rowsTaken(this.control, 0);
  }

  /** Reads how many rows wait in each queue and when the oldest was scheduled; whether any wait. */
  look(issued: number, waiting: Float64Array, oldestNs: Float64Array): boolean {
    const { record, queues, control } = this;
    let any = false;
    for (let queue = 0; queue < queues.length; queue++) {
      const taken = rowsTaken(control, queue);
      const count = this.arrivals(queue, issued) - taken;
      waiting[queue] = count;
      if (count <= 0) continue;
      const rows = queues[queue]!.rows;
      const row = rows ? rows[taken]! : taken;
      oldestNs[queue] = record.scheduled[Math.floor(row / record.samplesPerQuery)]!;
      any = true;
    }
    return any;
  }

  /** Reads again how many rows wait in each queue, of those that had arrived at the last look. */
  lookAgain(waiting: Float64Array): void {
    for (let queue = 0; queue < this.count; queue++)
      waiting[queue] = this.arrived[queue]! - rowsTaken(this.control, queue);
  }

  /** Takes rows off a queue, as many as the batch has room for behind its first `before`; 0 where others were quicker. */
  take(queue: number, before: number): number {
    const { control } = this;
    const { rows, inOrder } = this.queues[queue]!;
    const taken = rowsTaken(control, queue);
    const arrived = rows ? (inOrder ? this.arrived[queue]! : rows.length) : rowsIssued(control);
    const size = Math.min(this.maxBatch - before, arrived - taken);
    if (size <= 0 || !takeRows(control, queue, taken, taken + size)) return 0;
    for (let i = 0; i < size; i++) this.rows[before + i] = rows ? rows[taken + i]! : taken + i;
    // What is left is for another thread: the wake-up that woke this one may have been the only one.
    if (arrived - taken > size && workersSleep(control)) wakeWorkers(control, 1);
    return size;
  }

  /** Waits until more than `issued` rows are issued, the phase is over, or `dueNs` is reached; may return early. */
  awaitRows(issued: number, dueNs: number): void {
    const { control, spinNs } = this;
    if (spinNs > 0) {
      for (let i = 0; i < quickChecks; i++) if (rowsIssued(control) !== issued) return;
      const giveUp = Math.min(this.now() + spinNs, dueNs);
      do {
        for (let i = 0; i < checksPerLook; i++) if (rowsIssued(control) !== issued) return;
        if (isClosed(control) || isStopped(control)) return;
      } while (this.now() < giveUp);
      if (dueNs <= giveUp) return;
    }
    const wakes = beginSleep(control);
    const nothingNew =
      rowsIssued(control) === issued &&
      !isStopped(control) &&
      (!isClosed(control) || dueNs !== Number.POSITIVE_INFINITY);
    if (nothingNew) {
      const waitMs = (dueNs - this.now()) / 1e6;
      if (waitMs > 0) sleepUntilWoken(control, wakes, waitMs);
    }
    endSleep(control);
  }

  private arrivals(queue: number, issued: number): number {
    const { rows, inOrder } = this.queues[queue]!;
    if (!rows) return issued;
    if (!inOrder) return issued === this.record.rowCount ? rows.length : 0;
    let arrived = this.arrived[queue]!;
    while (arrived < rows.length && rows[arrived]! < issued) arrived++;
    this.arrived[queue] = arrived;
    return arrived;
  }
}
