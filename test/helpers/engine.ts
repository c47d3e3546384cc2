import type { BatchPolicy } from '../../src/engine/batching/batch-policy.js';
import type { PhaseConfig } from '../../src/engine/phase.js';
import { allocateShared } from '../../src/engine/query-record.js';
import type { WorkerPoolConfig } from '../../src/engine/worker-pool.js';
import type { Queries } from '../../src/loadgen/queries/queries.js';
import type { IssueLimits } from '../../src/loadgen/run-limits.js';

/** Queries of one sample each at these times (nanoseconds), over `samples` samples in turn. */
export function queriesAt(times: readonly number[], samples = 16): Queries {
  const queries: Queries = {
    queryCount: times.length,
    samplesPerQuery: 1,
    rowCount: times.length,
    samples: new Uint32Array(allocateShared(4 * times.length)),
    scheduledNs: new Float64Array(allocateShared(8 * times.length)),
  };
  for (let i = 0; i < times.length; i++) {
    queries.samples[i] = i % samples;
    queries.scheduledNs[i] = times[i]!;
  }
  return queries;
}

/** One query of this many samples, all due at once. */
export function oneQuery(rowCount: number, samples = 16): Queries {
  const rows = queriesAt(new Array(rowCount).fill(0), samples);
  return {
    ...rows,
    queryCount: 1,
    samplesPerQuery: rowCount,
    scheduledNs: new Float64Array(allocateShared(8)),
  };
}

/** Poisson arrivals at a rate, from a small generator of the test's own. */
export function poissonTimes(qps: number, count: number, seed = 1): number[] {
  let state = seed;
  let time = 0;
  return Array.from({ length: count }, () => {
    const at = time;
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    time += Math.floor((-Math.log(1 - state / 2 ** 32) / qps) * 1e9);
    return at;
  });
}

export function simulatedPool(options: Record<string, unknown>, instances = 1): WorkerPoolConfig {
  return {
    backend: 'simulated',
    model: { name: 'simulated', precision: 'fp32' },
    devices: ['cpu'],
    instances,
    options,
    nice: 0,
  };
}

/** A performance run that nothing ends before its queries are issued: Server's, unless another scenario is given. */
export function limitsOf(overrides: Partial<IssueLimits> = {}): IssueLimits {
  return {
    scenario: 'Server',
    mode: 'PerformanceOnly',
    minQueryCount: 0,
    maxQueryCount: 0,
    targetDurationNs: 0,
    maxDurationNs: 0,
    maxAsyncQueries: 0,
    ...overrides,
  };
}

/** Batches of one in order of arrival, unless given otherwise. */
export function policyOf(overrides: Partial<BatchPolicy> = {}): BatchPolicy {
  return {
    maxBatch: 1,
    order: 'arrival',
    buckets: [],
    padding: { pad: 'longest', maxLength: 384 },
    ...overrides,
  };
}

type PhaseOverrides = Partial<Omit<PhaseConfig, 'policy' | 'limits'>> & {
  readonly policy?: Partial<BatchPolicy>;
  readonly limits?: Partial<IssueLimits>;
};

export function phaseOf(queries: Queries, { policy, limits, ...others }: PhaseOverrides = {}): PhaseConfig {
  return {
    queries,
    limits: limitsOf(limits),
    meanGapNs: 1e6,
    freeCores: 1,
    policy: policyOf(policy),
    idleSpinNs: 0,
    hangLimitNs: 60e9,
    ...others,
  };
}

/** The value at LoadGen's rank for a percentile: the smallest that at least that share does not exceed. */
export function percentile(values: readonly number[], p: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * p))]!;
}
