import { describe, expect, it } from 'vitest';
import { randomNumbers } from '../../../src/base/random.js';
import { evidenceOf, sectionsOf, type Trace } from '../../../src/search/peak/evidence.js';
import { serveQueue } from '../../../src/search/peak/queue.js';
import { Replay } from '../../../src/search/peak/replay.js';
import { ServiceModel } from '../../../src/search/peak/service-model.js';
import { singleServer } from './queueing.js';

/** Batches one after the other with these sizes and service times. */
function traceOf(batches: readonly (readonly [work: number, serviceNs: number])[], gapNs = 0): Trace {
  let atNs = 0;
  const startedNs = batches.map(([, serviceNs]) => {
    const started = atNs;
    atNs += serviceNs + gapNs;
    return started;
  });
  return {
    work: Int32Array.from(batches, ([work]) => work),
    serviceNs: Float64Array.from(batches, ([, serviceNs]) => serviceNs),
    startedNs: Float64Array.from(startedNs),
  };
}

/** Sizes 1 to `largest` in turn. */
function turns(count: number, largest: number, serviceNs: (size: number, i: number) => number): Trace {
  return traceOf(
    Array.from({ length: count }, (_, i) => {
      const size = 1 + (i % largest);
      return [size, serviceNs(size, i)] as const;
    }),
  );
}

const alternately = (i: number, by: number) => (Math.floor(i / 8) % 2 === 0 ? by : -by);

describe('the model of service times', () => {
  it('has the mean of each size, and a line through sizes that were not seen', () => {
    const seen = turns(800, 8, (size) => 1000 + 100 * size);
    expect([1, 4, 8].map((size) => new ServiceModel([seen], 8).meanNs[size])).toEqual([1100, 1400, 1800]);
    const odd: Trace = traceOf(Array.from({ length: 400 }, (_, i) => (i % 2 ? [2, 1200] : [6, 1600])));
    const model = new ServiceModel([odd], 8);
    expect([2, 4, 6, 8].map((size) => model.meanNs[size])).toEqual([1200, 1400, 1600, 1800]);
  });

  it('sets a batch that was held up aside, and keeps for how long', () => {
    const seen = turns(800, 8, (size, i) => (i === 400 ? 50_000 : 1000 + 100 * size));
    const model = new ServiceModel([seen], 8);
    expect(model.meanNs[1]).toBe(1100);
    expect(model.traces[0]!.extraNs[400]).toBe(48_900);
    expect(model.traces[0]!.extraNs.filter((ns) => ns > 0)).toHaveLength(1);
  });

  it('tells jitter that is the same for all sizes from tails in proportion to the time', () => {
    const same = new ServiceModel([turns(1600, 8, (size, i) => 1000 * size + alternately(i, 300))], 8);
    expect(same.spread[8]! / same.spread[1]!).toBeCloseTo(1, 6);
    const inProportion = new ServiceModel(
      [turns(1600, 8, (size, i) => 1000 * size * (1 + alternately(i, 0.3)))],
      8,
    );
    expect(inProportion.spread[8]! / inProportion.spread[1]!).toBeCloseTo(8, 6);
  });
});

describe('a replay', () => {
  // Every tenth batch takes twice as long, in stretches of ten slow ones.
  const stretches = turns(2000, 1, (_, i) => (Math.floor(i / 10) % 10 === 0 ? 2000 : 1000));

  it('plays what followed each other one after the other', () => {
    const model = new ServiceModel([stretches], 1);
    const replay = new Replay(model, { block: 200 }, randomNumbers(1));
    const played = Array.from({ length: 4000 }, () => Math.round(replay.serviceNs(1, 0)));
    const slow = played.filter((ns) => ns === 2000).length;
    const changes = played.filter((ns, i) => i > 0 && ns !== played[i - 1]).length;
    expect(slow / played.length).toBeCloseTo(0.1, 1);
    // Two changes for each hundred batches, and a few where blocks meet; drawn at random it would be 18 in a hundred.
    expect(changes).toBeLessThan(0.035 * played.length);
    expect(changes).toBeGreaterThan(0.015 * played.length);
  });

  it('stays in step with time where it is told to', () => {
    const model = new ServiceModel([stretches], 1);
    const shareOfSlow = (options: { readonly block: number; readonly inStep?: number }) => {
      const replay = new Replay(model, options, randomNumbers(2));
      let slow = 0;
      // Twenty times as many batches start as were seen in the same time.
      for (let i = 0; i < 40_000; i++) if (replay.serviceNs(1, i * 50) > 1500) slow++;
      return slow / 40_000;
    };
    // Slow batches are a tenth of the batches, and 2/11 of the time.
    expect(shareOfSlow({ block: 1000 })).toBeCloseTo(0.1, 1);
    expect(shareOfSlow({ block: 20_000, inStep: 3 })).toBeGreaterThan(0.14);
  });
});

describe('the simulated queue', () => {
  const constant = (work: number, serviceNs: (work: number) => number) =>
    new Replay(new ServiceModel([turns(1000, work, serviceNs)], work), { block: 100 }, randomNumbers(1));
  const padding = { pad: 'longest', maxLength: 0 } as const;
  const arriving = (times: readonly number[]) => {
    let i = 0;
    return () => times[i++] ?? Number.POSITIVE_INFINITY;
  };

  it('gives a free instance all that waits, up to the largest batch', () => {
    const served: [number, number][] = [];
    const policy = { maxBatch: 2, order: 'arrival', buckets: [], padding } as const;
    serveQueue(
      { instances: 1, policy, turnaroundNs: 0, wakeNs: 0 },
      arriving([0, 10, 20, 30, 500]),
      constant(2, (size) => 100 * size),
      randomNumbers(1),
      (_, size, endNs) => {
        served.push([size, Math.round(endNs)]);
        return false;
      },
    );
    // One alone from 0 to 100, two of the waiting to 300, the last one to 400; the late one from 500 on.
    expect(served).toEqual([
      [1, 100],
      [2, 300],
      [1, 400],
      [1, 600],
    ]);
  });

  it('adds what passes between batches, and what an idle instance takes to wake', () => {
    const ends: number[] = [];
    const policy = { maxBatch: 1, order: 'arrival', buckets: [], padding } as const;
    serveQueue(
      { instances: 1, policy, turnaroundNs: 7, wakeNs: 11 },
      arriving([0, 50, 1000]),
      constant(1, () => 100),
      randomNumbers(1),
      (_, __, endNs) => {
        ends.push(Math.round(endNs));
        return false;
      },
    );
    // 11 + 100; 111 + 7 + 100; 1000 + 11 + 100.
    expect(ends).toEqual([111, 218, 1111]);
  });

  it('pads to the longest of a batch, and takes batches out of one length bucket', () => {
    const works: number[] = [];
    const lengths = Float64Array.from([10, 100]);
    const replay = constant(200, (work) => 1000 + work);
    const original = replay.serviceNs.bind(replay);
    replay.serviceNs = (work, atNs) => {
      works.push(work);
      return original(work, atNs);
    };
    const policy = { maxBatch: 2, order: 'arrival', buckets: [50, 200], padding } as const;
    // Short, long, short, long … by turns.
    let turn = 0;
    serveQueue(
      { instances: 1, policy, sampleLengths: lengths, turnaroundNs: 0, wakeNs: 0 },
      arriving([0, 1, 2, 3, 4]),
      replay,
      () => (turn++ % 2) / 2,
      () => false,
    );
    // The short one alone (10); then the oldest is long: both long ones (2 × 100); then the two short ones (2 × 10).
    expect(works).toEqual([10, 200, 20]);
  });
});

describe('the evidence of a probe', () => {
  it('has the service times, and how many queries were late', async () => {
    const target = singleServer({ serviceRate: 1000, boundS: 0.005, percentile: 0.99, seed: 5 });
    const probe = await target.serve({ targetQps: 600, queries: 20_000, number: 0 });
    const { over, trace, turnaroundNs, wakeNs } = evidenceOf(probe, target);
    // exp(−(1000 − 600) · 0.005) = 13.5%
    expect(over / 20_000).toBeCloseTo(0.135, 1);
    const meanMs = trace.serviceNs.reduce((a, b) => a + b, 0) / 20_000 / 1e6;
    expect(meanMs).toBeCloseTo(1, 1);
    expect([turnaroundNs, wakeNs]).toEqual([0, 0]);
  });

  it('counts what was never completed as late', async () => {
    const target = singleServer({ serviceRate: 1000, boundS: 10, percentile: 0.99, seed: 5 });
    const probe = await target.serve({ targetQps: 100, queries: 50, number: 0 });
    const completedNs = probe.completedNs.map((ns, i) => (i < 3 ? Number.NaN : ns));
    expect(evidenceOf({ ...probe, completedNs }, target).over).toBe(3);
  });

  it('is cut into contiguous sections across probes', () => {
    const a = turns(30, 1, () => 1);
    const b = turns(50, 1, () => 1);
    const sections = sectionsOf([a, b], 4);
    expect(sections.map((parts) => parts.map(({ work }) => work.length))).toEqual([
      [20],
      [10, 10],
      [20],
      [20],
    ]);
  });
});
