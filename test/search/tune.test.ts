import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildPlan } from '../../src/plan/build.js';
import type { Tuned } from '../../src/plan/tuned.js';
import { baremark } from '../cli/baremark.js';
import { percentile, poissonTimes } from '../helpers/engine.js';

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

let tuned: Tuned;
let progress = '';
beforeAll(async () => {
  const times = [`fixedMs=${fixedMs}`, `perSampleMs=${perSampleMs}`];
  const backend = ['--backend', 'simulated', ...times.flatMap((time) => ['--backend-option', time])];
  const space = ['--batches', batches.join(), '--instances', '1', '--waits', '0', '--probe-duration', '0.4'];
  const target = ['--model', 'bert-tiny', '--target-latency', `${boundMs}ms`, '--out-file', file];
  const { code, stderr } = await baremark(folder, 'tune', ...target, ...backend, ...space);
  expect({ code, stderr }).toMatchObject({ code: 0 });
  progress = stderr;
  tuned = JSON.parse(readFileSync(file, 'utf8'));
});

describe('tune, on a system whose best answer is known,', () => {
  it('finds the batch of the best Offline rate, and that rate', () => {
    const best = Math.max(...batches.map(offlineOf));
    expect(offlineOf(tuned.offline.maxBatch)).toBeGreaterThan(0.97 * best);
    expect(tuned.offline.samplesPerSecond).toBeGreaterThan(0.9 * best);
    expect(tuned.offline.samplesPerSecond).toBeLessThan(1.03 * best);
  });

  it('finds a batch that is among the best within the latency bound, and its rate', () => {
    const best = Math.max(...batches.map(serverOf));
    expect(serverOf(tuned.server!.maxBatch)).toBeGreaterThan(0.9 * best);
    expect(tuned.server!.samplesPerSecond / best).toBeGreaterThan(0.75);
    expect(tuned.server!.samplesPerSecond / best).toBeLessThan(1.25);
    expect(tuned.server).toMatchObject({ boundMs, percentile: 0.99 });
  });

  it('shows what it tries', () => {
    expect(progress).toMatch(/Offline instances 1 batch 4: \d+/);
    expect(progress).toMatch(/Server instances 1 batch 32 wait 0 ms/);
  });
});

describe('tune, on two instances that gain by waiting for each other,', () => {
  it('finds the wait that holds the bound where taking at once does not, and run reads it', async () => {
    // A batch takes 60 ms, almost whatever its size. Two instances that take at once begin, and end, together: who comes
    // just after waits for both, and is done after almost 120 ms, beyond a bound of 110. Where each batch first waits 33 ms
    // for company, one instance is free whenever the other's batch has left, so that all are done after 33 + 60 ms.
    const out = join(folder, 'waiting.json');
    const times = ['--backend-option', 'fixedMs=60', '--backend-option', 'perSampleMs=0.05'];
    const device = ['--backend', 'simulated', ...times];
    const space = ['--batches', '256', '--instances', '2', '--waits', '0,33', '--probe-duration', '0.25'];
    const target = ['--model', 'bert-tiny', '--target-latency', '110ms', '--out-file', out];
    const { code, stderr } = await baremark(folder, 'tune', ...target, ...device, ...space);
    expect({ code, stderr }).toMatchObject({ code: 0 });
    expect(stderr).toMatch(/Server instances 2 batch 256 wait 0 ms: no better/);
    expect(stderr).toMatch(/Server instances 2 batch 256 wait 33 ms: [\d,]+ samples\/s/);
    const { server, offline } = JSON.parse(readFileSync(out, 'utf8')) as Tuned;
    expect(server).toMatchObject({ instances: 2, maxBatch: 256, maxWaitMs: 33, boundMs: 110 });
    expect(server!.samplesPerSecond).toBeGreaterThan(offline.samplesPerSecond / 16);
    expect(server!.samplesPerSecond).toBeLessThan((2 * 256_000) / (60 + 256 * 0.05));
    const options = { model: 'bert-tiny', backend: 'simulated', scenario: 'Server', tuned: out };
    expect(buildPlan({ options, folder }).runs[0]).toMatchObject({ tuned: out, batching: { maxWaitMs: 33 } });
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
