/** What a worker thread does while the clock runs: take a batch, lay it out, run it, stamp it, look at some outputs. */
import type { Batch, Session } from '../../backends/backend.js';
import { messageOf } from '../../base/errors.js';
import type { TensorMap } from '../../base/tensor.js';
import type { Batcher } from '../batching/batcher.js';
import { type Control, countDone, markBusy, markEnded, markIdle, nextBatchNumber } from '../control.js';
import type { QueryRecord } from '../query-record.js';
import type { HostStep } from './host-nms.js';
import type { OutputCheck } from './output-sampling.js';

/** Why a batch counts as failed: the backend threw, or what it gave is not what its session declared. */
export interface BatchFailure {
  readonly kind: 'batch-failed' | 'wrong-outputs';
  readonly message: string;
}

export interface WorkerTask {
  readonly instance: number;
  readonly session: Session;
  readonly record: QueryRecord;
  readonly control: Control;
  readonly batcher: Batcher;
  readonly now: () => number;
  /** Lays the samples of these rows out as the model's inputs; absent where the session declares none. */
  readonly layOut?: (rows: Uint32Array, size: number) => TensorMap;
  /** Completes a batch on the host; absent where the model's outputs are the answers. */
  readonly hostStep?: HostStep;
  /** Looks at the outputs after the batch is stamped and before it is counted: in no query's latency. */
  readonly check: OutputCheck;
  /** Called with the outputs of every batch, where responses are wanted. */
  readonly capture?: (rows: Uint32Array, size: number, outputs: TensorMap) => void;
  /** Called once for each batch that the backend failed. */
  readonly onFailure: (failure: BatchFailure, batch: number, size: number) => void;
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
    let failure: BatchFailure | undefined;
    try {
      batch.size = size;
      if (work.layOut) batch.feeds = work.layOut(batcher.rows, size);
      const pending: unknown = session.run(batch as Batch);
      const outputs = (isThenable(pending) ? await pending : pending) as TensorMap;
      const answers = work.hostStep ? work.hostStep.finish(outputs, size) : outputs;
      completed = now();
      const message = work.check.problem(batch, outputs, completed);
      if (message !== undefined) failure = { kind: 'wrong-outputs', message };
      else work.capture?.(batcher.rows, size, answers);
    } catch (error) {
      completed = now();
      failure = { kind: 'batch-failed', message: messageOf(error) };
    }
    if (learns) batcher.learn(size, started, completed);
    complete(work, size, completed, failure !== undefined);
    if (failure !== undefined) work.onFailure(failure, number, size);
    markIdle(control, instance);
  }
  markEnded(control, instance);
}

/** Whatever has a `then` is awaited, as `await` does it: promises of other libraries are no native ones. */
function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as Partial<PromiseLike<unknown>> | null | undefined)?.then === 'function';
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
