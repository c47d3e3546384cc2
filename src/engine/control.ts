/** The few counters that threads share while a phase flies: who has issued how far, who has taken what, who sleeps. */

/** One cache line of Int32 cells, so that counters written by different threads do not share a line. */
const line = 16;

/** Offsets into the control block. */
export const cell = {
  /** 1 once the phase is to end at once, by abort or fault. */
  stop: 0,
  /** Rows issued so far. */
  head: 1 * line,
  /** 1 once nothing more will be issued. */
  closed: 2 * line,
  /** Raised to wake sleeping worker threads. */
  wake: 3 * line,
  /** Worker threads that sleep or are about to. */
  sleepers: 4 * line,
  /** Rows completed or failed so far. */
  done: 5 * line,
  /** 1 while the issuer sleeps until `done` changes. */
  issuerSleeps: 6 * line,
  /** Batches taken so far; numbers them. */
  batches: 7 * line,
  /** Rows failed so far. */
  failed: 8 * line,
} as const;

const fixedCells = 9 * line;

/** What an instance is doing. */
export const instanceState = { idle: 0, busy: 1, ended: 2 } as const;

export interface Control {
  readonly cells: Int32Array;
  /**
   * [0]: monotonic nanoseconds of the phase's time 0; [1 + i]: when instance i took its current batch, phase nanoseconds;
   * [1 + instances + i]: when it completed the one before, where batches are filled from several queues.
   */
  readonly times: Float64Array;
  readonly instances: number;
  readonly queues: number;
}

export function createControl(instances: number, queues: number): Control {
  return {
    cells: new Int32Array(new SharedArrayBuffer(4 * (fixedCells + line * (instances + queues)))),
    times: new Float64Array(new SharedArrayBuffer(8 * (1 + 2 * instances))),
    instances,
    queues,
  };
}

/** Cell with the state of an instance. */
export function instanceCell(instance: number): number {
  return fixedCells + line * instance;
}

/** Cell with how many rows of a queue have been taken. */
export function queueCell(control: Control, queue: number): number {
  return fixedCells + line * (control.instances + queue);
}

/** Wakes up to `count` sleeping worker threads. */
export function wake(cells: Int32Array, count: number): void {
  Atomics.add(cells, cell.wake, 1);
  Atomics.notify(cells, cell.wake, count);
}

/** Ends the phase at once: the issuer issues nothing more, worker threads take nothing more. */
export function stopPhase(control: Control): void {
  Atomics.store(control.cells, cell.stop, 1);
  Atomics.notify(control.cells, cell.stop);
  Atomics.notify(control.cells, cell.done);
  wake(control.cells, Number.POSITIVE_INFINITY);
}
