/** What a worker thread does while the clock runs: take a batch, lay it out, run it, stamp it. */
import type { Batch, Session } from '../../backends/backend.js';
import { messageOf } from '../../base/errors.js';
import type { TensorMap } from '../../base/tensor.js';
import type { Batcher } from '../batching/batcher.js';
import { type Control, cell, instanceCell, instanceState } from '../control.js';
import type { QueryRecord } from '../query-record.js';

export interface WorkerTask {
  readonly instance: number;
  readonly session: Session;
  readonly record: QueryRecord;
  readonly control: Control;
  readonly batcher: Batcher;
  readonly now: () => number;
  /** Lays the samples of these rows out as the model's inputs; absent where the session declares none. */
  readonly layOut?: (rows: Uint32Array, size: number) => TensorMap;
  /** Called with the outputs of every batch, where responses are wanted. */
  readonly capture?: (rows: Uint32Array, size: number, outputs: TensorMap) => void;
  /** Called once for each batch that the backend failed. */
  readonly onFailure: (message: string, batch: number, size: number) => void;
}

const noFeeds: TensorMap = {};

/** Runs batches until the phase is over. */
export async function workThrough(work: WorkerTask): Promise<void> {
  const { instance, session, control, batcher, now } = work;
  const { cells, times } = control;
  const state = instanceCell(instance);
  // One object for all batches: the hot loop allocates nothing of its own.
  const batch: { size: number; feeds: TensorMap } = { size: 0, feeds: noFeeds };
  // Numbers are shared out by an atomic only where there is somebody to share them with.
  const alone = control.instances === 1;
  let counted = 0;
  const { learns } = batcher;
  for (;;) {
    const size = batcher.take();
    if (size === 0) break;
    const number = alone ? counted++ : Atomics.add(cells, cell.batches, 1);
    const started = now();
    times[1 + instance] = started;
    // A plain store: the watch may see it late, and nobody takes it for more than a sign of life.
    cells[state] = instanceState.busy;
    takeUp(work, number, size, started);
    let completed: number;
    let failure: string | undefined;
    try {
      batch.size = size;
      if (work.layOut) batch.feeds = work.layOut(batcher.rows, size);
      const pending = session.run(batch as Batch);
      const outputs = pending instanceof Promise ? await pending : pending;
      completed = now();
      work.capture?.(batcher.rows, size, outputs);
    } catch (error) {
      completed = now();
      failure = messageOf(error);
    }
    if (learns) batcher.learn(size, started, completed);
    complete(work, size, completed, failure !== undefined);
    if (failure !== undefined) work.onFailure(failure, number, size);
    cells[state] = instanceState.idle;
  }
  Atomics.store(cells, state, instanceState.ended);
}

/** Stamped before the batch runs, so that a batch whose thread dies can still be told from the record. */
function takeUp(work: WorkerTask, number: number, size: number, started: number): void {
  const { record, instance, batcher } = work;
  for (let i = 0; i < size; i++) {
    const row = batcher.rows[i]!;
    record.batch[row] = number;
    record.instance[row] = instance;
    record.started[row] = started;
  }
}

function complete(work: WorkerTask, size: number, completed: number, failed: boolean): void {
  const { record, batcher } = work;
  const { cells } = work.control;
  for (let i = 0; i < size; i++) {
    const row = batcher.rows[i]!;
    record.completed[row] = completed;
    if (failed) record.failed[row] = 1;
  }
  if (failed) Atomics.add(cells, cell.failed, size);
  // Published last: whoever sees the count sees the rows.
  Atomics.add(cells, cell.done, size);
  if (Atomics.load(cells, cell.issuerSleeps)) Atomics.notify(cells, cell.done);
}
