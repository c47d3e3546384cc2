import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { TuneSpace } from '../../src/backends/profile.js';
import type { WorkerPool as Pool } from '../../src/engine/worker-pool.js';
import { buildPlan } from '../../src/plan/build.js';
import type { Tuned } from '../../src/plan/tuned.js';
import { type Tried, tune } from '../../src/search/tune.js';
import { baremark } from '../cli/baremark.js';
import { percentile, poissonTimes } from '../helpers/engine.js';
import { virtualPool } from '../helpers/virtual-pool.js';

const folder = mkdtempSync(join(tmpdir(), 'baremark-tune-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const file = join(folder, 'tuned.json');

/** A batch of n takes 8 + 2 n milliseconds; p99 must be within 80 ms. */
const fixedMs = 8;
const perSampleMs = 2;
const boundMs = 80;
const batches = [4, 32];
const offlineOf = (batch: number) => (1000 * batch) / (fixedMs + perSampleMs * batch);

/** p99 in milliseconds of one server that takes up to `batch` of what waits, by going through the arrivals. */
function p99Of(batch: number, qps: number): number {
  const arrivals = poissonTimes(qps, 20_000).map((ns) => ns / 1e6);
  const latencies: number[] = [];
  let free = 0;
  for (let next = 0; next < arrivals.length; ) {
    const start = Math.max(free, arrivals[next]!);
    let size = 0;
    while (size < batch && (arrivals[next + size] ?? Number.POSITIVE_INFINITY) <= start) size++;
    free = start + fixedMs + perSampleMs * size;
    for (let i = 0; i < size; i++) latencies.push(free - arrivals[next + i]!);
    next += size;
  }
  return percentile(latencies, 0.99);
}

/** The highest rate that holds the bound, by trying every two per cent. */
function serverOf(batch: number): number {
  let qps = 60;
  while (p99Of(batch, qps * 1.02) <= boundMs) qps *= 1.02;
  return qps;
}

// Probes are runs in virtual time: what is best, and its rate, is then one answer on every machine.
vi.mock(import('../../src/engine/worker-pool.js'), async (original) => {
  const { WorkerPool } = await original();
  vi.spyOn(WorkerPool, 'open').mockImplementation(async (config) => virtualPool(config) as unknown as Pool);
  return { WorkerPool };
});

/** Searches as the command does, on a simulated system with these times. */
async function search(
  times: { readonly fixedMs: number; readonly perSampleMs: number },
  boundMs: number,
  space: TuneSpace,
): Promise<{ readonly tuned: Tuned; readonly tried: readonly Tried[] }> {
  const { runs } = buildPlan({
    options: {
      model: ['bert-tiny'],
      scenario: ['Offline', 'Server'],
      backend: 'simulated',
      'backend-option': Object.entries(times).map(([name, value]) => `${name}=${value}`),
      'target-latency': `${boundMs}ms`,
    },
    folder,
  });
  const tried: Tried[] = [];
  const found = await tune(
    { offline: runs[0]!, server: runs[1]! },
    space,
    { probeDurationS: 0.4, repeats: 3, precision: 0.02 },
    { onTried: (one) => tried.push(one), say: () => {}, signal: new AbortController().signal },
  );
  return { tuned: found!, tried };
}

describe('tune, on a system whose best answer is known,', () => {
  let tuned: Tuned;
  let tried: readonly Tried[];
  beforeAll(async () => {
    const space = { batches, instances: [1], waitsMs: [0] };
    ({ tuned, tried } = await search({ fixedMs, perSampleMs }, boundMs, space));
  });

  it('finds the batch of the best Offline rate, and that rate', () => {
    expect(tuned.offline).toMatchObject({ instances: 1, maxBatch: 32 });
    expect(tuned.offline.samplesPerSecond).toBeCloseTo(offlineOf(32), 6);
  });

  it('finds the best batch within the latency bound, and its rate', () => {
    expect(serverOf(32)).toBeGreaterThan(1.1 * serverOf(4));
    expect(tuned.server).toMatchObject({ instances: 1, maxBatch: 32, boundMs, percentile: 0.99 });
    // A probe sees some hundred arrivals, and of ours there are 20,000.
    expect(tuned.server!.samplesPerSecond / serverOf(32)).toBeGreaterThan(0.85);
    expect(tuned.server!.samplesPerSecond / serverOf(32)).toBeLessThan(1.1);
  });

  it('tells what it tries', () => {
    expect(tried.map(({ scenario, maxBatch }) => [scenario, maxBatch])).toEqual([
      ['Offline', 4],
      ['Offline', 32],
      ['Server', 32],
      ['Server', 4],
    ]);
    expect(tried[0]!.samplesPerSecond).toBeCloseTo(offlineOf(4), 6);
    // Server cannot exceed Offline's rate, which rules the small batch out.
    expect(tried[3]!.samplesPerSecond).toBe(0);
  });
});

describe('tune, on two instances that gain by waiting for each other,', () => {
  it('finds the wait that holds the bound where taking at once does not', async () => {
    // A batch takes 60 ms, almost whatever its size. Two instances that take at once begin, and end, together: who comes
    // just after waits for both, and is done after almost 120 ms, beyond a bound of 110. Where each batch first waits 33 ms
    // for company, one instance is free whenever the other's batch has left, so that all are done after 33 + 60 ms.
    const space = { batches: [256], instances: [2], waitsMs: [0, 33] };
    const { tuned, tried } = await search({ fixedMs: 60, perSampleMs: 0.05 }, 110, space);
    expect(
      tried.map(({ scenario, maxWaitMs, samplesPerSecond }) => [scenario, maxWaitMs, samplesPerSecond > 0]),
    ).toEqual([
      ['Offline', 0, true],
      ['Server', 0, false],
      ['Server', 33, true],
    ]);
    expect(tuned.server).toMatchObject({ instances: 2, maxBatch: 256, maxWaitMs: 33, boundMs: 110 });
    expect(tuned.server!.samplesPerSecond).toBeGreaterThan(tuned.offline.samplesPerSecond / 16);
    expect(tuned.server!.samplesPerSecond).toBeLessThanOrEqual((2 * 256_000) / (60 + 256 * 0.05));
  });
});

let tuned: Tuned;
let progress = '';

// The command itself, in real time: what it writes follows from how busy the machine is, within what is possible.
beforeAll(async () => {
  // A tenth of the times above.
  const times = [`fixedMs=${fixedMs / 10}`, `perSampleMs=${perSampleMs / 10}`];
  const backend = ['--backend', 'simulated', ...times.flatMap((time) => ['--backend-option', time])];
  const space = [
    '--batches',
    batches.join(),
    '--instances',
    '1',
    '--waits',
    '0,5',
    '--probe-duration',
    '0.1',
  ];
  const target = ['--model', 'bert-tiny', '--target-latency', '20s', '--out-file', file];
  const { code, stderr } = await baremark(folder, 'tune', ...target, ...backend, ...space);
  expect({ code, stderr }).toMatchObject({ code: 0 });
  progress = stderr;
  tuned = JSON.parse(readFileSync(file, 'utf8'));
});

describe('the command tune', () => {
  it('shows what it tries, and writes what it chose', () => {
    expect(progress).toMatch(/Offline instances 1 batch 4: \d+/);
    expect(progress).toMatch(/Server instances 1 batch 32 wait 0 ms/);
    expect(tuned).toMatchObject({ schema: 'baremark-tuned/1', model: 'bert-tiny', backend: 'simulated' });
    const { maxBatch, samplesPerSecond } = tuned.offline;
    expect(samplesPerSecond).toBeLessThan(1.03 * 10 * offlineOf(maxBatch));
    expect(tuned.server).toMatchObject({ boundMs: 20_000, percentile: 0.99 });
  });
});

describe('run --tuned', () => {
  const options = { model: 'bert-tiny', backend: 'simulated', tuned: file };
  const planned = (more: Record<string, unknown>) =>
    buildPlan({ options: { ...options, ...more }, folder }).runs[0]!;

  it('takes batch, instances and wait where nothing else was asked for, and names the file', () => {
    const run = planned({ scenario: 'Server' });
    const { maxBatch, maxWaitMs, instances } = tuned.server!;
    expect(run).toMatchObject({ tuned: file, instances, batching: { maxBatch, maxWaitMs } });
    expect(planned({ scenario: 'Offline', 'max-batch': 3 }).batching.maxBatch).toBe(3);
  });

  it('refuses a file of another model, and one that is none', () => {
    expect(() => planned({ scenario: 'Offline', model: 'bert-base' })).toThrow(
      /tuned for model bert-tiny.*bert-base/,
    );
    const garbage = join(folder, 'garbage.json');
    writeFileSync(garbage, '{"schema": 1}');
    expect(() => planned({ scenario: 'Offline', tuned: garbage })).toThrow(
      /garbage\.json.*not written by baremark tune/,
    );
  });

  it('names the file in the results', async () => {
    const given = [
      '--model',
      'bert-tiny',
      '--backend',
      'simulated',
      '--scenario',
      'Offline',
      '--tuned',
      file,
    ];
    const short = [
      '--min-duration',
      '1ms',
      '--min-queries',
      '4',
      '--target-qps',
      '10',
      '--out',
      folder,
      '--json',
    ];
    const { stdout } = await baremark(folder, 'run', ...given, ...short);
    expect(JSON.parse(stdout)[0].sut).toMatchObject({
      tuned: file,
      batchPolicy: { maxBatch: tuned.offline.maxBatch },
    });
  });
});
