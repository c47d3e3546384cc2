import { describe, expect, it } from 'vitest';
import { builtInProfile } from '../../src/backends/built-in.js';
import { plainProfile } from '../../src/backends/plain-profile.js';
import type { BackendProfile } from '../../src/backends/profile.js';
import { buildPlan } from '../../src/plan/build.js';
import { textBuckets } from '../../src/sut/batching.js';
import { chooseSut } from '../../src/sut/choose.js';

const users = plainProfile('mine', () => Promise.reject(new Error('not loaded here')));
const models = { bert: 'bert-tiny', ssd: 'ssd-resnet34-small' };

interface Chosen {
  readonly cores: number;
  readonly device?: string;
  readonly devices?: readonly string[];
  readonly model?: 'bert' | 'ssd';
  readonly scenario?: 'Offline' | 'Server';
  readonly realTime?: boolean;
  readonly options?: Readonly<Record<string, unknown>>;
}

function choose(profile: BackendProfile, chosen: Chosen) {
  const { cores, device = 'cpu', devices = [device], realTime = true, options = {} } = chosen;
  const { model = 'bert', scenario = 'Offline' } = chosen;
  const planned = { model: models[model], scenario, ...options };
  const run = buildPlan({ options: planned, folder: '/' }).runs[0]!;
  return chooseSut({ ...run, device }, devices, { cores, realTime }, profile);
}

const onnxruntime = builtInProfile('onnxruntime')!;
const simulated = builtInProfile('simulated')!;

describe('onnxruntime on the CPU', () => {
  // Up to four cores an instance each; above, an instance for every four whole ones, and they share all cores.
  it.each([
    { cores: 1, instances: 1, threads: 1, free: 0 },
    { cores: 2, instances: 2, threads: 1, free: 0 },
    { cores: 4, instances: 4, threads: 1, free: 0 },
    { cores: 6, instances: 1, threads: 6, free: 0 },
    { cores: 8, instances: 2, threads: 4, free: 0 },
    { cores: 15, instances: 3, threads: 5, free: 0 },
    { cores: 64, instances: 16, threads: 4, free: 0 },
  ])('$cores cores: $instances instances of $threads threads', ({ cores, instances, threads, free }) => {
    expect(choose(onnxruntime, { cores })).toMatchObject({
      instances,
      backendOptions: { intraOpNumThreads: threads, interOpNumThreads: 1 },
      freeCores: free,
      idleSpinNs: 0,
    });
  });

  it.each([
    ['bert', 'Offline', 8],
    ['bert', 'Server', 1],
    ['ssd', 'Offline', 1],
    ['ssd', 'Server', 1],
  ] as const)('%s %s runs batches of %i', (model, scenario, maxBatch) => {
    for (const cores of [1, 2, 8, 64])
      expect(choose(onnxruntime, { cores, model, scenario }).policy.maxBatch).toBe(maxBatch);
  });

  it('divides the cores by the instances that were asked for, and leaves what was asked to be left', () => {
    expect(choose(onnxruntime, { cores: 8, options: { instances: 3 } })).toMatchObject({
      instances: 3,
      backendOptions: { intraOpNumThreads: 2, interOpNumThreads: 1 },
      freeCores: 2,
    });
    const single = { 'backend-option': { intraOpNumThreads: 1, enableMemPattern: false } };
    expect(choose(onnxruntime, { cores: 8, options: single })).toMatchObject({
      instances: 2,
      backendOptions: { intraOpNumThreads: 1, interOpNumThreads: 1, enableMemPattern: false },
      freeCores: 6,
    });
  });
});

describe('onnxruntime on accelerators', () => {
  const two = ['cuda:0', 'cuda:1'];
  it.each([
    { cores: 1, free: -3, nice: 19 },
    { cores: 2, free: -2, nice: 19 },
    { cores: 8, free: 4, nice: 0 },
    { cores: 64, free: 60, nice: 0 },
  ])('cuda:0,1 beside $cores cores: two instances each', ({ cores, free, nice }) => {
    const given = { cores, device: 'cuda:0,1', devices: two, realTime: false };
    expect(choose(onnxruntime, given)).toMatchObject({
      devices: two,
      instances: 2,
      backendOptions: { intraOpNumThreads: 1, interOpNumThreads: 1 },
      freeCores: free,
      nice,
    });
  });

  it.each([
    ['bert', 64],
    ['ssd', 8],
  ] as const)('%s runs batches of %i in both scenarios', (model, maxBatch) => {
    for (const scenario of ['Offline', 'Server'] as const)
      for (const device of ['cuda:0', 'tensorrt:0', 'webgpu'])
        expect(choose(onnxruntime, { cores: 8, model, scenario, device }).policy.maxBatch).toBe(maxBatch);
  });

  it.each([1, 2, 8, 64])('webgpu beside %i cores: one instance', (cores) => {
    expect(choose(onnxruntime, { cores, device: 'webgpu' })).toMatchObject({
      instances: 1,
      freeCores: cores - 1,
    });
  });

  it('refuses a second instance on webgpu', () => {
    expect(() => choose(onnxruntime, { cores: 8, device: 'webgpu', options: { instances: 2 } })).toThrow(
      /--instances is 2.*one thread only.*--instances 1/,
    );
  });
});

describe('other backends', () => {
  it('simulated sleeps in batches of one, and instantly in batches of 256 that use their core', () => {
    expect(choose(simulated, { cores: 8 })).toMatchObject({
      instances: 1,
      policy: { maxBatch: 1 },
      freeCores: 8,
    });
    const instant = { instances: 3, 'backend-option': { instant: true } };
    expect(choose(simulated, { cores: 8, options: instant })).toMatchObject({
      instances: 3,
      policy: { maxBatch: 256 },
      freeCores: 5,
      idleSpinNs: 1_000_000,
    });
  });

  it('a backend that says nothing of itself has one instance and batches of one, whatever the device', () => {
    for (const device of ['cpu', 'npu:0'])
      expect(choose(users, { cores: 8, device })).toMatchObject({
        instances: 1,
        backendOptions: {},
        policy: { maxBatch: 1 },
        freeCores: 7,
      });
    const asked = { instances: 2, 'max-batch': 16 };
    expect(choose(users, { cores: 8, options: asked })).toMatchObject({
      instances: 2,
      policy: { maxBatch: 16 },
    });
  });
});

describe('whatever the backend', () => {
  it('what the user says wins', () => {
    const asked = { 'max-batch': 3, 'max-wait': '2ms', buckets: '64,384' };
    expect(choose(onnxruntime, { cores: 2, scenario: 'Server', options: asked }).policy).toMatchObject({
      maxBatch: 3,
      maxWaitNs: 2_000_000,
      buckets: [64, 384],
    });
  });

  it('text in Server has length buckets where a batch can hold several', () => {
    const asked = { 'max-batch': 8 };
    expect(choose(onnxruntime, { cores: 2, scenario: 'Server', options: asked }).policy.buckets).toEqual(
      textBuckets,
    );
  });

  it('inference steps back where the issuer has neither a core nor a privilege', () => {
    expect(choose(onnxruntime, { cores: 2, realTime: true }).nice).toBe(0);
    expect(choose(onnxruntime, { cores: 2, realTime: false }).nice).toBe(19);
    expect(choose(onnxruntime, { cores: 3, realTime: false, options: { instances: 2 } }).nice).toBe(0);
  });
});
