/** Entry of a worker thread: it owns one session and runs one phase after the other with it. */
import { freemem, setPriority } from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';
import type { Session } from '../../backends/backend.js';
import { loadBackend } from '../../backends/load.js';
import type { TensorMap } from '../../base/tensor.js';
import { createLayout } from '../../datasets/layout/layout.js';
import { encodeResponses } from '../../datasets/responses.js';
import { Batcher } from '../batching/batcher.js';
import { monotonicNs } from '../clock.js';
import { startNs } from '../control.js';
import { threadId } from '../issuer/waiting.js';
import type { FromWorker, ToWorker, WorkerPhase, WorkerThreadData } from '../messages.js';
import { threadError } from '../thread-error.js';
import { withHostNms } from './host-nms.js';
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

async function runPhase(session: Session, phase: WorkerPhase): Promise<void> {
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
  say({ type: 'armed' });
  await workThrough({
    instance,
    session,
    record,
    control,
    batcher,
    now,
    layOut,
    capture,
    onFailure: (message, batch, size) => {
      if (reported++ < reportedFailures) say({ type: 'failure', message, batch, size });
    },
  });
  say({ type: 'done', batching: batcher.report() });
}

try {
  beNice(data.nice);
  const backend = await loadBackend(data.backend);
  const opened = await backend.open({
    model: data.model,
    device: data.device,
    instance: data.instance,
    options: data.options,
  });
  const session = data.hostNms ? withHostNms(opened, data.hostNms) : opened;
  port.on('message', (message: ToWorker) => {
    const handled =
      message.type === 'phase'
        ? runPhase(session, message.phase)
        : Promise.resolve(session.close()).then(() => {
            say({ type: 'closed' });
            port.close();
          });
    handled.catch((error) => say({ type: 'error', error: threadError(error) }));
  });
  say({
    type: 'open',
    provider: session.provider,
    backendName: backend.name,
    backendVersion: backend.version,
    inputs: session.inputs,
    outputs: session.outputs,
  });
} catch (error) {
  say({ type: 'error', error: threadError(error) });
  port.close();
}
