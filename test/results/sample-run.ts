import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { QueryColumns, RunDocument } from '../../src/results/types.js';
import type { RunArtifacts } from '../../src/results/write/run.js';

/** A folder of the test's own, removed when it ends. */
export async function temporaryFolder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'baremark-results-'));
  onTestFinished(() => rm(path, { recursive: true, force: true }));
  return path;
}

/** A Server run with figures chosen by hand. */
export function sampleDocument(changes: Partial<RunDocument> = {}): RunDocument {
  return {
    schema: 'baremark-run/2',
    system: 'box',
    benchmark: 'bert-99',
    scenario: 'Server',
    mode: 'PerformanceOnly',
    startedAt: '2026-11-21T10:00:00.000Z',
    outcome: { kind: 'valid' },
    result: {
      value: 99.5,
      unit: 'samples/s',
      completedSamplesPerSecond: 99.5,
      scheduledSamplesPerSecond: 100.25,
      latencyMs: { min: 1, max: 90, mean: 12, p50: 10, p90: 20, p95: 30, p97: 40, p99: 65, p999: 80 },
      boundMs: 130,
      targetQps: 100,
      queries: 4,
      samples: 4,
      failed: 0,
      durationS: 60,
      minDurationS: 60,
    },
    sut: {
      backend: 'simulated',
      backendVersion: '1.0.0',
      provider: 'simulated',
      devices: ['cpu'],
      instances: 1,
      batchPolicy: { maxBatch: 8, maxWaitNs: 2e6 },
      precision: 'fp32',
      options: {},
    },
    model: { name: 'bert-tiny', weights: 'seeded' },
    dataset: { name: 'synthetic-squad', hash: 'ab', totalSampleCount: 10, performanceSampleCount: 10 },
    settings: { server_target_qps: 100 },
    versions: { baremark: '0.1.0' },
    warnings: [],
    ...changes,
  };
}

/** Four queries of one sample in two batches; the last one was issued and never taken up. */
export function sampleRecord(): QueryColumns {
  return {
    rowCount: 4,
    samplesPerQuery: 1,
    sample: Uint32Array.of(7, 3, 7, 1),
    scheduledNs: Float64Array.of(0, 1_000, 5_000_000_000, 6_000_000_000),
    issuedNs: Float64Array.of(10, 1_020, 5_000_000_030, 6_000_000_040),
    startedNs: Float64Array.of(100, 100, 5_000_000_100, Number.NaN),
    completedNs: Float64Array.of(900, 900, Number.NaN, Number.NaN),
    instance: Uint8Array.of(0, 0, 1, 0),
    batch: Uint32Array.of(0, 0, 1, 0),
    failed: Uint8Array.of(0, 0, 1, 0),
  };
}

export function sampleArtifacts(changes: Partial<RunArtifacts> = {}): RunArtifacts {
  return {
    document: sampleDocument(),
    summaryText: 'summary\n',
    detailLog: [':::MLLOG {"key": "a"}', ':::MLLOG {"key": "b"}'],
    record: sampleRecord(),
    systemDescription: { system_name: 'box', host_processor_core_count: 2 },
    ...changes,
  };
}
