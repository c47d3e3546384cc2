/** The pool: an issuer thread and one worker thread per instance, opened once and used for phase after phase. */
import { BaremarkError } from '../base/errors.js';
import type { TensorInfo } from '../base/tensor.js';
import type { IssueLimits } from '../loadgen/run-limits.js';
import type { BatcherReport } from './batching/batcher.js';
import { mergedFill } from './batching/bucket-fill.js';
import { planQueues } from './batching/bucket-queues.js';
import { monotonicNs } from './clock.js';
import { type Control, createControl, setStartNs, startNs, stopPhase } from './control.js';
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
import type { Stretch } from './standstill/beats.js';
import { type Heartbeat, startHeartbeat } from './standstill/heartbeat.js';
import { standstills } from './standstill/standstills.js';
import { Thread } from './thread.js';
import { fromThreadError } from './thread-error.js';
import { Watch } from './watch.js';

export interface WorkerPoolConfig extends Omit<WorkerThreadData, 'instance' | 'device' | 'sharers'> {
  readonly devices: readonly string[];
  /** Instances on each device. */
  readonly instances: number;
  /** Whether the instances of a device take turns on it, as on an accelerator; default no: each has its own cores. */
  readonly sharedDevice?: boolean;
}

/** What the sessions report about themselves; the same for all instances. */
export interface SessionInfo {
  readonly provider: string;
  readonly backendName: string;
  readonly backendVersion: string;
  readonly inputs: readonly TensorInfo[];
  readonly outputs: readonly TensorInfo[];
}

type IssuerThread = Thread<ToIssuer, FromIssuer>;

/** A thread that does not close within this time is left behind. */
const closeLimitMs = 5_000;

export class WorkerPool {
  private constructor(
    readonly info: SessionInfo,
    /** Device of each instance. */
    readonly devices: readonly string[],
    private readonly threads: readonly WorkerThread[],
    private readonly issuer: IssuerThread,
    private readonly heartbeat: Heartbeat,
  ) {}

  /**
   * Starts the threads and opens their sessions.
   * @throws what the first session that fails threw; BaremarkError `BAD_BACKEND` where its thread ended, `THREAD_FAILED`
   * where the issuer's did
   */
  static async open(config: WorkerPoolConfig): Promise<WorkerPool> {
    const { devices: names, instances, sharedDevice = false, ...shared } = config;
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
          sharers: sharedDevice ? othersOn(devices, instance) : [],
        } satisfies WorkerThreadData),
    );
    const issuer: IssuerThread = new Thread('engine/issuer/issuer-thread.js', undefined);
    const ready = issuer.next('ready');
    const heartbeat = startHeartbeat();
    // All of them, also after the first has failed: a thread killed while a runtime loads takes the process with it.
    const opened = await Promise.allSettled(threads.map((thread) => openedSession(thread, shared.backend)));
    const failed = opened.find((outcome) => outcome.status === 'rejected');
    const first = opened[0]!;
    const [issuerIsReady] = await Promise.all([ready, heartbeat.started]);
    if (issuerIsReady && !failed && first.status === 'fulfilled')
      return new WorkerPool(first.value, devices, threads, issuer, heartbeat);
    heartbeat.stop();
    for (const thread of [...threads, issuer]) thread.kill();
    throw failed?.reason ?? issuerFailed(issuer);
  }

  /** Runs one phase and resolves when every row that was taken is done, or nobody is left to do it. */
  async run(config: PhaseConfig): Promise<PhaseResult> {
    const { policy, idleSpinNs, loaded, capture, limits, coalesce = false } = config;
    const { checkEveryBatch = false } = config;
    const record = createRecord(config.queries);
    const queues = planQueues(record, policy, config.lengthOf);
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
    const done = live.map((thread) => thread.next('done'));
    const armed = live.map(armedThread);
    for (const thread of live)
      thread.post({
        type: 'phase',
        phase: { record, control, queues, policy, idleSpinNs, loaded, capture, checkEveryBatch },
      });
    const watch = new Watch({ config, record, control, threads: this.threads, faults });
    try {
      await Promise.all(armed);
      const wait = { meanGapNs: config.meanGapNs, freeCores: config.freeCores };
      const issued = await this.issue({ record, control, limits, coalesce, wait }, faults, () =>
        watch.start(),
      );
      const ended = await Promise.all(done);
      const batching = mergedBatching(ended.flatMap((message) => message?.batching ?? []));
      const stood = standstills(this.gapsIn(control), { record, looks: watch.looks });
      const { aborted } = watch;
      return { record, ...issued, batching, aborted, faults, standstills: stood, responses };
    } finally {
      watch.stop();
      for (const stop of stopListening) stop();
    }
  }

  /** Stretches of a phase without a beat, phase nanoseconds. */
  private gapsIn(control: Control): Stretch[] {
    const zeroNs = startNs(control);
    const inPhase = ({ fromNs, toNs }: Stretch) => ({
      fromNs: Math.max(0, fromNs - zeroNs),
      toNs: toNs - zeroNs,
    });
    return this.heartbeat.gapsSince(zeroNs).map(inPhase);
  }

  private async issue(phase: IssuerPhase, faults: Fault[], onGo: () => void) {
    const { issuer } = this;
    const armed = issuer.next('armed');
    issuer.post({ type: 'phase', phase: { ...phase, limits: justLimits(phase.limits) } });
    const ready = await armed;
    const waitMode = ready?.waitMode ?? 'sleep-then-spin';
    const issued = issuer.next('issued');
    const startedAtMs = Date.now();
    // A thread that is gone does not set the time 0 that everybody reads.
    if (!ready) setStartNs(phase.control, monotonicNs());
    issuer.post({ type: 'go' });
    onGo();
    const report = (await issued)?.report;
    if (report) return { ...report, waitMode, startedAtMs };
    faults.push({
      kind: 'issuer-died',
      message: `The issuer thread ended during the run: ${issuer.endReason}.`,
    });
    stopPhase(phase.control);
    const queriesIssued = countIssued(phase.record.issued);
    return { queriesIssued, end: { kind: 'stopped' } as const, waitMode, startedAtMs };
  }

  /** Closes the sessions and ends the threads; a thread that does not answer in time is left behind. */
  async close(limitMs = closeLimitMs): Promise<void> {
    this.heartbeat.stop();
    this.issuer.post({ type: 'close' });
    for (const thread of this.threads) thread.post({ type: 'close' });
    const all = [...this.threads, this.issuer];
    let timer: NodeJS.Timeout | undefined;
    const limit = new Promise((resolve) => {
      timer = setTimeout(resolve, limitMs);
    });
    await Promise.race([Promise.all(all.map((thread) => thread.ended)), limit]);
    clearTimeout(timer);
    for (const thread of all) thread.kill();
  }
}

/** The other instances on an instance's device. */
function othersOn(devices: readonly string[], instance: number): number[] {
  return devices.flatMap((device, other) =>
    device === devices[instance] && other !== instance ? [other] : [],
  );
}

/** Without what else a run's settings hold. */
function justLimits(limits: IssueLimits): IssueLimits {
  const { scenario, mode, minQueryCount, maxQueryCount, targetDurationNs, maxDurationNs, maxAsyncQueries } =
    limits;
  return { scenario, mode, minQueryCount, maxQueryCount, targetDurationNs, maxDurationNs, maxAsyncQueries };
}

function mergedBatching(reports: readonly BatcherReport[]): BatcherReport {
  return {
    dispatchedEarly: reports.reduce((sum, { dispatchedEarly }) => sum + dispatchedEarly, 0),
    bucketFill: mergedFill(reports.map(({ bucketFill }) => bucketFill)),
  };
}

function issuerFailed({ endReason }: IssuerThread): BaremarkError {
  return new BaremarkError(
    'THREAD_FAILED',
    `The thread that issues queries ended before it was ready: ${endReason}; free memory and processes, and run again.`,
  );
}

async function openedSession(thread: WorkerThread, backend: string): Promise<SessionInfo> {
  const failed = thread.next('error');
  const opened = await Promise.race([thread.next('open'), failed]);
  if (opened?.type === 'open') return opened;
  if (opened) throw fromThreadError(opened.error);
  throw new BaremarkError(
    'BAD_BACKEND',
    `The backend ${backend} ended its thread while it opened a session: ${thread.endReason}; correct it, or choose another with --backend.`,
  );
}

/** Resolves when a thread is ready for the phase; throws what kept it from that, e.g. inputs that do not fit. */
async function armedThread(thread: WorkerThread): Promise<void> {
  const answer = await Promise.race([thread.next('armed'), thread.next('error')]);
  if (answer?.type === 'error') throw fromThreadError(answer.error);
}

function batchFault({ kind, message, batch, size }: Extract<FromWorker, { type: 'failure' }>): Fault {
  const which = `batch ${batch} of ${size} sample${size === 1 ? '' : 's'}`;
  const what = kind === 'wrong-outputs' ? `gave wrong outputs for ${which}` : `failed ${which}`;
  return { kind, message: `The backend ${what}: ${message}` };
}

function countIssued(issued: Float64Array): number {
  let count = 0;
  while (count < issued.length && !Number.isNaN(issued[count])) count++;
  return count;
}
