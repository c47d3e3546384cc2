import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildPlan, systemName } from '../../src/plan/build.js';
import type { OptionName } from '../../src/plan/options/table.js';
import { thrown } from './thrown.js';

let dir: string;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'baremark-build-'));
  writeFileSync(join(dir, 'model.onnx'), '');
  writeFileSync(join(dir, 'user.conf'), '*.Server.target_qps = 10\n');
  writeFileSync(join(dir, 'mine.js'), '');
  mkdirSync(join(dir, 'squad'));
  writeFileSync(join(dir, 'squad', 'dev-v1.1.json'), '{}');
  mkdirSync(join(dir, 'coco', 'annotations'), { recursive: true });
  writeFileSync(join(dir, 'coco', 'annotations', 'instances_val2017.json'), '{}');
});
afterAll(() => rmSync(dir, { recursive: true }));

type Given = Partial<Record<OptionName, unknown>>;
const server = { model: 'bert-tiny', scenario: 'Server' };
const build = (options: Given, plan?: string) => buildPlan({ plan, options, folder: dir });
const runOf = (options: Given) => build({ ...server, ...options }).runs[0]!;

describe('a plan of options alone', () => {
  it("has MLPerf's least duration and LoadGen 6.0.17's seeds, and leaves the rest to model and device", () => {
    const plan = build(server);
    expect(plan).toMatchObject({ name: 'options', out: join(dir, 'results'), repeat: 1 });
    expect(plan.runs).toHaveLength(1);
    expect(plan.runs[0]).toMatchObject({
      benchmark: 'bert-tiny',
      scenario: 'Server',
      mode: 'PerformanceOnly',
      backend: 'onnxruntime',
      device: 'cpu',
      instances: 'auto',
      batching: { maxBatch: 'auto', maxWaitMs: 'auto', pad: 'longest' },
      dataset: { kind: 'synthetic-text', count: 10_833, maxSequence: 384, vocabSize: 30_522 },
    });
    expect(plan.runs[0]!.settings).toEqual({
      serverTargetQps: 'auto',
      minDurationMs: 600_000,
      qslRngSeed: 2085463073848966840n,
      sampleIndexRngSeed: 2747215439041700203n,
      scheduleRngSeed: 16159082839903944936n,
    });
  });

  it('takes what is given', () => {
    const run = runOf({
      'target-qps': '40',
      'min-duration': '20s',
      'max-duration': '1m',
      'min-queries': '100',
      'max-queries': '1000',
      'target-latency': '50ms',
      'latency-percentile': '0.97',
      'performance-samples': '64',
      'schedule-seed': '7',
      'max-batch': '8',
      'max-wait': '2ms',
      buckets: '64,128',
      pad: 'max',
      instances: '2',
      warmup: '0',
      coalesce: true,
      'backend-option': ['intraOpNumThreads=1'],
    });
    expect(run.settings).toMatchObject({
      serverTargetQps: 40,
      minDurationMs: 20_000,
      maxDurationMs: 60_000,
      minQueryCount: 100,
      maxQueryCount: 1000,
      serverTargetLatencyNs: 50_000_000,
      serverTargetLatencyPercentile: 0.97,
      performanceSampleCountOverride: 64,
      scheduleRngSeed: 7n,
      serverCoalesceQueries: true,
    });
    expect(run).toMatchObject({
      batching: { maxBatch: 8, maxWaitMs: 2, pad: 'max', buckets: [64, 128] },
      instances: 2,
      warmup: 0,
      backendOptions: { intraOpNumThreads: 1 },
    });
  });

  it('makes a submission of accuracy, then performance', () => {
    const { runs } = build({ ...server, mode: 'submission' });
    expect(runs.map((run) => run.mode)).toEqual(['AccuracyOnly', 'PerformanceOnly']);
  });

  it('leaves to the conf files what they say and the options do not', () => {
    const conf = (name: string, text: string) => {
      writeFileSync(join(dir, name), text);
      return name;
    };
    const user = conf('user.conf', 'bert.Server.target_qps = 10\n*.Offline.min_duration = 60000\n');
    const mlperf = conf('mlperf.conf', '*.*.qsl_rng_seed = 1\n*.Server.min_duration = 60000\n');
    const byUser = runOf({ 'user-conf': user });
    expect(byUser.userConf?.path).toBe(join(dir, 'user.conf'));
    expect(byUser.userConf?.entries.map(({ key, value }) => [key, value])).toEqual([
      ['target_qps', '10'],
      ['min_duration', '60000'],
    ]);
    // The rate is said; the duration is said for Offline alone; LoadGen takes no seeds from a user.conf.
    expect(byUser.settings).toEqual({
      minDurationMs: 600_000,
      qslRngSeed: 2085463073848966840n,
      sampleIndexRngSeed: 2747215439041700203n,
      scheduleRngSeed: 16159082839903944936n,
    });
    // An mlperf.conf that gives one seed leaves the others to LoadGen's own.
    const otherSeeds = {
      sampleIndexRngSeed: 2747215439041700203n,
      scheduleRngSeed: 16159082839903944936n,
    };
    expect(runOf({ 'mlperf-conf': mlperf }).settings).toEqual({ ...otherSeeds, serverTargetQps: 'auto' });
    const both = { 'mlperf-conf': mlperf, 'user-conf': user };
    expect(runOf(both).settings).toEqual(otherSeeds);
    expect(runOf({ ...both, 'min-duration': '5s', 'target-qps': 3 }).settings).toEqual({
      ...otherSeeds,
      minDurationMs: 5000,
      serverTargetQps: 3,
    });
  });

  it('refuses a conf file with a bad line', () => {
    writeFileSync(join(dir, 'bad.conf'), '# fine\n*.Server.target_qps = 10\n*.Sever.target_qps = 10\n');
    const { code, message } = thrown(() => runOf({ 'user-conf': 'bad.conf' }));
    expect(code).toBe('BAD_CONF');
    expect(message).toMatch(/bad\.conf line 3: .*Sever/);
  });

  it('uses the real data that a folder has for a task, and synthetic data for the other', () => {
    const both = { model: 'bert-tiny,ssd-resnet34-small', scenario: 'Offline' };
    const kinds = (dataset: readonly string[]) =>
      build({ ...both, dataset }).runs.map((run) => run.dataset.kind);
    expect(kinds(['.'])).toEqual(['squad', 'coco']);
    expect(kinds(['squad'])).toEqual(['squad', 'synthetic-images']);
    expect(kinds(['squad', 'coco'])).toEqual(['squad', 'coco']);
  });

  it('feeds float32 images to graphs built here, in whatever precision they compute', () => {
    const layouts = ['fp32', 'fp16'].map((precision) => {
      const { dataset, model } = build({ model: 'ssd-resnet34', scenario: 'Offline', precision }).runs[0]!;
      return [model.graph?.precision, 'layout' in dataset && dataset.layout];
    });
    expect(layouts).toEqual([
      ['fp32', 'float-nchw'],
      ['fp16', 'float-nchw'],
    ]);
  });

  it('gives the simulated backend counts without inputs', () => {
    expect(runOf({ backend: 'simulated' }).dataset).toEqual({
      kind: 'none',
      totalSampleCount: 10_833,
      performanceSampleCount: 10_833,
    });
  });

  it('runs a file as the model', () => {
    expect(runOf({ 'model-file': 'model.onnx' }).model).toMatchObject({
      file: join(dir, 'model.onnx'),
      graph: undefined,
      weights: { kind: 'file' },
    });
  });

  it('takes a module of the user as the backend, with any device', () => {
    expect(runOf({ backend: './mine.js', device: 'npu:7' })).toMatchObject({
      backend: join(dir, 'mine.js'),
      device: 'npu:7',
    });
  });

  it.each(['cpu', 'cuda', 'cuda:0', 'cuda:0,1,2', 'cuda:all', 'cuda:MIG-1a2b-3c', 'tensorrt:0', 'webgpu'])(
    'takes the device %s',
    (device) => expect(runOf({ device }).device).toBe(device),
  );

  it('repeats all runs in turn', () => {
    const { runs } = build({ model: 'bert-tiny', scenario: 'Offline,Server', repeat: '3' });
    expect(runs.map((run) => `${run.repeat} ${run.scenario}`)).toEqual([
      '1 Offline',
      '1 Server',
      '2 Offline',
      '2 Server',
      '3 Offline',
      '3 Server',
    ]);
  });

  it('makes an accuracy run once, however often it repeats', () => {
    const { runs } = build({ model: 'bert-tiny', scenario: 'Server', mode: 'submission', repeat: '2' });
    expect(runs.map((run) => `${run.repeat} ${run.mode}`)).toEqual([
      '1 AccuracyOnly',
      '1 PerformanceOnly',
      '2 PerformanceOnly',
    ]);
  });
});

describe('a plan with options', () => {
  it('runs only what is chosen, with the options over its own', () => {
    const { runs } = build({ model: 'ssd-resnet34', scenario: 'server', 'min-queries': 5 }, 'mlperf-v1.1');
    expect(runs.map((run) => `${run.benchmark} ${run.scenario}`)).toEqual(['ssd-resnet34 Server']);
    expect(runs[0]!.settings.minQueryCount).toBe(5);
  });

  it('takes the name of a model for all its benchmarks', () => {
    const { runs } = build({ model: 'bert-large', scenario: 'Offline' }, 'mlperf-v6.0');
    expect(runs.map((run) => run.benchmark)).toEqual(['bert-99', 'bert-99.9']);
  });

  it.each<[Given, string]>([
    [
      { model: 'bert-base' },
      '--model is "bert-base", which the plan quick does not run; choose bert-tiny, ssd-resnet34-small or ssd-mobilenet.',
    ],
    [
      { scenario: 'SingleStream' },
      '--scenario is "SingleStream", which the plan quick does not run; choose Offline or Server.',
    ],
    [
      { model: 'bert' },
      expect.stringMatching(/^--model is "bert", which is not a known model or benchmark; /),
    ],
    [
      { 'model-file': 'model.onnx' },
      expect.stringMatching(
        /^--model-file is .*model\.onnx, but the plan runs several models; choose one with --model\.$/,
      ),
    ],
  ])('refuses %j', (options, message) => {
    expect(thrown(() => build(options, 'quick')).message).toEqual(message);
  });
});

it.each([
  ['r7525', 'r7525'],
  ['my host/7', 'my-host-7'],
  ['..', 'system'],
  ['-x.y_z', 'x.y_z'],
  ['x.', 'x'],
  ['systems', 'system'],
  ['Published', 'system'],
])('the host %s is the system %s', (host, name) => expect(systemName(host)).toBe(name));

describe('--fidelity', () => {
  it.each([
    [{ fidelity: '20' }, '--fidelity is 20, but only accuracy runs keep answers to compare; add --mode'],
    [{ fidelity: '20', mode: 'performance' }, 'only accuracy runs keep answers'],
    [{ 'reference-file': 'model.onnx' }, 'but nothing is compared with it; add --fidelity'],
  ])('is refused where nothing would come of it: %j', (given, says) => {
    const error = thrown(() => runOf(given));
    expect(error.code).toBe('BAD_OPTION');
    expect(error.message).toContain(says);
  });

  it('is taken by the accuracy run of a submission alone', () => {
    const { runs } = build({ ...server, mode: 'submission', fidelity: '20' });
    expect(runs.map(({ mode, fidelity }) => [mode, fidelity?.samples])).toEqual([
      ['AccuracyOnly', 20],
      ['PerformanceOnly', undefined],
    ]);
  });

  it('compares with standard operators in FP32, whatever the run has', () => {
    const options = { mode: 'accuracy', fidelity: '20', precision: 'fp16', 'graph-option': ['fused=true'] };
    const { model, fidelity } = runOf(options);
    expect(model.graph).toMatchObject({ fused: true, precision: 'fp16' });
    expect(fidelity!.reference.graph).toMatchObject({ kind: 'bert', precision: 'fp32', fused: undefined });
  });
});
