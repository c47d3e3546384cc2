/** The pool: an issuer thread and one worker thread an instance, opened once and measurement phase after phase. */
import { BaremarkError } from '../base/errors.js';
import type { TensorInfo } from '../base/tensor.js';
import { fillingOf } from './batching/batch-cost.js';
import { planQueues } from './batching/bucket-queues.js';
import { type Control, createControl, stopPhase } from './control.js';
import type {
  FromIssuer,
  FromWorker,
  IssuerPhase,
  ToIssuer,
  WorkerThread,
  WorkerThreadData,
} from './messages.js';
import type { Fault, PhaseConfig, PhaseResult } from './phase.js';
import { createRecord, maxInstances } from './query-record.js';
import { Thread } from './thread.js';
import { fromThreadError } from './thread-error.js';
import { Watch } from './watch.js';

export interface WorkerPoolConfig extends Omit<WorkerThreadData, 'instance' | 'device'> {
  readonly devices: readonly string[];
  /** Instances on each device. */
  readonly instances: number;
}

/** What the sessions said of themselves; the same for all instances. */
export interface SessionInfo {
  readonly provider: string;
  readonly backendName: string;
  readonly backendVersion: string;
  readonly inputs: readonly TensorInfo[];
  readonly outputs: readonly TensorInfo[];
}

type IssuerThread = Thread<ToIssuer, FromIssuer>;

/** A thread that was asked to close is left behind after this long. */
const closeLimitMs = 5_000;

export class WorkerPool {
  private constructor(
    readonly info: SessionInfo,
    /** Device of each instance. */
    readonly devices: readonly string[],
    private readonly threads: readonly WorkerThread[],
    private readonly issuer: IssuerThread,
  ) {}

  /** Starts the threads and opens their sessions; throws what the first one that fails threw. */
  static async open(spec: WorkerPoolConfig): Promise<WorkerPool> {
    const { devices: names, instances, ...shared } = spec;
    const devices = Array.from({ length: names.length * instances }, (_, i) => names[i % names.length]!);
    if (devices.length > maxInstances)
      throw new BaremarkError(
        'BAD_OPTION',
        `${devices.length} instances are more than the record of a run can tell apart; give --instances so that there are at most ${maxInstances} in all.`,
      );
    const threads = devices.map(
      (device, instance): WorkerThread =>
        new Thread('engine/worker/worker-thread.js', {
          ...shared,
          device,
          instance,
        } satisfies WorkerThreadData),
    );
    const issuer: IssuerThread = new Thread('engine/issuer/issuer-thread.js', undefined);
    // All of them, also after the first has failed: a thread killed while a runtime loads takes the process with it.
    const opened = await Promise.allSettled(threads.map(openedSession));
    const failed = opened.find((outcome) => outcome.status === 'rejected');
    const first = opened[0]!;
    if (!failed && first.status === 'fulfilled') return new WorkerPool(first.value, devices, threads, issuer);
    for (const thread of [...threads, issuer]) thread.kill();
    throw failed?.reason;
  }

  /** Flies one phase and resolves when every row that was taken is done, or nobody is left to do it. */
  async run(spec: PhaseConfig): Promise<PhaseResult> {
    const record = createRecord(spec.queries);
    const queues = planQueues(record, spec);
    const control = createControl(this.threads.length, queues.length);
    const live = this.threads.filter((thread) => thread.endReason === undefined);
    const faults: Fault[] = [];
    const responses: { row: number; data: Uint8Array }[] = [];
    const stopListening = live.map((thread) =>
      thread.listen((message) => {
        if (message.type === 'responses')
          message.rows.forEach((row, i) => {
            responses.push({ row, data: message.data[i]! });
          });
        else if (message.type === 'failure') faults.push(batchFault(message));
      }),
    );
    const { maxBatch, maxWaitNs, boundNs, idleSpinNs: spinNs } = spec;
    const batcher = { maxBatch, maxWaitNs, boundNs, spinNs };
    const { loaded, padding, capture } = spec;
    const done = live.map((thread) => thread.next('done'));
    const armed = live.map(armedThread);
    for (const thread of live)
      thread.post({
        type: 'phase',
        phase: { record, control, queues, batcher, devices: this.devices, loaded, padding, capture },
      });
    const watch = new Watch({ spec, record, control, threads: this.threads, faults });
    try {
      await Promise.all(armed);
      const issued = await this.issue(
        {
          record,
          control,
          stream: spec.stream,
          coalesce: spec.coalesce ?? false,
          limits: spec.limits,
          wait: spec,
        },
        control,
        faults,
        () => watch.start(),
      );
      const ended = await Promise.race([Promise.all(done), watch.allGone]);
      const told = (ended ?? []).filter((message) => message !== undefined);
      const filling = fillingOf(told.map((message) => message.filling));
      const hurried = told.reduce((sum, message) => sum + message.hurried, 0);
      return { record, ...issued, filling, hurried, aborted: watch.aborted, faults, responses };
    } finally {
      watch.stop();
      for (const stop of stopListening) stop();
    }
  }

  private async issue(phase: IssuerPhase, control: Control, faults: Fault[], onGo: () => void) {
    const { issuer } = this;
    const armed = issuer.next('armed');
    issuer.post({
      type: 'phase',
      phase: { ...phase, wait: { meanGapNs: phase.wait.meanGapNs, freeCores: phase.wait.freeCores } },
    });
    const waitMode = (await armed)?.waitMode ?? 'sleep-then-spin';
    const issued = issuer.next('issued');
    const startedAtMs = Date.now();
    issuer.post({ type: 'go' });
    onGo();
    const report = (await issued)?.report;
    if (report) return { ...report, waitMode, startedAtMs };
    faults.push({ kind: 'issuer-died', message: `The issuer thread ended in mid-run: ${issuer.endReason}.` });
    stopPhase(control);
    const queriesIssued = countIssued(phase.record.issued);
    const lost = { end: 'stopped' as const, endedAtNs: 0, outstanding: queriesIssued };
    return { queriesIssued, ...lost, waitMode, startedAtMs };
  }

  /** Closes the sessions and ends the threads; a thread that does not answer is left behind. */
  async close(): Promise<void> {
    this.issuer.post({ type: 'close' });
    for (const thread of this.threads) thread.post({ type: 'close' });
    const all = [...this.threads, this.issuer];
    let timer: NodeJS.Timeout | undefined;
    const limit = new Promise((resolve) => {
      timer = setTimeout(resolve, closeLimitMs);
    });
    await Promise.race([Promise.all(all.map((thread) => thread.ended)), limit]);
    clearTimeout(timer);
    for (const thread of all) if (thread.endReason === undefined) thread.kill();
  }
}

async function openedSession(thread: WorkerThread): Promise<SessionInfo> {
  const failed = thread.next('error');
  const opened = await Promise.race([thread.next('open'), failed]);
  if (opened?.type === 'open') return opened;
  throw opened
    ? fromThreadError(opened.error)
    : new Error(`A worker thread ended while opening its session: ${thread.endReason}.`);
}

/** Resolves when a thread is ready for the phase; throws what kept it from being so, e.g. inputs that do not fit. */
async function armedThread(thread: WorkerThread): Promise<void> {
  const answer = await Promise.race([thread.next('armed'), thread.next('error')]);
  if (answer?.type === 'error') throw fromThreadError(answer.error);
}

function batchFault({ message, batch, size }: Extract<FromWorker, { type: 'failure' }>): Fault {
  return {
    kind: 'batch-failed',
    message: `The backend failed batch ${batch} of ${size} sample${size === 1 ? '' : 's'}: ${message}`,
  };
}

function countIssued(issued: Float64Array): number {
  let count = 0;
  while (count < issued.length && !Number.isNaN(issued[count])) count++;
  return count;
}
