import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../src/compare/statistics/random.js';
import { logRatio, ratioInterval } from '../../../src/compare/statistics/repeats-interval.js';
import { withinRunInterval } from '../../../src/compare/statistics/within-run.js';
import { normals } from './latencies.js';

const EXPERIMENTS = 2000;
const TRUTH = 0.95;

type Noise = (normal: () => number) => number;
const gauss =
  (sd: number): Noise =>
  (normal) =>
    1 + sd * normal();
const lognormal =
  (sd: number): Noise =>
  (normal) =>
    Math.exp(sd * normal());

/** Runs that a passing load slows down: now and then by much, never sped up. */
const slowdowns: Noise = (normal) => 1 / (1 + 0.02 * Math.exp(0.8 * normal()));

interface Setting {
  readonly noise: readonly [Noise, Noise];
  /** Change of speed from one run to the next, as a fraction of it; the sides then alternate. */
  readonly drift?: number;
  /** Order of the sides in each round: a b a b …, or a b b a …. */
  readonly order?: 'abab' | 'abba';
}

/** Share of experiments in which the stated 95% interval holds the true ratio. */
function coverage(repeats: number, { noise, drift, order }: Setting, seed: number): number {
  const normal = normals(seededRandom(seed));
  let held = 0;
  for (let i = 0; i < EXPERIMENTS; i++) {
    const side = (which: 0 | 1) =>
      Array.from({ length: repeats }, (_, k) => {
        const slot = 2 * k + (order === 'abba' ? which ^ (k % 2) : which);
        const speed = (which ? TRUTH : 1) * 1000 * (1 + (drift ?? 0) * slot);
        return { value: speed * noise[which](normal), at: drift === undefined ? undefined : slot };
      });
    const { low, high } = ratioInterval(logRatio(side(0), side(1))!, 0.95);
    if (low <= TRUTH && TRUTH <= high) held++;
  }
  return held / EXPERIMENTS;
}

const settings: Readonly<Record<string, Setting>> = {
  'noise of 2% on both sides': { noise: [gauss(0.02), gauss(0.02)] },
  'a candidate three times as noisy': { noise: [gauss(0.01), gauss(0.03)] },
  'skewed (lognormal) noise': { noise: [lognormal(0.3), lognormal(0.3)] },
  'a drift of −0.5% a run, a b a b': { noise: [gauss(0.02), gauss(0.02)], drift: -0.005, order: 'abab' },
  'a drift of −0.5% a run, a b b a': { noise: [gauss(0.02), gauss(0.02)], drift: -0.005, order: 'abba' },
  'a drift and a noisier candidate': { noise: [gauss(0.01), gauss(0.03)], drift: -0.005, order: 'abab' },
  'a drift and skewed noise': { noise: [lognormal(0.1), lognormal(0.1)], drift: -0.005, order: 'abba' },
};

describe('the stated 95% interval of repeated runs covers 93 to 97% of 2,000 experiments', () => {
  for (const [name, setting] of Object.entries(settings))
    it.each([3, 5, 10])(`with ${name}, %d repeats`, (repeats) => {
      const share = coverage(repeats, setting, 20_000 + repeats);
      expect(share).toBeGreaterThanOrEqual(0.93);
      expect(share).toBeLessThanOrEqual(0.97);
    });

  it.each([3, 5, 10])('errs to the wide side under rare, heavy slowdowns, %d repeats', (repeats) => {
    const share = coverage(repeats, { noise: [slowdowns, slowdowns] }, 30_000 + repeats);
    expect(share).toBeGreaterThanOrEqual(0.93);
    expect(share).toBeLessThanOrEqual(0.99);
  });

  it('fails under a drift where the time of the runs is not used: the design is what makes it hold', () => {
    const normal = normals(seededRandom(5));
    let held = 0;
    for (let i = 0; i < EXPERIMENTS; i++) {
      const side = (first: number, speed: number) =>
        Array.from({ length: 10 }, (_, k) => ({
          value: speed * (1 - 0.005 * (first + k)) * (1 + 0.01 * normal()),
        }));
      const { low, high } = ratioInterval(logRatio(side(0, 1), side(10, TRUTH))!, 0.95);
      if (low <= TRUTH && TRUTH <= high) held++;
    }
    expect(held / EXPERIMENTS).toBeLessThan(0.5);
  });
});

describe('the within-run interval', () => {
  /** Batches of 8 whose service times hang together from one to the next. */
  function run(batches: number, secondsPerBatch: number, memory: number, normal: () => number): Float64Array {
    const out = new Float64Array(batches * 8);
    let time = 0;
    let state = normal();
    for (let batch = 0; batch < batches; batch++) {
      state = memory * state + Math.sqrt(1 - memory ** 2) * normal();
      time += secondsPerBatch * 1e9 * Math.max(0.1, 1 + 0.1 * state);
      out.fill(time, batch * 8, batch * 8 + 8);
    }
    return out;
  }

  it.each([0, 0.5, 0.8])('covers 91 to 98 of 100 where batches are correlated by %d', (memory) => {
    const normal = normals(seededRandom(77));
    const experiments = 300;
    let held = 0;
    for (let i = 0; i < experiments; i++) {
      const interval = withinRunInterval(
        run(600, 0.01, memory, normal),
        run(600, 0.01 / TRUTH, memory, normal),
        i,
      )!;
      if (interval.low <= TRUTH && TRUTH <= interval.high) held++;
    }
    expect(held / experiments).toBeGreaterThanOrEqual(0.91);
    expect(held / experiments).toBeLessThanOrEqual(0.98);
  });

  it('has no interval where a run completed in a few steps only', () => {
    const few = Float64Array.from({ length: 64 }, (_, i) => 1e9 * (1 + Math.floor(i / 8)));
    expect(withinRunInterval(few, few)).toBeUndefined();
  });

  it('passes over what never completed', () => {
    const normal = normals(seededRandom(3));
    const whole = run(600, 0.01, 0, normal);
    const holes = Float64Array.from([...whole, Number.NaN, Number.NaN]);
    expect(withinRunInterval(holes, whole)).toEqual(withinRunInterval(whole, whole));
  });
});
