import { describe, expect, it } from 'vitest';
import { type DeviceModel, Progress, ServiceTimes } from '../../../src/backends/simulated/device-model.js';
import { randomNumbers } from '../../../src/base/random.js';

const ms = 1e6;
const plain: DeviceModel = { fixedNs: 4 * ms, perSampleNs: 1.5 * ms, jitterNs: 0, tailSigma: 0 };
const times = (model: Partial<DeviceModel>, seed = 1) => new ServiceTimes({ ...plain, ...model }, seed);
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

describe('service times', () => {
  it('are fixed, plus as much for each sample', () => {
    const service = times({});
    expect([1, 2, 8].map((size) => service.next(size, 0))).toEqual([5.5 * ms, 7 * ms, 16 * ms]);
  });

  it('vary evenly by the jitter, up and down', () => {
    const service = times({ jitterNs: ms });
    const drawn = Array.from({ length: 50_000 }, () => (service.next(1, 0) - 5.5 * ms) / ms);
    expect(Math.max(...drawn)).toBeGreaterThan(0.999);
    expect(Math.max(...drawn)).toBeLessThan(1);
    expect(Math.min(...drawn)).toBeLessThan(-0.999);
    expect(Math.min(...drawn)).toBeGreaterThanOrEqual(-1);
    // Even from −1 to 1: variance 1/3; four standard errors.
    expect(Math.abs(mean(drawn))).toBeLessThan(4 / Math.sqrt(3 * drawn.length));
    expect(Math.abs(mean(drawn.map((x) => x * x)) - 1 / 3)).toBeLessThan(0.006);
  });

  it('are never below nothing', () => {
    const service = times({ fixedNs: 0, perSampleNs: ms, jitterNs: 2 * ms });
    const drawn = Array.from({ length: 10_000 }, () => service.next(1, 0));
    expect(Math.min(...drawn)).toBe(0);
    // A quarter of 1 ± 2 ms lies below 0.
    expect(Math.abs(drawn.filter((x) => x === 0).length / drawn.length - 0.25)).toBeLessThan(0.02);
  });

  it('have a log-normal tail that leaves their mean', () => {
    const sigma = 0.5;
    const service = times({ tailSigma: sigma });
    const count = 200_000;
    const drawn = Array.from({ length: count }, () => service.next(1, 0) / (5.5 * ms));
    // Variance of the factor: exp(σ²) − 1; four standard errors.
    const variance = Math.exp(sigma ** 2) - 1;
    expect(Math.abs(mean(drawn) - 1)).toBeLessThan(4 * Math.sqrt(variance / count));
    expect(mean(drawn.map((x) => (x - 1) ** 2)) / variance).toBeCloseTo(1, 1);
    // z = 2.3263 is p99: exp(σz − σ²/2) = 2.824.
    const beyond = drawn.filter((x) => x > Math.exp(sigma * 2.32635 - sigma ** 2 / 2)).length / count;
    expect(Math.abs(beyond - 0.01)).toBeLessThan(4 * Math.sqrt(0.0099 / count));
  });

  it('drift with the time at which the batch starts', () => {
    const service = times({ drift: { periodNs: 40e9, amplitude: 0.1 } });
    expect(service.next(1, 0)).toBe(5.5 * ms);
    expect(service.next(1, 10e9)).toBeCloseTo(5.5 * 1.1 * ms, 3);
    expect(service.next(1, 30e9)).toBeCloseTo(5.5 * 0.9 * ms, 3);
    expect(service.next(1, 40e9 + 40e9 / 12)).toBeCloseTo(5.5 * 1.05 * ms, 3);
  });

  it('follow from the seed', () => {
    const draw = (seed: number) => {
      const service = times({ jitterNs: ms, tailSigma: 0.2 }, seed);
      return Array.from({ length: 5 }, () => service.next(1, 0));
    };
    expect(draw(7)).toEqual(draw(7));
    expect(draw(7)).not.toEqual(draw(8));
  });
});

describe('a device with time slices', () => {
  // Works from 0 to 4 of every 10.
  const sliced = new Progress({ slice: { periodNs: 10, share: 0.4 } }, 1);

  it.each([
    ['within a slice', 1, 2, 3],
    ['to the very end of a slice', 1, 3, 4],
    ['a whole slice', 0, 4, 4],
    ['on into the next slice', 1, 4, 11],
    ['to the very end of the next slice', 1, 7, 14],
    ['over several slices', 3, 10, 31],
    ['to the very end of a slice much later', 3, 13, 34],
    ['from between two slices', 6, 3, 13],
    ['from the very end of a slice', 4, 1, 11],
    ['from the very start of a later slice', 50, 4, 54],
    ['two whole slices', 20, 8, 34],
  ])('ends work %s: from %d, %d of work, at %d', (_what, start, work, end) => {
    expect(sliced.endOf(start, work)).toBeCloseTo(end, 9);
  });

  it('is a whole device with a share of 1', () => {
    const whole = new Progress({ slice: { periodNs: 10, share: 1 } }, 1);
    for (const [start, work] of [
      [0, 10],
      [3, 4],
      [3, 7],
      [3, 70.5],
      [10, 20],
    ] as const)
      expect(whole.endOf(start, work)).toBeCloseTo(start + work, 9);
  });
});

/** Start and end of the first stalls, drawn as the model says. */
function stallsOf(seed: number, everyNs: number, forNs: number, count: number): [number, number][] {
  const random = randomNumbers(seed + 2);
  let end = 0;
  return Array.from({ length: count }, () => {
    const start = end - everyNs * Math.log(1 - random());
    end = start + forNs;
    return [start, end];
  });
}

describe('a device with stalls', () => {
  const seed = 11;
  const stalls = { everyNs: 1000, forNs: 50 };
  const known = stallsOf(seed, stalls.everyNs, stalls.forNs, 10_000);
  const fresh = (model = {}) => new Progress({ stalls, ...model }, seed);

  it('ends work before a stall as if there were none', () => {
    const [start] = known[0]!;
    expect(fresh().endOf(0, start - 1)).toBe(start - 1);
    expect(fresh().endOf(0, start)).toBe(start);
  });

  it('lets work wait for the end of a stall, wherever it began', () => {
    const [start, end] = known[2]!;
    const progress = fresh();
    expect(progress.endOf(start - 5, 7)).toBeCloseTo(end + 2, 9);
    expect(progress.endOf(start, 7)).toBeCloseTo(end + 7, 9);
    expect(progress.endOf(start + 20, 7)).toBeCloseTo(end + 7, 9);
    expect(progress.endOf(end, 7)).toBeCloseTo(end + 7, 9);
  });

  it('adds up all stalls that work lasts over', () => {
    const work = known[3]![1] - 4 * stalls.forNs + 1;
    expect(fresh().endOf(0, work)).toBeCloseTo(known[3]![1] + 1, 6);
  });

  it('has the same stalls for everybody, whenever and however often they ask', () => {
    const often = fresh();
    for (let at = 0; at < known[9_000]![0]; at += 50) often.endOf(at, 30);
    for (const i of [9_001, 9_500, 9_999]) {
      const [start, end] = known[i]!;
      for (const progress of [often, fresh()]) expect(progress.endOf(start - 1, 2) - end).toBeCloseTo(1, 6);
    }
  });

  it('counts slices from the start also after a stall', () => {
    // Works from 0 to 4 of every 10.
    const progress = fresh({ slice: { periodNs: 10, share: 0.4 } });
    const [start, end] = known[0]!;
    // What the slices before the stall give, and 101 more for after it.
    const done = Math.floor(start / 10) * 4 + Math.min(4, start % 10);
    const left = 101;
    const more = Math.floor(end / 10) * 4 + Math.min(4, end % 10) + left;
    const expected = Math.floor(more / 4) * 10 + (more % 4);
    expect(progress.endOf(0, done + left)).toBeCloseTo(expected, 6);
  });

  it('stands still for its share of the time in the long run', () => {
    const work = 9e6;
    // 50 of every 1050; the sum of 9,000 exponential gaps varies by 1/√9000 of itself.
    const share = work / fresh().endOf(0, work);
    expect(Math.abs(share / (1000 / 1050) - 1)).toBeLessThan((4 * 0.05) / Math.sqrt(9000));
  });
});
