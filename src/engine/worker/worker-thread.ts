/** Entry of a worker thread: it owns one session, and works through one phase after the other with it. */
import { freemem, setPriority } from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';
import type { Session } from '../../backends/backend.js';
import { loadBackend } from '../../backends/load.js';
import type { TensorMap } from '../../base/tensor.js';
import { createLayout } from '../../datasets/layout/layout.js';
import { encodeResponses } from '../../datasets/responses.js';
import { Batcher } from '../batching/batcher.js';
import { monotonicNs } from '../clock.js';
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

/** Failures told one by one; the record counts them all. */
const toldFailures = 20;

function beNice(nice: number): void {
  const id = threadId();
  if (nice === 0 || id === undefined) return;
  try {
    // Threads that the runtime starts from here on inherit it.
    setPriority(id, nice);
  } catch {
    // Not permitted: the issuer then shares its core, which its lateness shows.
  }
}

async function runPhase(session: Session, phase: WorkerPhase): Promise<void> {
  const { record, control, loaded } = phase;
  const now = () => monotonicNs() - control.times[0]!;
  const sharers = phase.devices.flatMap((device, instance) =>
    device === data.device && data.sharedDevices && instance !== data.instance ? [instance] : [],
  );
  const batcher = new Batcher(record, control, phase.queues, phase.batcher, now, data.instance, sharers);
  const batchSlots = new Uint32Array(phase.batcher.maxBatch);
  const layout =
    loaded && session.inputs.length > 0
      ? createLayout(loaded, session.inputs, {
          ...phase.padding,
          keepBytes: phase.batcher.maxBatch === 1 ? keptBytes / control.instances : 0,
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
          // A response says nothing of the batch it was computed in: not even how far that was padded.
          const lengths = layout && samples.map((sample) => layout.lengthOf(layout.slotOf(sample)));
          const responses = encodeResponses(kind, outputs, size, samples, lengths);
          const at = kept.map((row, i) => [row, i] as const).filter(([row]) => wanted[row]);
          say({ type: 'responses', rows: at.map(([row]) => row), data: at.map(([, i]) => responses[i]!) });
        }
      : undefined;
  let told = 0;
  say({ type: 'armed' });
  await workThrough({
    instance: data.instance,
    session,
    record,
    control,
    batcher,
    now,
    layOut,
    capture,
    onFailure: (message, batch, size) => {
      if (told++ < toldFailures) say({ type: 'failure', message, batch, size });
    },
  });
  const { cost, filled, hurried } = batcher;
  say({
    type: 'done',
    hurried,
    filling: cost && { filled, fixedNs: cost.fixedNs, tokenNs: cost.tokenNs },
  });
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
