/** The figures of a side of several runs. */
import { describe, expect, it } from 'vitest';
import { sideOf } from '../../src/compare/pairs/pair-side.js';
import { ourRun } from './make-run.js';

const latencies = { p50: 5, p90: 9, p95: 10, p97: 11, p999: 99, min: 1, max: 100, mean: 5.5 };

describe('a side of several runs', () => {
  const runs = [
    { value: 1000, p99: 10, boundShare: 0.1, targetQps: 100 },
    { value: 1100, p99: 31, boundShare: 0.4, targetQps: 130 },
    { value: 1210, p99: 20, boundShare: 0.2, targetQps: 110 },
  ].map(({ value, p99, ...run }) =>
    ourRun({
      ...run,
      latencyMs: { ...latencies, p99 },
      throughput: { value, unit: 'samples/s', figure: 'samples per second' },
    }),
  );
  const side = sideOf(runs, 'samples per second');

  it('has the geometric mean of the rates', () => expect(side.value).toBeCloseTo(1100, 9));

  it('has the medians of p99, share of the bound and requested rate, whichever run came first', () => {
    expect([side.p99Ms, side.boundShare, side.targetQps]).toEqual([20, 0.2, 110]);
  });
});
