/** What a worker thread does while the clock runs: take a batch, lay it out, run it, stamp it. */
import type { Batch, Session } from '../../backends/backend.js';
import { messageOf } from '../../base/errors.js';
import type { TensorMap } from '../../base/tensor.js';
import type { Batcher } from '../batching/batcher.js';
import { type Control, countDone, markBusy, markEnded, markIdle, nextBatchNumber } from '../control.js';
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
  // One object for all batches: the hot loop itself allocates nothing.
  const batch: { size: number; feeds: TensorMap } = { size: 0, feeds: noFeeds };
  // Numbers come from the shared counter only where another instance numbers batches too.
  const alone = control.instances === 1;
  let counted = 0;
  const { learns } = batcher;
  for (;;) {
    const size = batcher.take();
    if (size === 0) break;
    const number = alone ? counted++ : nextBatchNumber(control);
    const started = now();
    markBusy(control, instance, started);
    stampStarted(work, number, size, started);
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
    markIdle(control, instance);
  }
  markEnded(control, instance);
}

/** Before the batch runs, so that the record shows what was lost with a thread that dies. */
function stampStarted(work: WorkerTask, number: number, size: number, started: number): void {
  const { record, instance, batcher } = work;
  for (let i = 0; i < size; i++) {
    const row = batcher.rows[i]!;
    record.batch[row] = number;
    record.instance[row] = instance;
    record.started[row] = started;
  }
}

function complete(work: WorkerTask, size: number, completed: number, failed: boolean): void {
  const { record, batcher, control } = work;
  for (let i = 0; i < size; i++) {
    const row = batcher.rows[i]!;
    if (failed) record.failed[row] = 1;
    record.completed[row] = completed;
  }
  countDone(control, size, failed);
}
