/** One instance with a fixed service time, by formula: Erlang's distribution of the wait in M/D/1. */
import type { VirtualSystem } from '../../src/search/virtual/system.js';

/** Serves one query after the other, in 10 ms each, and has to within 60. */
export const md1System: VirtualSystem = {
  name: 'md1',
  bound: { ns: 60e6, percentile: 0.99 },
  rules: 'quick',
  instances: 1,
  maxBatch: 1,
  maxWaitNs: 0,
  device: { fixedNs: 10e6, perSampleNs: 0, jitterNs: 0, tailSigma: 0 },
};

/** Share of queries that wait at most so many service times before theirs, at this load; of up to about 20. */
export function md1Within(waits: number, load: number): number {
  let sum = 0;
  let factorial = 1;
  for (let k = 0; k <= Math.floor(waits); k++) {
    if (k > 0) factorial *= k;
    const x = load * (waits - k);
    sum += (Math.exp(x) * (-x) ** k) / factorial;
  }
  return (1 - load) * sum;
}

/** The rate at which just this share of the latencies is within the bound, queries per second. */
export function md1PeakQps(serviceMs: number, boundMs: number, percentile: number): number {
  let [low, high] = [0, 1];
  for (let i = 0; i < 60; i++) {
    const load = (low + high) / 2;
    if (md1Within(boundMs / serviceMs - 1, load) >= percentile) low = load;
    else high = load;
  }
  return (1000 * low) / serviceMs;
}
