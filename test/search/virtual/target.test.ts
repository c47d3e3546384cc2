import { describe, expect, it } from 'vitest';
import type { VirtualSystem } from '../../../src/search/virtual/system.js';
import { virtualTarget } from '../../../src/search/virtual/target.js';
import { md1System } from '../../helpers/md1.js';

const ms = 1e6;
const plain: VirtualSystem = {
  ...md1System,
  bound: { ns: 100 * ms, percentile: 0.99 },
  instances: 2,
  maxBatch: 4,
  device: { fixedNs: 4 * ms, perSampleNs: 1 * ms, jitterNs: 0, tailSigma: 0 },
};
type Changes = Partial<Omit<VirtualSystem, 'device'>> & {
  readonly device?: Partial<VirtualSystem['device']>;
};
const target = ({ device, ...changes }: Changes = {}, seed = 1) =>
  virtualTarget({ ...plain, ...changes, device: { ...plain.device, ...device } }, seed);

/** Two instances that serve four in 8 ms. */
const capacity = 1000;

describe('a probe in virtual time', () => {
  it('serves its queries in order, in the batches that it lists', async () => {
    const { scheduledNs, completedNs, batches, ended, durationS, targetQps } = await target().serve({
      targetQps: 600,
      queries: 5000,
      number: 0,
    });
    expect({ ended, targetQps }).toEqual({ ended: 'complete', targetQps: 600 });
    expect(scheduledNs).toHaveLength(5000);
    // 5000 gaps of mean 1/600 s: four standard errors.
    expect(Math.abs(scheduledNs.at(-1)! / 1e9 / (5000 / 600) - 1)).toBeLessThan(4 / Math.sqrt(5000));
    let query = 0;
    const free = [0, 0];
    for (let i = 0; i < batches.sizes.length; i++) {
      const size = batches.sizes[i]!;
      const start = batches.startedNs[i]!;
      const end = batches.completedNs[i]!;
      expect(end - start).toBeCloseTo((4 + size) * ms, 3);
      expect(start).toBe(Math.max(scheduledNs[query]!, Math.min(...free)));
      free[batches.instance[i]!] = end;
      for (let k = 0; k < size; k++) expect(completedNs[query++]).toBe(end);
    }
    expect(query).toBe(5000);
    expect(durationS * 1e9).toBeCloseTo(Math.max(...free), 3);
  });

  it('has arrivals by its number and the seed', async () => {
    const times = async (seed: number, number: number) => {
      const { scheduledNs } = await target({}, seed).serve({ targetQps: 100, queries: 50, number });
      return [...scheduledNs];
    };
    expect(await times(1, 0)).toEqual(await times(1, 0));
    expect(await times(1, 0)).not.toEqual(await times(1, 1));
    expect(await times(1, 0)).not.toEqual(await times(2, 0));
  });

  it('has service times and stalls by the seed', async () => {
    const device = { tailSigma: 0.3, stalls: { everyNs: 1e9, forNs: 50 * ms } };
    const ends = async (seed: number) => {
      const { batches } = await target({ device }, seed).serve({ targetQps: 0.1, queries: 5, number: 0 });
      return batches.completedNs.map((end, i) => end - batches.startedNs[i]!);
    };
    expect(await ends(1)).toEqual(await ends(1));
    expect(await ends(1)).not.toEqual(await ends(2));
  });

  it('follows upon the one before: slices keep their phase', async () => {
    // Works in the first 3 ms of every 10.
    const sliced = target({ instances: 1, device: { slice: { periodNs: 10 * ms, share: 0.3 } } });
    let elapsedNs = 0;
    for (const number of [0, 1, 2]) {
      const { completedNs, durationS } = await sliced.serve({ targetQps: 20, queries: 40, number });
      for (const completed of completedNs) {
        const within = (elapsedNs + completed) % (10 * ms);
        expect(within).toBeGreaterThan(0);
        expect(within).toBeLessThanOrEqual(3 * ms + 1);
      }
      elapsedNs += durationS * 1e9;
      expect(sliced.elapsedS()).toBeCloseTo(elapsedNs / 1e9, 9);
    }
  });

  it('follows upon the one before: drift goes on', async () => {
    // Slowest after a quarter of an hour, fastest after three.
    const drift = { periodNs: 3600e9, amplitude: 0.5 };
    const drifting = target({ instances: 1, maxBatch: 1, device: { drift } });
    const lone = async (number: number) => {
      const { batches, durationS } = await drifting.serve({ targetQps: 1, queries: 900, number });
      expect(durationS).toBeGreaterThan(800);
      return (batches.completedNs.at(-1)! - batches.startedNs.at(-1)!) / (5 * ms);
    };
    const [quarter, , third] = [await lone(0), await lone(1), await lone(2)];
    expect(quarter).toBeGreaterThan(1.48);
    expect(third).toBeLessThan(0.52);
  });

  it('ends early where queries wait longer than twenty times the bound, look after look', async () => {
    const bound = { ns: 9 * ms, percentile: 0.99 };
    const { scheduledNs, completedNs, batches, ended, durationS } = await target({ bound }).serve({
      targetQps: 2 * capacity,
      queries: 20_000,
      number: 0,
    });
    expect(ended).toBe('over-saturated');
    // At twice the capacity whoever waits at time t came at t/2: from 360 ms on for more than 180. The third look of
    // those at 400, 600 and 800 ms ends it.
    expect(scheduledNs.at(-1)! / ms).toBeLessThanOrEqual(800);
    expect(scheduledNs.at(-1)! / ms).toBeGreaterThan(795);
    expect(completedNs).toHaveLength(scheduledNs.length);
    expect(batches.sizes.reduce((sum, size) => sum + size, 0)).toBe(scheduledNs.length);
    expect(completedNs.every((end) => end > 0)).toBe(true);
    expect(durationS).toBeCloseTo(1.6, 1);
  });

  it('is not ended by a queue that a stall left', async () => {
    // Of 300 ms, and 75 more to catch up: two looks at most see a query that has waited longer than 20 ms.
    const device = { stalls: { everyNs: 5e9, forNs: 300 * ms } };
    const stalled = target({ bound: { ns: 1 * ms, percentile: 0.99 }, device });
    const { ended, completedNs, scheduledNs } = await stalled.serve({
      ...{ targetQps: 0.2 * capacity, queries: 4000, number: 0 },
    });
    expect(Math.max(...completedNs.map((end, i) => end - scheduledNs[i]!))).toBeGreaterThan(200 * ms);
    expect(ended).toBe('complete');
  });

  it('serves a burst whole: all of it has arrived before anybody could lose patience', async () => {
    const burst = target({ bound: { ns: 1 * ms, percentile: 0.99 } });
    const { batches, ended, durationS } = await burst.serve({ targetQps: 1e9, queries: 4000, number: 0 });
    expect(ended).toBe('complete');
    expect(4000 / durationS).toBeCloseTo(capacity, -1);
    expect(batches.sizes.filter((size) => size === 4).length).toBeGreaterThanOrEqual(998);
  });

  it('holds batches back where the system does', async () => {
    const held = target({ maxWaitNs: 20 * ms });
    expect(held.policy).toMatchObject({ maxBatch: 4, maxWaitNs: 20 * ms, boundNs: 100 * ms });
    expect(target().policy).not.toHaveProperty('maxWaitNs');
    const mean = async (one: typeof held) => {
      const { batches } = await one.serve({ targetQps: 200, queries: 2000, number: 0 });
      return 2000 / batches.sizes.length;
    };
    expect(await mean(held)).toBeGreaterThan(1.5 * (await mean(target())));
  });
});
