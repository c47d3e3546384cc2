/** What TensorFlow, and TF.js in WebAssembly, compute of lowered graphs, against ONNX Runtime on the CPU. */
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { afterAll, expect, it } from 'vitest';
import type { Session } from '../../../src/backends/backend.js';
import { loadBackend } from '../../../src/backends/load.js';
import { findTfjs } from '../../../src/backends/tfjs/install.js';
import { compiledEntry } from '../../../src/base/host/compiled-entry.js';
import type { TensorMap } from '../../../src/base/tensor.js';
import { hostNms } from '../../../src/engine/worker/host-nms.js';
import { ensureModel } from '../../../src/graphs/model-cache.js';
import type { GraphSpec } from '../../../src/graphs/spec.js';
import { tinyBert, tinySsd } from '../../helpers/models.js';
import { caseFeeds, caseFile, caseName, operatorCases } from './operator-cases.js';
import { describeWithTfjs } from './with-tfjs.js';

const folder = mkdtempSync(join(tmpdir(), 'baremark-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function open(backend: 'tfjs' | 'onnxruntime', file: string, device = 'cpu'): Promise<Session> {
  const options = backend === 'onnxruntime' ? { intraOpNumThreads: 1 } : { intraOpThreads: 1 };
  return (await loadBackend(backend)).open({
    model: { name: 'm', file, precision: 'fp32' },
    device,
    instance: 0,
    options,
  });
}

/** Largest difference of any output; the shapes and types must be equal. */
function difference(a: TensorMap, b: TensorMap): number {
  expect(Object.keys(a).sort()).toEqual(Object.keys(b).sort());
  let most = 0;
  for (const [name, { dims, type, data }] of Object.entries(a)) {
    expect({ name, dims: [...dims], type }).toEqual({ name, dims: [...b[name]!.dims], type: b[name]!.type });
    for (let i = 0; i < data.length; i++)
      most = Math.max(most, Math.abs(Number(data[i]) - Number(b[name]!.data[i])));
  }
  return most;
}

async function bothRun(
  file: string,
  batches: readonly (readonly [number, TensorMap])[],
  device = 'cpu',
): Promise<number> {
  const [ours, reference] = [await open('tfjs', file, device), await open('onnxruntime', file)];
  let most = 0;
  for (const [size, feeds] of batches)
    most = Math.max(most, difference(await ours.run({ size, feeds }), await reference.run({ size, feeds })));
  await ours.close();
  await reference.close();
  return most;
}

function questions(size: number, length: number): TensorMap {
  const column = (value: (i: number) => number) => ({
    type: 'int64' as const,
    dims: [size, length],
    data: BigInt64Array.from({ length: size * length }, (_, i) => BigInt(value(i))),
  });
  return {
    input_ids: column((i) => 100 + ((i * 7919) % 900)),
    // The end of each text is padding.
    input_mask: column((i) => (i % length < length - 3 ? 1 : 0)),
    segment_ids: column((i) => (i % length < 6 ? 0 : 1)),
  };
}

const pixels = (size: number): TensorMap => ({
  image: {
    type: 'uint8',
    dims: [size, 385, 385, 3],
    data: Uint8Array.from({ length: size * 385 * 385 * 3 }, (_, i) => (i * 7919) % 256),
  },
});

async function fileOf(spec: GraphSpec): Promise<string> {
  return (await ensureModel(spec, folder)).path;
}

describeWithTfjs('cpu', 'TensorFlow computes as ONNX Runtime does', () => {
  it.each(operatorCases.map((each) => [caseName(each), each] as const))('%s', async (_, each) => {
    const file = join(folder, 'case.onnx');
    writeFileSync(file, caseFile(each));
    expect(await bothRun(file, [[2, caseFeeds(each)]])).toBeLessThan(2e-5);
  });

  it.each([
    ['BERT', {}],
    ['BERT of fused operators', { fused: true }],
  ])('%s, whatever the batch, the length and the padding', async (_, change) => {
    const file = await fileOf({ ...tinyBert, ...change });
    const batches = [questions(1, 16), questions(3, 40), questions(8, 7), questions(1, 16)];
    const sizes = [1, 3, 8, 1];
    expect(
      await bothRun(
        file,
        batches.map((feeds, i) => [sizes[i]!, feeds]),
      ),
    ).toBeLessThan(1e-3);
  });

  it('BERT in half precision, as half precision', async () => {
    const file = await fileOf({ ...tinyBert, precision: 'fp16' });
    expect(await bothRun(file, [[2, questions(2, 24)]])).toBeLessThan(0.02);
  });

  it('SSD of bytes: detections match at IoU 0.99', async () => {
    // 3 · 385 · 385 bytes do not end with a word.
    const spec = { ...tinySsd, inputSize: 385, input: 'uint8-nhwc', nms: 'host' } as const;
    const file = await fileOf(spec);
    const [ours, reference] = [await open('tfjs', file), await open('onnxruntime', file)];
    for (const size of [1, 2]) {
      const feeds = pixels(size);
      const a = await ours.run({ size, feeds });
      const b = await reference.run({ size, feeds });
      expect(difference(a, b)).toBeLessThan(2e-3);
      const { finish } = hostNms(spec);
      expect(unmatched(finish(a, size), finish(b, size))).toBe(0);
    }
    await ours.close();
    await reference.close();
  });

  it('without growing over 1,000 runs', async () => {
    const session = await open('tfjs', await fileOf(tinyBert));
    const feeds = [questions(1, 16), questions(4, 24)];
    const run = async (times: number) => {
      for (let i = 0; i < times; i++) await session.run({ size: i % 2 ? 4 : 1, feeds: feeds[i % 2]! });
      return process.memoryUsage.rss();
    };
    const before = await run(500);
    const growth = (await run(1000)) - before;
    await session.close();
    // A tensor that is left behind in each run would be 1,000 times 1.5 kB at least, and pages are counted late.
    expect(growth).toBeLessThan(16 * 2 ** 20);
  });

  it('in worker threads, which end cleanly', async () => {
    const file = await fileOf(tinyBert);
    const module = compiledEntry('backends/tfjs/backend.js').href;
    const script = `
      const { parentPort, workerData } = require('node:worker_threads');
      (async () => {
        const { tfjs } = await import(workerData.module);
        const session = await tfjs.open(workerData.request);
        const outputs = await session.run({ size: 1, feeds: workerData.feeds });
        await session.close();
        parentPort.postMessage(Array.from(outputs.output_start_logits.data));
      })();`;
    const request = {
      model: { name: 'm', file, precision: 'fp32' },
      device: 'cpu',
      instance: 0,
      options: { intraOpThreads: 1 },
    };
    const answers = await Promise.all(
      [0, 1].map(async () => {
        const workerData = { module, request, feeds: questions(1, 16) };
        const worker = new Worker(script, { eval: true, workerData });
        const [[answer], [code]] = await Promise.all([once(worker, 'message'), once(worker, 'exit')]);
        expect(code).toBe(0);
        return answer as number[];
      }),
    );
    expect(answers[0]).toHaveLength(16);
    expect(answers[0]).toEqual(answers[1]);
  });

  it('refuses threads that TensorFlow can no longer have in this process', async () => {
    await (await open('tfjs', await fileOf(tinyBert))).close();
    const request = {
      model: { name: 'm', file: await fileOf(tinyBert), precision: 'fp32' as const },
      device: 'cpu',
      instance: 0,
      options: { intraOpThreads: 7 },
    };
    await expect((await loadBackend('tfjs')).open(request)).rejects.toThrow(
      'TensorFlow runs in this process with TF_NUM_INTRAOP_THREADS=1, and it cannot change to 7; run baremark once for each.',
    );
  });
});

describeWithTfjs('wasm', 'TF.js in WebAssembly computes as ONNX Runtime does', () => {
  it.each(operatorCases.map((each) => [caseName(each), each] as const))('%s', async (_, each) => {
    const file = join(folder, 'case.onnx');
    writeFileSync(file, caseFile(each));
    expect(await bothRun(file, [[2, caseFeeds(each)]], 'wasm')).toBeLessThan(5e-5);
  });

  it.each([
    ['BERT', {}],
    ['BERT of fused operators', { fused: true }],
  ])('%s, whatever the batch, the length and the padding', async (_, change) => {
    const file = await fileOf({ ...tinyBert, ...change });
    const batches = [questions(1, 16), questions(3, 40), questions(8, 7)];
    const sizes = [1, 3, 8];
    const pairs = batches.map((feeds, i) => [sizes[i]!, feeds] as const);
    expect(await bothRun(file, pairs, 'wasm')).toBeLessThan(1e-3);
  });

  it('SSD of bytes', async () => {
    const file = await fileOf({ ...tinySsd, inputSize: 385, input: 'uint8-nhwc', nms: 'host' });
    expect(await bothRun(file, [[1, pixels(1)]], 'wasm')).toBeLessThan(2e-3);
  });

  it('and leaves no tensor behind', async () => {
    const session = await open('tfjs', await fileOf(tinyBert), 'wasm');
    const { memory } = createRequire(join(findTfjs()!.nodeModules, 'x.cjs'))('@tensorflow/tfjs-core') as {
      memory(): { readonly numTensors: number };
    };
    await session.run({ size: 2, feeds: questions(2, 16) });
    const before = memory().numTensors;
    for (let i = 0; i < 20; i++) await session.run({ size: 2, feeds: questions(2, 16 + i) });
    expect(memory().numTensors).toBe(before);
    await session.close();
  });

  it('refuses half precision', async () => {
    const file = await fileOf({ ...tinyBert, precision: 'fp16' });
    await expect(open('tfjs', file, 'wasm')).rejects.toThrow(
      /in half precision, which TF\.js on wasm does not have; use --precision fp32/,
    );
  });
});

/** How many detections above 0.05 of either side have none of the same label at IoU 0.99 on the other. */
function unmatched(a: TensorMap, b: TensorMap): number {
  const boxes = ({ bboxes, labels, scores }: TensorMap) =>
    Array.from(scores!.data, Number).flatMap((score, i) =>
      score > 0.05
        ? [{ row: Math.floor(i / 200), label: labels!.data[i], box: bboxes!.data.slice(4 * i, 4 * i + 4) }]
        : [],
    );
  const overlap = (p: ArrayLike<number | bigint>, q: ArrayLike<number | bigint>) => {
    const [left, top, right, bottom] = [0, 1, 2, 3].map((k) =>
      (k < 2 ? Math.max : Math.min)(Number(p[k]), Number(q[k])),
    ) as [number, number, number, number];
    const area = (box: ArrayLike<number | bigint>) =>
      (Number(box[2]) - Number(box[0])) * (Number(box[3]) - Number(box[1]));
    const both = Math.max(0, right - left) * Math.max(0, bottom - top);
    return both / (area(p) + area(q) - both);
  };
  const [ours, theirs] = [boxes(a), boxes(b)];
  expect(theirs.length).toBeGreaterThan(10);
  const missing = (from: typeof ours, other: typeof ours) =>
    from.filter(
      ({ row, label, box }) =>
        !other.some((each) => each.row === row && each.label === label && overlap(box, each.box) >= 0.99),
    ).length;
  return missing(ours, theirs) + missing(theirs, ours);
}
