import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { findPlacement } from '../../../src/backends/onnxruntime/placement.js';
import { checkProvider } from '../../../src/backends/onnxruntime/provider-check.js';
import { cacheDir } from '../../../src/base/files.js';
import { ensureModel } from '../../../src/graphs/model-cache.js';
import type { GraphSpec } from '../../../src/graphs/spec.js';
import { findBenchmark } from '../../../src/plan/models.js';
import type { RunDocument } from '../../../src/results/types.js';
import { tinySsd } from '../../graphs/support.js';
import { swiftshader } from '../swiftshader.js';

const folder = mkdtempSync(join(tmpdir(), 'baremark-webgpu-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const found = swiftshader();
const env = 'env' in found ? found.env : {};
const opens = 'env' in found ? await checkProvider('webgpu', { env }) : undefined;
const why =
  'missing' in found
    ? found.missing
    : opens?.kind === 'works'
      ? undefined
      : `ONNX Runtime does not open webgpu on SwiftShader here (${opens?.reason})`;

interface Feed {
  readonly type: 'float32' | 'int64' | 'uint8';
  readonly dims: readonly number[];
  readonly values: readonly number[];
}

interface Answer {
  readonly provider: string;
  readonly outputs: Readonly<Record<string, { readonly dims: number[]; readonly values: number[] }>>;
}

const entry = fileURLToPath(new URL('./webgpu-main.mjs', import.meta.url));
const backend = new URL('../../../dist/backends/onnxruntime/backend.js', import.meta.url).href;
const main = fileURLToPath(new URL('../../../dist/cli/main.js', import.meta.url));

/** Runs a model in a process of its own, because Vulkan's driver is chosen at process start. */
function run(device: string, file: string, feeds: Readonly<Record<string, Feed>>): Answer {
  const request = join(folder, `${device}-request.json`);
  const answer = join(folder, `${device}-answer.json`);
  rmSync(answer, { force: true });
  writeFileSync(request, JSON.stringify({ file, device, feeds }));
  const { stderr } = spawnSync(process.execPath, [entry, backend, request, answer], {
    env: { ...process.env, ...env },
    encoding: 'utf8',
    timeout: 50_000,
  });
  try {
    return JSON.parse(readFileSync(answer, 'utf8')) as Answer;
  } catch {
    throw new Error(`the process left no answer: ${stderr}`);
  }
}

async function bothDevices(spec: GraphSpec, feeds: Readonly<Record<string, Feed>>) {
  const { path } = await ensureModel(spec, join(cacheDir(), 'models'));
  const [webgpu, cpu] = [run('webgpu', path, feeds), run('cpu', path, feeds)];
  expect(webgpu.provider).toBe('WebGpuExecutionProvider');
  expect(cpu.provider).toBe('CPUExecutionProvider');
  expect(Object.keys(webgpu.outputs)).toEqual(Object.keys(cpu.outputs));
  return { webgpu: webgpu.outputs, cpu: cpu.outputs };
}

function largestDifference(a: readonly number[], b: readonly number[]): number {
  expect(a.length).toBe(b.length);
  return a.reduce((most, value, i) => Math.max(most, Math.abs(value - b[i]!)), 0);
}

const side = tinySsd.inputSize;
const image: Feed = {
  type: 'uint8',
  dims: [1, side, side, 3],
  values: Array.from({ length: side * side * 3 }, (_, i) => {
    const [x, y] = [Math.floor(i / 3) % side, Math.floor(i / 3 / side)];
    return (Math.floor(x / 40) * 67 + Math.floor(y / 55) * 41 + (i % 3) * 50 + ((i * 31) % 17)) % 256;
  }),
};

type Outputs = Answer['outputs'];

/** Class, score and edges of every detection with a score. */
function detections({ bboxes, labels, scores }: Outputs): { label: number; numbers: number[] }[] {
  return scores!.values
    .map((score, i) => ({
      label: labels!.values[i]!,
      numbers: [score, ...bboxes!.values.slice(4 * i, 4 * i + 4)],
    }))
    .filter(({ numbers }) => numbers[0]! > 0);
}

const title = why === undefined ? 'WebGPU on a software Vulkan driver' : `WebGPU (skipped because ${why})`;

describe.skipIf(why !== undefined)(title, () => {
  it("gives BERT tiny's results as the CPU does, to 1e-3", async () => {
    const length = 48;
    const ids = Array.from({ length }, (_, i) => (i * 613 + 101) % 30_000);
    const int64 = (values: number[]): Feed => ({ type: 'int64', dims: [1, length], values });
    const { webgpu, cpu } = await bothDevices(findBenchmark('bert-tiny', 'test').model.graph!, {
      input_ids: int64(ids),
      input_mask: int64(ids.map((_, i) => (i < 40 ? 1 : 0))),
      segment_ids: int64(ids.map((_, i) => (i < 12 ? 0 : 1))),
    });
    for (const name of Object.keys(cpu)) {
      const [ours, wanted] = [webgpu[name]!, cpu[name]!];
      expect(ours.dims).toEqual(wanted.dims);
      expect(Math.max(...wanted.values) - Math.min(...wanted.values)).toBeGreaterThan(0.05);
      expect(largestDifference(ours.values, wanted.values)).toBeLessThan(1e-3);
    }
  });

  it("gives a small SSD's heads as the CPU does, to 1e-3", async () => {
    const { webgpu, cpu } = await bothDevices({ ...tinySsd, nms: 'host' }, { image });
    for (const name of Object.keys(cpu)) {
      expect(webgpu[name]!.dims).toEqual(cpu[name]!.dims);
      expect(largestDifference(webgpu[name]!.values, cpu[name]!.values)).toBeLessThan(1e-3);
    }
  });

  it("gives a small SSD's detections as the CPU does, to 1e-3, with what WebGPU lacks on the CPU", async () => {
    const { path } = await ensureModel(tinySsd, join(cacheDir(), 'models'));
    const placement = await findPlacement({ file: path, device: 'webgpu', options: {} }, env);
    const { nodes, onCpu } = 'value' in placement ? placement.value : expect.fail(placement.unavailable);
    expect(onCpu).toContain('NonMaxSuppression');
    expect(onCpu).not.toContain('Conv');
    // The backbone and the heads are about nine tenths of the graph.
    expect(nodes.WebGpuExecutionProvider).toBeGreaterThan(5 * nodes.CPUExecutionProvider!);

    const { webgpu, cpu } = await bothDevices(tinySsd, { image });
    const left = detections(cpu);
    expect(left.length).toBeGreaterThan(10);
    expect(detections(webgpu)).toHaveLength(left.length);
    // Near-equal scores may change places.
    for (const { label, numbers } of detections(webgpu)) {
      const like = left.findIndex(
        (one) => one.label === label && one.numbers.every((value, i) => Math.abs(value - numbers[i]!) < 1e-3),
      );
      expect(like, `a detection of class ${label} with score ${numbers[0]}`).toBeGreaterThanOrEqual(0);
      left.splice(like, 1);
    }
  });

  it('says in the result of a run which nodes the CPU ran', () => {
    const what = ['run', '--model', 'bert-tiny', '--scenario', 'Offline', '--device', 'webgpu', '--json'];
    const short = ['--min-duration', '1ms', '--min-queries', '1', '--target-qps', '1', '--warmup', '0'];
    const few = ['--performance-samples', '1', '--max-batch', '1', '--out', folder];
    const stdout = execFileSync(process.execPath, [main, ...what, ...short, ...few], {
      env: { ...process.env, ...env },
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const { sut } = (JSON.parse(stdout) as RunDocument[])[0]!;
    expect(sut.provider).toBe('WebGpuExecutionProvider');
    const { placement } = sut;
    if (!placement || 'unavailable' in placement) return expect.fail(placement?.unavailable);
    expect(placement.nodes.WebGpuExecutionProvider).toBeGreaterThan(0);
    // Whole numbers that stand for places and for the mask are not WebGPU's business; matrices are.
    expect(placement.onCpu).toContain('CumSum');
    expect(placement.onCpu).not.toContain('MatMul');
  });
});
