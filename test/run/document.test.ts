/** What `run.json` says beside the figures: the system under test, the model, the data, the settings. */
import { describe, expect, it } from 'vitest';
import { formatDocument } from '../../src/results/document/file.js';
import { conclude } from '../../src/run/conclude.js';
import { everyMs, finishedRun, phaseResult, planned } from './hand-made.js';

const server = planned({
  'target-qps': '1000',
  'min-duration': '900ms',
  'min-queries': '1000',
  'schedule-seed': '18446744073709551615',
});

async function documentOf(run = server) {
  const { document } = await conclude(await finishedRun(run, [phaseResult(everyMs(1000, () => 1))]));
  return document;
}

describe('a run document', () => {
  it('names the system under test as it was opened, and counts instances over all devices', async () => {
    const { sut } = await documentOf();
    expect(sut).toMatchObject({
      backend: 'simulated',
      backendVersion: '1',
      provider: 'simulated',
      devices: ['one', 'two'],
      // Two on each.
      instances: 4,
      batchPolicy: { maxBatch: 4 },
      precision: 'fp32',
      options: {},
    });
  });

  it('names benchmark, model and data', async () => {
    const document = await documentOf();
    expect(document).toMatchObject({
      schema: 'baremark-run/2',
      system: 'box',
      benchmark: 'bert-99',
      scenario: 'Server',
      mode: 'PerformanceOnly',
      startedAt: '2026-01-01T00:00:00.000Z',
      model: { name: 'bert-large', weights: 'seeded random (seed 1)', graph: { fused: 'false' } },
      dataset: { name: 'none', totalSampleCount: 10, performanceSampleCount: 10 },
    });
  });

  it("has LoadGen's effective settings by its names, with seeds as exact texts", async () => {
    const { settings } = await documentOf();
    expect(settings).toMatchObject({
      scenario: 'Server',
      target_qps: 1000,
      target_latency_ns: 130_000_000,
      min_duration_ms: 900,
      min_query_count: 1000,
      schedule_rng_seed: '18446744073709551615',
      server_coalesce_queries: false,
    });
  });

  it('counts batches by their size', async () => {
    // Every row of the hand-made record is a batch of its own.
    expect((await documentOf()).batching).toMatchObject({
      batches: 1000,
      meanSize: 1,
      sizes: [[1, 1000]],
    });
  });

  it('carries fingerprint and telemetry, and can be read back', async () => {
    const document = await documentOf();
    expect(document.fingerprint?.schema).toBe('baremark-fingerprint/1');
    expect(document.telemetry?.systemCores).toEqual({ unavailable: '/proc/stat cannot be read' });
    expect(JSON.parse(formatDocument(document))).toMatchObject({ benchmark: 'bert-99' });
  });

  it('tells where trained weights come from', async () => {
    const official = { ...server, model: { ...server.model, weights: { kind: 'official' as const } } };
    expect((await documentOf(official)).model.weights).toBe('official');
    const file = { ...server, model: { ...server.model, weights: { kind: 'file' as const } } };
    expect((await documentOf(file)).model.weights).toBe('of the given file');
  });
});
