/**
 * The few counters that threads share while a phase runs: how many rows are issued, taken and done, and who sleeps.
 * Only this module knows where a counter lies; everybody else calls its functions, which are small enough to be inlined.
 */

/** One cache line of Int32 cells, so that counters written by different threads do not share a line. */
const line = 16;

/** Offsets into `cells`. */
const cell = {
  /** 1 once the phase has to end at once, by abort or fault. */
  stop: 0,
  /** Rows issued so far. */
  issued: 1 * line,
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

/** What an instance is doing, as its cell says it. */
const state = { idle: 0, busy: 1, ended: 2 } as const;

/** A longer sleep than this only guards against a stop raised between the last check and the sleep, milliseconds. */
const longestSleepMs = 100;

/** Shared memory that can be posted to threads; `cells` and `times` are read and written only here. */
export interface Control {
  readonly cells: Int32Array;
  /**
   * [0]: monotonic nanoseconds of the phase's time 0; [1 + i]: when instance i took its current batch, phase nanoseconds;
   * [1 + instances + i]: when it completed the one before, where its batcher learns from that.
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

// The phase as a whole.

/** Sets the phase's time 0, monotonic nanoseconds. */
export function setStartNs(control: Control, monotonicNs: number): void {
  control.times[0] = monotonicNs;
}

/** The phase's time 0, monotonic nanoseconds. */
export function startNs(control: Control): number {
  return control.times[0]!;
}

/** Ends the phase at once: the issuer issues nothing more, worker threads take nothing more. */
export function stopPhase(control: Control): void {
  const { cells } = control;
  Atomics.store(cells, cell.stop, 1);
  Atomics.notify(cells, cell.stop);
  Atomics.notify(cells, cell.done);
  wakeWorkers(control, Number.POSITIVE_INFINITY);
}

export function isStopped(control: Control): boolean {
  return Atomics.load(control.cells, cell.stop) !== 0;
}

/** Sleeps until the phase is stopped or the time is over; whether it was stopped. */
export function sleepUnlessStopped(control: Control, milliseconds: number): boolean {
  return Atomics.wait(control.cells, cell.stop, 0, milliseconds) !== 'timed-out';
}

// Rows issued.

/** Publishes that all rows before `issued` are issued, and wakes as many sleeping worker threads as there are new rows. */
export function publishIssued(control: Control, issued: number, newRows: number): void {
  const { cells } = control;
  Atomics.store(cells, cell.issued, issued);
  if (Atomics.load(cells, cell.sleepers) > 0) wakeWorkers(control, newRows);
}

export function rowsIssued(control: Control): number {
  return Atomics.load(control.cells, cell.issued);
}

/** Says that nothing more will be issued. */
export function closeIssuing(control: Control): void {
  Atomics.store(control.cells, cell.closed, 1);
  wakeWorkers(control, Number.POSITIVE_INFINITY);
}

/** Whether nothing more will be issued. Read before `rowsIssued`: whoever sees it then sees every row. */
export function isClosed(control: Control): boolean {
  return Atomics.load(control.cells, cell.closed) !== 0;
}

// Rows taken.

function takenCell(control: Control, queue: number): number {
  return fixedCells + line * (control.instances + queue);
}

/** Rows of a queue that worker threads have taken. */
export function rowsTaken(control: Control, queue: number): number {
  return Atomics.load(control.cells, takenCell(control, queue));
}

/** Takes a queue's rows from `taken` up to `end`; false where another thread has taken some of them meanwhile. */
export function takeRows(control: Control, queue: number, taken: number, end: number): boolean {
  const { cells } = control;
  const at = takenCell(control, queue);
  // A single instance has nobody to take them from it.
  if (control.instances > 1) return Atomics.compareExchange(cells, at, taken, end) === taken;
  cells[at] = end;
  return true;
}

/** The number of a batch that was just taken, unique in the phase; only for phases with several instances. */
export function nextBatchNumber(control: Control): number {
  return Atomics.add(control.cells, cell.batches, 1);
}

// Rows done.

/** Counts rows of a batch as completed or failed. Called last: whoever sees the count sees the rows. */
export function countDone(control: Control, rows: number, failed: boolean): void {
  const { cells } = control;
  if (failed) Atomics.add(cells, cell.failed, rows);
  Atomics.add(cells, cell.done, rows);
  if (Atomics.load(cells, cell.issuerSleeps) !== 0) Atomics.notify(cells, cell.done);
}

/** Rows completed or failed so far. */
export function rowsDone(control: Control): number {
  return Atomics.load(control.cells, cell.done);
}

export function rowsFailed(control: Control): number {
  return Atomics.load(control.cells, cell.failed);
}

/** The issuer sleeps until this many rows are done; false where the phase is stopped first. */
export function sleepUntilDone(control: Control, rows: number): boolean {
  const { cells } = control;
  Atomics.store(cells, cell.issuerSleeps, 1);
  for (;;) {
    const done = Atomics.load(cells, cell.done);
    if (done >= rows || isStopped(control)) break;
    Atomics.wait(cells, cell.done, done, longestSleepMs);
  }
  Atomics.store(cells, cell.issuerSleeps, 0);
  return Atomics.load(cells, cell.done) >= rows;
}

// Instances.

/**
 * An instance has taken a batch, phase nanoseconds. Plain stores, here and when it is idle again: the watch may see them
 * late, and nobody takes them for more than a sign of life.
 */
export function markBusy(control: Control, instance: number, sinceNs: number): void {
  control.times[1 + instance] = sinceNs;
  control.cells[fixedCells + line * instance] = state.busy;
}

export function markIdle(control: Control, instance: number): void {
  control.cells[fixedCells + line * instance] = state.idle;
}

/** An instance takes no further batch. */
export function markEnded(control: Control, instance: number): void {
  Atomics.store(control.cells, fixedCells + line * instance, state.ended);
}

export function hasEnded(control: Control, instance: number): boolean {
  return Atomics.load(control.cells, fixedCells + line * instance) === state.ended;
}

/** When an instance took the batch that it is running, phase nanoseconds; undefined where it runs none. */
export function busySinceNs(control: Control, instance: number): number | undefined {
  const busy = Atomics.load(control.cells, fixedCells + line * instance) === state.busy;
  return busy ? control.times[1 + instance] : undefined;
}

/** Notes when an instance completed a batch, phase nanoseconds, for the others that share its device. */
export function setLastCompletedNs(control: Control, instance: number, completedNs: number): void {
  control.times[1 + control.instances + instance] = completedNs;
}

/** When an instance last completed a batch, phase nanoseconds; 0 before it has. */
export function lastCompletedNs(control: Control, instance: number): number {
  return control.times[1 + control.instances + instance]!;
}

// Worker threads that sleep.

/** Wakes up to `count` sleeping worker threads. */
export function wakeWorkers(control: Control, count: number): void {
  Atomics.add(control.cells, cell.wake, 1);
  Atomics.notify(control.cells, cell.wake, count);
}

export function workersSleep(control: Control): boolean {
  return Atomics.load(control.cells, cell.sleepers) > 0;
}

/**
 * Announces that a worker thread is about to sleep, so that whoever has something for it wakes it. Check once more that
 * there is nothing to do, then `sleepUntilWoken` with the number returned, then `endSleep` in any case.
 */
export function beginSleep(control: Control): number {
  Atomics.add(control.cells, cell.sleepers, 1);
  return Atomics.load(control.cells, cell.wake);
}

/** Sleeps until somebody wakes it, at most this long; not at all where somebody has since `beginSleep`. */
export function sleepUntilWoken(control: Control, wakes: number, milliseconds: number): void {
  Atomics.wait(control.cells, cell.wake, wakes, milliseconds);
}

export function endSleep(control: Control): void {
  Atomics.sub(control.cells, cell.sleepers, 1);
}
