/**
 * What ONNX Runtime's own operators gain: Offline BERT with fused=true ÷ the standard graph that its optimizer
 * fuses. `--device=cuda:0 --model=bert-large --precision=fp16` replace the default, BERT tiny in fp32 on the CPU.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import proto from 'onnx-proto';
import { loadBackend } from '../src/backends/load.js';
import { createLayout } from '../src/datasets/layout/layout.js';
import type { WorkerPool } from '../src/engine/worker-pool.js';
import { type Figure, repeat } from './figure.js';
import { type Bench, benchModel, offlinePhase, offlineQueries, openPool } from './models.js';

const seconds = 2;
/** Samples whose logits are compared. */
const compared = 8;

const flag = (name: string, fallback: string): string =>
  process.argv.find((arg) => arg.startsWith(`--${name}=`))?.slice(name.length + 3) ?? fallback;

export async function fused(runs: number): Promise<readonly Figure[]> {
  const [device, model] = [flag('device', 'cpu'), flag('model', 'bert-tiny')];
  const precision = flag('precision', 'fp32') === 'fp16' ? 'fp16' : 'fp32';
  const batch = device === 'cpu' ? 8 : 64;
  const instances = device === 'webgpu' ? 1 : Math.min(2, availableParallelism());
  const standard = await benchModel(model, 512, { precision });
  const contrib = await benchModel(model, 512, { precision, fused: true });
  const pools = [
    await openPool(standard, instances, device),
    await openPool(contrib, instances, device),
  ] as const;
  const rateOf = async (pool: WorkerPool, rows: number) => {
    const { record } = await pool.run(offlinePhase(standard, offlineQueries(standard, rows), batch));
    let last = 0;
    for (const time of record.completed) last = Math.max(last, time);
    return (rows * 1e9) / last;
  };
  const round = batch * instances;
  for (const pool of pools) await rateOf(pool, 8 * round);
  const rows = Math.ceil((seconds * (await rateOf(pools[0], 8 * round))) / round) * round;
  const { ratio } = await repeat(runs, async () => {
    const before = await rateOf(pools[0], rows);
    const ours = await rateOf(pools[1], rows);
    return { ratio: ours / ((before + (await rateOf(pools[0], rows))) / 2) };
  });
  for (const pool of pools) await pool.close();

  const reference = await logitsOf(await benchModel(model, 512, { precision: 'fp32' }), 'cpu');
  const [plain, own] = [await logitsOf(standard, device), await logitsOf(contrib, device)];
  const what = `${model} ${precision} on ${device}`;
  const difference = (name: string, a: Float32Array, b: Float32Array): Figure => ({
    name: `${what}: ${name}`,
    unit: 'of a logit, largest difference',
    values: [largest(a, b)],
  });
  return [
    {
      name: what,
      unit: 'times',
      values: ratio!,
      note: `optimizer: ${await fusedByOptimizer(standard, device)}`,
    },
    difference('standard from fp32 on the CPU', plain, reference),
    difference('fused=true from fp32 on the CPU', own, reference),
    difference('fused=true from standard', own, plain),
  ];
}

/** Start and end logits of the first samples, computed one at a time, so that none is padding. */
async function logitsOf(bench: Bench, device: string): Promise<Float32Array> {
  const backend = await loadBackend('onnxruntime');
  const session = await backend.open({
    model: { name: bench.name, file: bench.file, precision: 'fp32' },
    device,
    instance: 0,
    options: {},
  });
  const layout = createLayout(bench.loaded, session.inputs, { pad: 'longest', maxLength: bench.maxLength });
  const all: number[] = [];
  for (let slot = 0; slot < compared; slot++) {
    const outputs = await session.run({ size: 1, feeds: layout.layOut([slot], 1) });
    for (const { name } of session.outputs) all.push(...(outputs[name]!.data as Float32Array));
  }
  await session.close();
  return Float32Array.from(all);
}

function largest(a: Float32Array, b: Float32Array): number {
  return a.reduce((most, value, i) => Math.max(most, Math.abs(value - b[i]!)), 0);
}

/** ONNX Runtime's own operators that its optimizer puts into a graph for this device, with their counts. */
async function fusedByOptimizer(bench: Bench, device: string): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'baremark-fused-'));
  try {
    const file = join(folder, 'optimized.onnx');
    const session = await (await loadBackend('onnxruntime')).open({
      model: { name: bench.name, file: bench.file, precision: 'fp32' },
      device,
      instance: 0,
      options: { optimizedModelFilePath: file, graphOptimizationLevel: 'extended' },
    });
    await session.close();
    const counts = new Map<string, number>();
    for (const { domain, opType } of proto.onnx.ModelProto.decode(readFileSync(file)).graph!.node!)
      if (domain === 'com.microsoft' || opType!.includes('LayerNormalization'))
        counts.set(opType!, (counts.get(opType!) ?? 0) + 1);
    return [...counts].map(([name, count]) => `${name} ${count}`).join(', ') || 'fuses nothing';
  } finally {
    rmSync(folder, { recursive: true });
  }
}
