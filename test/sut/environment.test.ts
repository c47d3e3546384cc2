import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { builtInProfile } from '../../src/backends/built-in.js';
import { buildPlan } from '../../src/plan/build.js';
import { runPlan } from '../../src/run/index.js';
import { environmentOf } from '../../src/sut/environment.js';

const folder = mkdtempSync(join(tmpdir(), 'baremark-environment-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
afterEach(() => {
  vi.unstubAllEnvs();
});

const onnxruntime = builtInProfile('onnxruntime')!;

describe('the recorded environment', () => {
  it('has what the profile names and what every process reads, as it is set, by name', () => {
    const env = {
      ORT_TENSORRT_FP16_ENABLE: '1',
      NVIDIA_TF32_OVERRIDE: '0',
      MALLOC_ARENA_MAX: '1',
      CUDA_VISIBLE_DEVICES: '',
      LD_PRELOAD: 'libjemalloc.so.2',
    };
    expect(Object.entries(environmentOf(onnxruntime, env))).toEqual([
      ['CUDA_VISIBLE_DEVICES', ''],
      ['LD_PRELOAD', 'libjemalloc.so.2'],
      ['MALLOC_ARENA_MAX', '1'],
      ['NVIDIA_TF32_OVERRIDE', '0'],
      ['ORT_TENSORRT_FP16_ENABLE', '1'],
    ]);
  });

  it('has nothing that another backend reads', () => {
    const env = { ORT_DISABLE_FLASH_ATTENTION: '1', OMP_NUM_THREADS: '3' };
    expect(environmentOf({}, env)).toEqual({});
    expect(environmentOf(onnxruntime, env)).toEqual({ ORT_DISABLE_FLASH_ATTENTION: '1' });
  });

  it('has no other variable, and no secret that a prefix covers', () => {
    const secrets = {
      AWS_SECRET_ACCESS_KEY: 'hush',
      CUDA_HOME: '/opt/cuda',
      ORT_DOWNLOAD_TOKEN: 'hush',
      ORTHOGONAL: 'hush',
      XCUDNN_LOGLEVEL: 'hush',
      NVIDIA_TF32_OVERRIDE_TOO: 'hush',
    };
    expect(environmentOf(onnxruntime, secrets)).toEqual({});
  });

  it('clips long values, and tells them apart still', () => {
    const recorded = (end: string) => environmentOf({}, { LD_PRELOAD: 'x'.repeat(5000) + end }).LD_PRELOAD!;
    expect(recorded('a')).toMatch(/^x{200}… \(5001 characters, SHA-256 [0-9a-f]{16}…\)$/);
    expect(recorded('a')).not.toBe(recorded('b'));
    expect(environmentOf({}, { LD_PRELOAD: 'x'.repeat(200) })).toEqual({ LD_PRELOAD: 'x'.repeat(200) });
  });
});

it('a run writes it into run.json, and nothing else of its environment', async () => {
  vi.stubEnv('MALLOC_ARENA_MAX', '7');
  vi.stubEnv('DEPLOY_TOKEN', 'a-secret-of-the-owner');
  const backend = { backend: 'simulated', 'backend-option': { fixedMs: 0, perSampleMs: 0.1 } };
  const short = { 'min-duration': 0, 'min-queries': 10, 'offline-expected-qps': 1000 };
  const options = { model: 'bert-tiny', scenario: 'Offline', system: 'box', ...backend, ...short };
  const hooks = { onEvent: () => {}, signal: new AbortController().signal };
  await runPlan(buildPlan({ options, folder }), hooks);
  const file = join(folder, 'results/box/bert-tiny/Offline/performance/run_1/run.json');
  const text = readFileSync(file, 'utf8');
  expect(JSON.parse(text).sut.environment).toMatchObject({ MALLOC_ARENA_MAX: '7' });
  expect(text).not.toContain('DEPLOY_TOKEN');
  expect(text).not.toContain('a-secret-of-the-owner');
});
