/** How often the intervals of percentiles and of ratios of them hold a known truth, by simulation. */
import { describe, expect, it } from 'vitest';
import { inverse, ratioOf } from '../../../src/compare/statistics/evidence.js';
import { seededRandom } from '../../../src/compare/statistics/random.js';
import { ratioInterval } from '../../../src/compare/statistics/repeats-interval.js';
import { tailInterval } from '../../../src/compare/statistics/tail-interval.js';
import { correlated, independent, type Latencies, normals, queued } from './latencies.js';

const RUNS = 300;
const P = 0.99;

// The 99th percentile of all of them.
const TRUTH = Math.log(100);

/** Shares of the runs whose interval is stated, and of those whose interval holds the truth; how wide it is. */
function tried(latencies: Latencies, count: number) {
  let stated = 0;
  let held = 0;
  let width = 0;
  for (let run = 0; run < RUNS; run++) {
    const { low, high } = tailInterval(latencies(count, 7919 * run + 11), P)!;
    if (low === undefined || high === undefined) continue;
    stated++;
    if (low <= TRUTH && TRUTH <= high) held++;
    width += Math.log(high / low) / 2;
  }
  return { stated: stated / RUNS, held: held / stated, wrong: (stated - held) / RUNS, width: width / stated };
}

describe('the 95% interval of p99 within a run holds the truth', () => {
  it.each([
    ['independent latencies', independent, 1000],
    ['independent latencies', independent, 10_000],
    ['latencies that hang together', correlated(0.9), 10_000],
    ['latencies that hang together for long', correlated(0.98), 40_000],
    ['a queue at half load', queued(0.5), 10_000],
    ['a queue at 80% load', queued(0.8), 60_000],
  ] as const)('of %s (%#)', (_, latencies, count) => {
    const { stated, held } = tried(latencies, count);
    expect(stated).toBeGreaterThan(0.9);
    expect(held).toBeGreaterThanOrEqual(0.93);
    expect(held).toBeLessThanOrEqual(0.99);
  });

  it('without being wide: of independent latencies about ±2.2 standard errors', () => {
    // The standard error of the logarithm of p99 is √(p ÷ q ÷ n) ÷ ln 100.
    const standardError = Math.sqrt(P / (1 - P) / 10_000) / TRUTH;
    const wide = tried(independent, 10_000).width / standardError;
    expect(wide).toBeGreaterThan(2);
    expect(wide).toBeLessThan(2.6);
  });

  it('and is seldom stated, and seldom wrong, where a run is too short to tell', () => {
    for (const [latencies, count] of [
      [correlated(0.98), 3000],
      [queued(0.8), 6000],
      [queued(0.9), 20_000],
    ] as const) {
      const { stated, wrong } = tried(latencies, count);
      expect(stated).toBeLessThan(0.1);
      expect(wrong).toBeLessThan(0.04);
    }
  });
});

describe('a stated 95% interval holds the true ratio in 93% of 2,000 experiments or more', () => {
  const RATIO = 0.9;

  function coverage(repeats: readonly [number, number], own: number, between: number): number {
    const normal = normals(seededRandom(42));
    const side = (count: number, truth: number) =>
      Array.from({ length: count }, () => {
        const value = truth * Math.exp(own * normal() + between * normal());
        return { value, low: value * Math.exp(-1.96 * own), high: value * Math.exp(1.96 * own) };
      });
    let held = 0;
    for (let i = 0; i < 2000; i++) {
      const found = ratioOf(side(repeats[0], 1000), side(repeats[1], 900));
      if (found.kind === 'none') throw new Error('there is an interval');
      const { low, high } = found.kind === 'own' ? found.limits : ratioInterval(found.log, 0.95);
      if (low <= RATIO && RATIO <= high) held++;
    }
    return held / 2000;
  }

  it.each([
    ['single searches that know their error', [1, 1], 0.01, 0],
    ['three searches against one', [3, 1], 0.01, 0],
    ['repeats that differ by their own error alone', [3, 3], 0.01, 0],
    ['many of them', [10, 10], 0.01, 0],
    ['repeats that differ by more than they know', [3, 3], 0.005, 0.02],
    ['more of them on one side', [5, 3], 0.005, 0.02],
  ] as const)('%s', (_, repeats, own, between) => {
    expect(coverage(repeats, own, between)).toBeGreaterThanOrEqual(0.93);
    expect(coverage(repeats, own, between)).toBeLessThanOrEqual(0.99);
  });

  it('and of p99 against p99 of two runs whose latencies hang together', () => {
    let held = 0;
    let stated = 0;
    for (let i = 0; i < 400; i++) {
      const [a, b] = [1, 1 / RATIO].map((scale, side) => {
        const { value, low, high } = tailInterval(
          queued(0.5)(10_000, 1000 + 2 * i + side).map((ms) => ms * scale),
          0.99,
        )!;
        return inverse({ value, low, high });
      });
      const found = ratioOf([a!], [b!]);
      if (found.kind !== 'own') continue;
      stated++;
      if (found.limits.low <= RATIO && RATIO <= found.limits.high) held++;
    }
    expect(stated).toBeGreaterThan(360);
    expect(held / stated).toBeGreaterThanOrEqual(0.93);
  });
});
