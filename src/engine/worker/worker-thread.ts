/** Entry of a worker thread: it owns one session and runs one phase after the other with it. */
import { freemem, setPriority } from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';
import type { Session } from '../../backends/backend.js';
import { loadBackend } from '../../backends/load.js';
import { openSession } from '../../backends/open-session.js';
import type { TensorInfo, TensorMap } from '../../base/tensor.js';
import { createLayout } from '../../datasets/layout/layout.js';
import { encodeResponses } from '../../datasets/responses.js';
import { Batcher } from '../batching/batcher.js';
import { monotonicNs } from '../clock.js';
import { startNs } from '../control.js';
import { threadId } from '../issuer/waiting.js';
import type { FromWorker, ToWorker, WorkerPhase, WorkerThreadData } from '../messages.js';
import { threadError } from '../thread-error.js';
import { type HostStep, hostNms } from './host-nms.js';
import { outputCheck } from './output-sampling.js';
import { workThrough } from './worker.js';

const port = parentPort!;
const data = workerData as WorkerThreadData;
const say = (message: FromWorker) => port.postMessage(message);

/** Memory for samples laid out beforehand, all threads together. */
const keptBytes = Math.min(2 ** 30, freemem() / 8);

/** Failures reported one by one; the record counts them all. */
const reportedFailures = 20;

function beNice(nice: number): void {
  const id = threadId();
  if (nice === 0 || id === undefined) return;
  try {
    // Threads that the runtime starts from now on inherit it.
    setPriority(id, nice);
  } catch {
    // Not permitted: the issuer then shares a core, and its lateness shows that.
  }
}

async function runPhase(
  session: Session,
  hostStep: HostStep | undefined,
  phase: WorkerPhase,
  onArmed: () => void,
): Promise<void> {
  const { record, control, queues, policy, loaded } = phase;
  const now = () => monotonicNs() - startNs(control);
  const { instance, sharers } = data;
  const spinNs = phase.idleSpinNs;
  const batcher = new Batcher({ record, control, queues, policy, instance, sharers, spinNs, now });
  const batchSlots = new Uint32Array(policy.maxBatch);
  const layout =
    loaded && session.inputs.length > 0
      ? createLayout(loaded, session.inputs, {
          ...policy.padding,
          keepBytes: policy.maxBatch === 1 ? keptBytes / control.instances : 0,
        })
      : undefined;
  const layOut =
    layout &&
    ((rows: Uint32Array, size: number): TensorMap => {
      for (let i = 0; i < size; i++) batchSlots[i] = layout.slotOf(record.sample[rows[i]!]!);
      return layout.layOut(batchSlots, size);
    });
  const wanted = phase.capture;
  const kind = loaded?.response;
  const capture =
    wanted && kind && kind !== 'none'
      ? (rows: Uint32Array, size: number, outputs: TensorMap) => {
          const kept = Array.from(rows.subarray(0, size));
          if (!kept.some((row) => wanted[row])) return;
          const samples = kept.map((row) => record.sample[row]!);
          // A response does not depend on the batch it was computed in: not even on how far that was padded.
          const lengths = layout && samples.map((sample) => layout.lengthOf(layout.slotOf(sample)));
          const responses = encodeResponses(kind, outputs, size, samples, lengths);
          const at = kept.map((row, i) => [row, i] as const).filter(([row]) => wanted[row]);
          say({ type: 'responses', rows: at.map(([row]) => row), data: at.map(([, i]) => responses[i]!) });
        }
      : undefined;
  let reported = 0;
  onArmed();
  await workThrough({
    instance,
    session,
    record,
    control,
    batcher,
    now,
    layOut,
    hostStep,
    check: outputCheck(session, phase.checkEveryBatch, now),
    capture,
    onFailure: (failure, batch, size) => {
      if (reported++ < reportedFailures) say({ type: 'failure', ...failure, batch, size });
    },
  });
  say({ type: 'done', batching: batcher.report() });
}

/** Opens the session and serves phases with it until it is closed. */
async function serve(): Promise<void> {
  const backend = await loadBackend(data.backend);
  const { model, device, instance, options } = data;
  const session = await openSession(data.backend, backend, { model, device, instance, options });
  const hostStep = data.hostNms && hostNms(data.hostNms);
  let armed = false;
  // An error before the phase is told; one after it ends the thread, which the pool reports as a fault of the run.
  const start = (phase: WorkerPhase) => {
    armed = false;
    runPhase(session, hostStep, phase, () => {
      armed = true;
      say({ type: 'armed' });
    }).catch((error) => {
      if (armed) throw error;
      say({ type: 'error', error: threadError(error) });
    });
  };
  port.on('message', (message: ToWorker) => {
    if (message.type === 'phase') start(message.phase);
    else void close(session);
  });
  say({
    type: 'open',
    provider: session.provider,
    backendName: backend.name,
    backendVersion: backend.version,
    inputs: session.inputs.map(plainInfo),
    outputs: (hostStep ?? session).outputs.map(plainInfo),
  });
}

/** Without anything that cannot cross to another thread. */
function plainInfo({ name, type, dims }: TensorInfo): TensorInfo {
  return { name, type, dims: [...dims] };
}

async function close(session: Session): Promise<void> {
  try {
    await session.close();
  } finally {
    port.close();
  }
}

try {
  beNice(data.nice);
  await serve();
} catch (error) {
  say({ type: 'error', error: threadError(error) });
  port.close();
}
