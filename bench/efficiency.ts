/** What the harness costs: Offline through baremark ÷ a bare loop of `session.run` over the same batches, laid out beforehand. */
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { loadBackend } from '../src/backends/load.js';
import type { TensorMap } from '../src/base/tensor.js';
import { createLayout } from '../src/datasets/layout/layout.js';
import type { QueryRecord } from '../src/engine/query-record.js';
import { type Figure, repeat } from './figure.js';
import { type Bench, benchModel, offlinePhase, offlineQueries, openPool } from './models.js';

const seconds = 4;

/** Rows of each batch, in the order the batches were taken. */
function batchesOf(record: QueryRecord): number[][] {
  const batches: number[][] = [];
  for (let row = 0; row < record.rowCount; row++) {
    const batch = record.batch[row]!;
    batches[batch] ??= [];
    batches[batch].push(row);
  }
  return batches;
}

async function bareLoop(bench: Bench, record: QueryRecord): Promise<() => Promise<number>> {
  const session = await InferenceSession.create(bench.file, {
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    logSeverityLevel: 3,
  });
  const { inputs } = await (await loadBackend('onnxruntime')).open({
    model: { name: bench.name, file: bench.file, precision: 'fp32' },
    device: 'cpu',
    instance: 0,
    options: { intraOpNumThreads: 1 },
  });
  const layout = createLayout(bench.loaded, inputs, { pad: 'longest', maxLength: bench.maxLength });
  const feeds = batchesOf(record).map((rows) => {
    const slots = rows.map((row) => layout.slotOf(record.sample[row]!));
    return ownTensors(layout.layOut(slots, slots.length));
  });
  return async () => {
    const start = performance.now();
    for (const feed of feeds) await session.run(feed);
    return (record.rowCount * 1000) / (performance.now() - start);
  };
}

/** A layout overwrites its tensors; the bare loop keeps one set per batch. */
function ownTensors(map: TensorMap): Record<string, Tensor> {
  return Object.fromEntries(
    Object.entries(map).map(([name, { type, data, dims }]) => [
      name,
      new Tensor(type as 'float32', data.slice() as Float32Array, [...dims]),
    ]),
  );
}

async function ratioOf(name: string, maxBatch: number, runs: number): Promise<Figure> {
  const bench = await benchModel(name, 64);
  const pool = await openPool(bench, 1);
  const trial = await pool.run(offlinePhase(bench, offlineQueries(bench, 8 * maxBatch), maxBatch));
  const rate = (trial.record.rowCount * 1e9) / Math.max(...trial.record.completed);
  const queries = offlineQueries(bench, Math.ceil((seconds * rate) / maxBatch) * maxBatch);
  const first = await pool.run(offlinePhase(bench, queries, maxBatch));
  const bare = await bareLoop(bench, first.record);
  await bare();
  const { ratio } = await repeat(runs, async () => {
    const before = await bare();
    const { record } = await pool.run(offlinePhase(bench, queries, maxBatch));
    let last = 0;
    for (const time of record.completed) last = Math.max(last, time);
    const after = await bare();
    return { ratio: (record.rowCount * 1e9) / last / ((before + after) / 2) };
  });
  await pool.close();
  return { name: `${name}, batches of ${maxBatch}`, unit: 'of the bare loop', values: ratio!, atLeast: 0.98 };
}

export async function efficiency(runs: number): Promise<readonly Figure[]> {
  return [await ratioOf('bert-tiny', 8, runs), await ratioOf('ssd-resnet34-small', 1, runs)];
}
