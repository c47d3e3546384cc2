import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Backend } from '../../src/backends/backend.js';
import { backendConformance, type ConformanceSubject } from '../../src/backends/conformance.js';
import { loadBackend } from '../../src/backends/load.js';
import type { Tensor, TensorMap } from '../../src/base/tensor.js';
import { ensureModel } from '../../src/graphs/model-cache.js';
import { tinyBert } from '../helpers/models.js';
import { describeWithTfjs } from './tfjs/with-tfjs.js';

const folder = mkdtempSync(join(tmpdir(), 'baremark-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Questions of 16 tokens; sample i is the same in every batch. */
function questions(size: number): TensorMap {
  const tensor = (value: (i: number) => number): Tensor => ({
    type: 'int64',
    dims: [size, 16],
    data: BigInt64Array.from({ length: size * 16 }, (_, i) => BigInt(value(i))),
  });
  return {
    input_ids: tensor((i) => 100 + ((i * 7919) % 900)),
    input_mask: tensor(() => 1),
    segment_ids: tensor((i) => (i % 16 < 6 ? 0 : 1)),
  };
}

const subjects: Record<string, () => Promise<ConformanceSubject>> = {
  simulated: async () => ({
    backend: await loadBackend('simulated'),
    request: {
      model: { name: 'none', precision: 'fp32' },
      device: 'cpu',
      instance: 0,
      options: { fixedMs: 1 },
    },
  }),
  'onnxruntime on the CPU': async () => {
    const { path } = await ensureModel(tinyBert, folder);
    return {
      backend: await loadBackend('onnxruntime'),
      request: {
        model: { name: 'tiny', file: path, precision: 'fp32' },
        device: 'cpu',
        instance: 0,
        options: { intraOpNumThreads: 1 },
      },
      feeds: questions,
    };
  },
  'tfjs on the CPU': async () => {
    const { path } = await ensureModel(tinyBert, folder);
    return {
      backend: await loadBackend('tfjs'),
      request: {
        model: { name: 'tiny', file: path, precision: 'fp32' },
        device: 'cpu',
        instance: 0,
        options: { intraOpThreads: 1 },
      },
      feeds: questions,
    };
  },
  'tfjs in WebAssembly': async () => {
    const { path } = await ensureModel(tinyBert, folder);
    return {
      backend: await loadBackend('tfjs'),
      request: {
        model: { name: 'tiny', file: path, precision: 'fp32' },
        device: 'wasm',
        instance: 0,
        options: {},
      },
      feeds: questions,
    };
  },
  "the README's backend": async () => ({
    backend: await loadBackend(new URL('../../examples/echo-backend.js', import.meta.url).href),
    request: {
      model: { name: 'none', precision: 'fp32' },
      device: 'cpu',
      instance: 0,
      options: { pauseMs: 1 },
    },
    feeds: questions,
  }),
};

/** Subjects that need what `npm ci` does not bring. */
const variants: Readonly<Record<string, 'cpu' | 'wasm'>> = {
  'tfjs on the CPU': 'cpu',
  'tfjs in WebAssembly': 'wasm',
};

for (const [name, subjectOf] of Object.entries(subjects)) {
  const title = `backend conformance: ${name}`;
  const variant = variants[name];
  const tests = () => {
    let checks: ReturnType<typeof backendConformance> = [];
    beforeAll(async () => {
      checks = backendConformance(await subjectOf());
    });
    const names = backendConformance({
      backend: {} as Backend,
      request: {} as ConformanceSubject['request'],
    });
    it.each(names.map((check) => check.name))('%s', (check) =>
      checks.find((each) => each.name === check)!.run(),
    );
  };
  if (variant === undefined) describe(title, tests);
  else describeWithTfjs(variant, title, tests);
}

describe('backend conformance finds what is wrong with', () => {
  const working = (
    change: Partial<Awaited<ReturnType<Backend['open']>>>,
    open?: Backend['open'],
  ): ConformanceSubject => {
    const session = {
      inputs: [],
      outputs: [{ name: 'y', type: 'float32' as const, dims: ['batch'] }],
      provider: 'test',
      run: ({ size }: { size: number }) => ({
        y: { type: 'float32' as const, dims: [size], data: new Float32Array(size) },
      }),
      close: () => {},
      ...change,
    };
    const backend: Backend = {
      name: 'test',
      version: '1',
      open: open ?? (async ({ device }) => (device === 'cpu' ? session : Promise.reject(new Error('no')))),
    };
    return {
      backend,
      request: { model: { name: 'm', precision: 'fp32' }, device: 'cpu', instance: 0, options: {} },
    };
  };
  const faults = async (subject: ConformanceSubject) => {
    const found: string[] = [];
    for (const check of backendConformance(subject))
      await check.run().catch((error: Error) => found.push(error.message));
    return found;
  };

  it('nothing in a good one', async () => expect(await faults(working({}))).toEqual([]));
  it('an output that is missing', async () =>
    expect(await faults(working({ run: () => ({}) }))).toContain('output y is missing'));
  it('an output that is not as long as the batch', async () => {
    const run = () => ({ y: { type: 'float32' as const, dims: [1], data: new Float32Array(1) } });
    expect(await faults(working({ run }))).toContain(
      'output y has the shape [1] for a batch of 3, declared as [batch]',
    );
  });
  it('numbers that are none', async () => {
    const run = ({ size }: { size: number }) => ({
      y: { type: 'float32' as const, dims: [size], data: new Float32Array(size).fill(Number.NaN) },
    });
    expect(await faults(working({ run }))).toContain('output y holds NaN at element 0');
  });
  it('a session that is none', async () =>
    expect(await faults(working({ provider: '' }))).toContain(
      'open() gave no session that can be used: provider is not a name',
    ));
  it('results that change', async () => {
    let calls = 0;
    const run = ({ size }: { size: number }) => ({
      y: { type: 'float32' as const, dims: [size], data: new Float32Array(size).fill(calls++) },
    });
    expect((await faults(working({ run }))).join()).toMatch(/y, run twice: element 0 differs/);
  });
  it('a device that does not exist and is opened all the same', async () => {
    const { backend } = working({});
    const open: Backend['open'] = (request) => backend.open({ ...request, device: 'cpu' });
    expect(await faults(working({}, open))).toContain('it opened a device it does not have');
  });
});

describe('loading a backend', () => {
  it('names a module whose export is none', async () => {
    const { pathToFileURL } = await import('node:url');
    const { writeFileSync } = await import('node:fs');
    for (const [i, text] of ['null', '7', '{}', "{ name: 'x', version: 1, open() {} }"].entries()) {
      const file = join(folder, `none-${i}.mjs`);
      writeFileSync(file, `export default ${text};`);
      await expect(loadBackend(pathToFileURL(file).href)).rejects.toMatchObject({ code: 'BAD_BACKEND' });
    }
  });
  it('names a module that exports none', async () => {
    const url = new URL('../../src/base/tensor.ts', import.meta.url).href;
    await expect(loadBackend(url)).rejects.toMatchObject({
      code: 'BAD_BACKEND',
      message: expect.stringContaining(fileURLToPath(url).slice(-9)),
    });
  });
  it('refuses a model file that is corrupt, naming it', async () => {
    const { writeFileSync } = await import('node:fs');
    const file = join(folder, 'corrupt.onnx');
    writeFileSync(file, 'this is no model');
    const backend = await loadBackend('onnxruntime');
    const request = {
      model: { name: 'm', file, precision: 'fp32' as const },
      device: 'cpu',
      instance: 0,
      options: {},
    };
    await expect(backend.open(request)).rejects.toMatchObject({
      code: 'BAD_MODEL_FILE',
      message: expect.stringContaining(file),
    });
  });
});
