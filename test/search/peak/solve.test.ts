/** The rate that a model of latencies gives, where theory knows it. */
import { describe, expect, it } from 'vitest';
import { LatencyModel } from '../../../src/search/peak/latency-model.js';
import { ServiceModel } from '../../../src/search/peak/service-model.js';
import { solve } from '../../../src/search/peak/solve.js';

/**
 * The rate, in queries per service time, at which a query in an M/D/1 queue spends more than `bound` service times with the
 * probability `allowed`. By Cramér and Lundberg the wait exceeds x with (1 − λ) ÷ (λe^θ − 1) · e^(−θx), where
 * λ(e^θ − 1) = θ; far in the tail that is exact.
 */
function singleServerPeak(bound: number, allowed: number): number {
  const rateOf = (theta: number) => theta / Math.expm1(theta);
  const odds = (theta: number) => {
    const rate = rateOf(theta);
    return Math.log((1 - rate) / (rate * Math.exp(theta) - 1)) - theta * (bound - 1) - Math.log(allowed);
  };
  let [low, high] = [1e-4, 1];
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    if (odds(middle) > 0) low = middle;
    else high = middle;
  }
  return rateOf(low);
}

describe('the rate of a model', () => {
  it('is that of theory for an M/D/1 queue near saturation', () => {
    const bound = 110;
    const serviceNs = 1e6;
    const count = 2000;
    const trace = {
      work: new Int32Array(count).fill(1),
      serviceNs: new Float64Array(count).fill(serviceNs),
      startedNs: Float64Array.from({ length: count }, (_, i) => i * serviceNs),
    };
    const policy = {
      maxBatch: 1,
      order: 'arrival',
      buckets: [],
      padding: { pad: 'longest', maxLength: 0 },
    } as const;
    const queue = { instances: 1, policy, turnaroundNs: 0, wakeNs: 0 };
    const latency = { ns: bound * serviceNs, percentile: 0.99 };
    const model = new LatencyModel(new ServiceModel([trace], 1), queue, latency, { block: 50 });
    const effort = { queries: 2e5, mostQueries: 8e5, standardError: 0.0025 };
    const { qps } = solve(model, 0.01, 900, effort);
    expect(Math.abs(qps / (1000 * singleServerPeak(bound, 0.01)) - 1)).toBeLessThan(0.004);
  });
});
