import type { ResultRun, RunDocument } from '../../src/results/types.js';

export const settings = {
  qsl_rng_seed: '1624344308455410291',
  sample_index_rng_seed: '517984244576520566',
  schedule_rng_seed: '10051496985653635065',
  min_duration_ms: 600000,
  performance_sample_count: 10833,
};

/** A published Offline run of 1,000 samples/s, changed as a test needs it. */
export function publishedRun(changes: Partial<ResultRun> = {}): ResultRun {
  return {
    source: 'mlperf',
    system: 'bare',
    benchmark: 'bert-99',
    scenario: 'Offline',
    mode: 'PerformanceOnly',
    path: `results/bare/bert-99/Offline/performance/run_${changes.runNumber ?? 1}`,
    throughput: { value: 1000, unit: 'samples/s', figure: 'samples per second' },
    outcome: { kind: 'valid' },
    settings: { requested: {}, effective: settings },
    ...changes,
  };
}

/** One of our runs, with a document. */
export function ourRun(
  changes: Partial<ResultRun> = {},
  documentChanges: Partial<RunDocument> = {},
): ResultRun {
  const run = publishedRun({ source: 'baremark', ...changes });
  const value = run.throughput?.value ?? 1000;
  const document: RunDocument = {
    schema: 'baremark-run/2',
    system: run.system,
    benchmark: run.benchmark,
    scenario: run.scenario,
    mode: run.mode,
    startedAt: run.startedAt ?? '2026-01-01T00:00:00.000Z',
    outcome: run.outcome,
    result: {
      value,
      unit: 'samples/s',
      completedSamplesPerSecond: value,
      latencyMs: { p50: 5, p90: 9, p95: 10, p97: 11, p99: 12, p999: 14, min: 1, max: 15, mean: 5.5 },
      queries: 1000,
      samples: 1000,
      failed: 0,
      durationS: 600,
      minDurationS: 600,
    },
    sut: {
      backend: 'onnxruntime',
      backendVersion: '1.29.0',
      provider: 'cuda',
      devices: ['cuda:0'],
      instances: 1,
      batchPolicy: { maxBatch: 64, maxWaitNs: 2e6 },
      precision: 'fp16',
      options: {},
    },
    model: { name: run.benchmark, sha256: 'aa11', weights: 'official' },
    dataset: { name: 'squad', hash: 'bb22', totalSampleCount: 10833, performanceSampleCount: 10833 },
    settings: {},
    versions: { node: '20.20.2' },
    warnings: [],
    ...documentChanges,
  };
  return { ...run, document };
}

/** Repeats of one run with these figures, started an hour apart from `firstHour` in steps of `everyHours`. */
export function repeatsOf(
  values: readonly number[],
  system: string,
  firstHour = 0,
  everyHours = 1,
): ResultRun[] {
  return values.map((value, i) =>
    ourRun({
      system,
      runNumber: i + 1,
      path: `results/${system}/bert-99/Offline/performance/run_${i + 1}`,
      throughput: { value, unit: 'samples/s', figure: 'samples per second' },
      startedAt: new Date(Date.UTC(2026, 0, 1, firstHour + i * everyHours)).toISOString(),
    }),
  );
}
