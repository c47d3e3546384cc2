/**
 * The tfjs backend's time ÷ ONNX Runtime's on the CPU, in one process on the same cores, alternating: one call, and
 * Offline with one instance per core. `--device=wasm` has TF.js compute in WebAssembly; `--model=bert-base,ssd-resnet34` chooses models; `--threads=2` gives one call so
 * many threads, without Offline, because TensorFlow's threads are the same for a whole process.
 */
import { availableParallelism } from 'node:os';
import { median } from 'simple-statistics';
import type { Session } from '../../src/backends/backend.js';
import { loadBackend, loadProfile } from '../../src/backends/load.js';
import { findTfjs } from '../../src/backends/tfjs/install.js';
import { createLayout } from '../../src/datasets/layout/layout.js';
import { WorkerPool } from '../../src/engine/worker-pool.js';
import type { Figure } from '../figure.js';
import { type Bench, benchModel, offlinePhase, offlineQueries } from '../models.js';

const backends = ['tfjs', 'onnxruntime'] as const;
/** As a share of ONNX Runtime's time. */
const target = 1.1;
type BackendName = (typeof backends)[number];

const models = ['bert-base', 'bert-large', 'ssd-resnet34'];
/** Samples loaded; Offline goes through them once. */
const samples: Readonly<Record<string, number>> = { 'bert-base': 32, 'bert-large': 12 };
const fewSamples = 4;
const calls = 5;

const flag = (name: string, fallback: string): string =>
  process.argv.find((arg) => arg.startsWith(`--${name}=`))?.slice(name.length + 3) ?? fallback;

export async function tfjs(runs: number): Promise<readonly Figure[] | { readonly skipped: string }> {
  const device = flag('device', 'cpu') === 'wasm' ? 'wasm' : 'cpu';
  if (!findTfjs()?.variants.includes(device))
    return {
      skipped: `TF.js for ${device} is not in the cache; run 'baremark setup tfjs --device ${device}'`,
    };
  const threads = Number(flag('threads', '1'));
  const devices = { tfjs: device, onnxruntime: 'cpu' };
  const options: Options = {
    tfjs: device === 'cpu' ? { intraOpThreads: threads, interOpThreads: availableParallelism() } : {},
    onnxruntime: { intraOpNumThreads: threads, interOpNumThreads: 1 },
  };
  for (const name of backends)
    await (await loadProfile(name)).prepare?.({ device: devices[name], options: options[name] });
  const figures: Figure[] = [];
  for (const name of flag('model', models.join(',')).split(',')) {
    const bench = await benchModel(name, samples[name] ?? fewSamples, { nms: 'host' });
    figures.push(await oneCall(bench, runs, { devices, options }, threads));
    if (threads === 1) figures.push(await offline(bench, runs, { devices, options }));
  }
  return figures;
}

type Options = Readonly<Record<BackendName, Readonly<Record<string, number>>>>;

interface Systems {
  readonly devices: Readonly<Record<BackendName, string>>;
  readonly options: Options;
}

/** Of WebAssembly nothing is asked: it computes in one thread without the kernels that the others have. */
const targetOn = (device: string) => (device === 'cpu' ? { atMost: target } : {});

async function oneCall(
  bench: Bench,
  runs: number,
  { devices, options }: Systems,
  threads: number,
): Promise<Figure> {
  const sessions = new Map<BackendName, Session>();
  for (const name of backends)
    sessions.set(
      name,
      await (await loadBackend(name)).open({
        model: { name: bench.name, file: bench.file, precision: 'fp32' },
        device: devices[name],
        instance: 0,
        options: options[name],
      }),
    );
  const { inputs } = sessions.get('tfjs')!;
  const layout = createLayout(bench.loaded, inputs, { pad: 'max', maxLength: bench.maxLength });
  const feeds = layout.layOut([0], 1);
  const timed = async (name: BackendName): Promise<number> => {
    const start = performance.now();
    await sessions.get(name)!.run({ size: 1, feeds });
    return performance.now() - start;
  };
  for (const name of backends) for (let i = 0; i < 2; i++) await timed(name);
  const values: number[] = [];
  const times: Record<BackendName, number[]> = { tfjs: [], onnxruntime: [] };
  for (let run = 0; run < runs; run++) {
    const round: Record<BackendName, number[]> = { tfjs: [], onnxruntime: [] };
    for (let call = 0; call < calls; call++) for (const name of backends) round[name].push(await timed(name));
    for (const name of backends) times[name].push(...round[name]);
    values.push(median(round.tfjs) / median(round.onnxruntime));
  }
  for (const session of sessions.values()) await session.close();
  return {
    name: `${bench.name} on ${devices.tfjs}, one call, threads: ${threads}`,
    unit: "of ONNX Runtime's time",
    values,
    ...targetOn(devices.tfjs),
    note: backends.map((name) => `${name} ${median(times[name]).toFixed(0)} ms`).join(', '),
  };
}

async function offline(bench: Bench, runs: number, { devices, options }: Systems): Promise<Figure> {
  const instances = availableParallelism();
  const rows = bench.loaded.indices.length;
  const pools = new Map<BackendName, WorkerPool>();
  for (const name of backends)
    pools.set(
      name,
      await WorkerPool.open({
        backend: name,
        model: { name: bench.name, file: bench.file, precision: 'fp32' },
        devices: [devices[name]],
        instances,
        options: options[name],
        nice: 0,
      }),
    );
  const maxBatch = bench.name.startsWith('bert') ? 8 : 1;
  const secondsOf = async (name: BackendName): Promise<number> => {
    const { record } = await pools.get(name)!.run(offlinePhase(bench, offlineQueries(bench, rows), maxBatch));
    return record.completed.reduce((last, time) => Math.max(last, time), 0) / 1e9;
  };
  for (const name of backends) await secondsOf(name);
  const values: number[] = [];
  const rates: Record<BackendName, number[]> = { tfjs: [], onnxruntime: [] };
  for (let run = 0; run < runs; run++) {
    const [ours, theirs] = [await secondsOf('tfjs'), await secondsOf('onnxruntime')];
    values.push(ours / theirs);
    rates.tfjs.push(rows / ours);
    rates.onnxruntime.push(rows / theirs);
  }
  for (const pool of pools.values()) await pool.close();
  return {
    name: `${bench.name} on ${devices.tfjs}, Offline, instances: ${instances}`,
    unit: "of ONNX Runtime's time",
    values,
    ...targetOn(devices.tfjs),
    note: backends.map((name) => `${name} ${median(rates[name]).toPrecision(3)} samples/s`).join(', '),
  };
}
