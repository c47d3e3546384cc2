/** Runs an instant system under test, so that what is measured is the harness alone. */
import { availableParallelism } from 'node:os';
import type { PhaseConfig, PhaseResult } from '../src/engine/phase.js';
import { allocateShared } from '../src/engine/query-record.js';
import { WorkerPool } from '../src/engine/worker-pool.js';
import {
  defaultSettings,
  effectiveSettings,
  generateQueries,
  orderStatistics,
  percentileRank,
  type Scenario,
  spread,
  type TestSettings,
} from '../src/loadgen/index.js';

const samples = 1024;

/** Queries as LoadGen generates them, over 1,024 samples. */
export function generate(scenario: Scenario, settings: Partial<TestSettings>) {
  const requested = {
    ...defaultSettings(scenario),
    scheduleRngSeed: 1n,
    sampleIndexRngSeed: 2n,
    ...settings,
  };
  const effective = effectiveSettings(requested, {
    totalSampleCount: samples,
    performanceSampleCount: samples,
  });
  const loaded = Uint32Array.from({ length: samples }, (_, i) => i);
  return { effective, queries: generateQueries(effective, loaded, allocateShared) };
}

export function instantPool(): Promise<WorkerPool> {
  return WorkerPool.open({
    backend: 'simulated',
    model: { name: 'instant', precision: 'fp32' },
    devices: ['cpu'],
    instances: 1,
    options: { instant: true },
    nice: 0,
  });
}

/** A phase as the conductor runs it for the instant backend. */
export function instantPhase({
  maxBatch = 256,
  ...config
}: Pick<PhaseConfig, 'queries' | 'limits' | 'meanGapNs'> & { maxBatch?: number }): PhaseConfig {
  return {
    freeCores: availableParallelism() - 1,
    policy: { maxBatch, order: 'arrival', buckets: [], padding: { pad: 'longest', maxLength: 1 } },
    idleSpinNs: 1e6,
    hangLimitNs: 60e9,
    ...config,
  };
}

/** Percentiles (fractions of 1) of completed or issued minus scheduled, nanoseconds. */
export function percentilesOf(
  { record }: PhaseResult,
  column: 'issued' | 'completed',
  percentiles: readonly number[],
): number[] {
  const values = {
    count: record.rowCount,
    at: (row: number) => Math.round(record[column][row]! - record.scheduled[row]!),
  };
  return orderStatistics(
    values,
    percentiles.map((p) => percentileRank(values.count, p)),
    spread(values),
  );
}
