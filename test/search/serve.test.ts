import { describe, expect, it } from 'vitest';
import { randomNumbers } from '../../src/base/random.js';
import { serve, type VirtualServer } from '../../src/search/serve.js';
import { percentile, poissonTimes } from '../helpers/engine.js';
import { type SimulatedServer, simulateServer } from '../helpers/simulate-server.js';

interface Served {
  readonly startNs: number;
  readonly endNs: number;
  readonly instance: number;
  readonly arrivals: readonly number[];
}

type Policy = VirtualServer['policy'];
type Options = Partial<Omit<VirtualServer, 'policy'>> & { readonly policy?: Policy };

function batchesOf(times: readonly number[], { policy = { maxBatch: 1 }, ...options }: Options = {}) {
  const batches: Served[] = [];
  let next = 0;
  const turnedAway = serve(
    () => times[next++] ?? Number.POSITIVE_INFINITY,
    { instances: 1, endOf: (_size, startNs) => startNs + 3, ...options, policy },
    ({ startNs, endNs, size, instance, arrivals }) =>
      batches.push({ startNs, endNs, instance, arrivals: [...arrivals.subarray(0, size)] }),
  );
  return { batches, turnedAway };
}

/** Start, end and arrivals of each batch. */
const schedule = (times: readonly number[], options?: Options) =>
  batchesOf(times, options).batches.map(({ startNs, endNs, arrivals }) => [startNs, endNs, ...arrivals]);

describe('one instance', () => {
  it('serves one after the other, first come first served', () => {
    expect(schedule([0, 1, 2, 20])).toEqual([
      [0, 3, 0],
      [3, 6, 1],
      [6, 9, 2],
      [20, 23, 20],
    ]);
  });

  it('takes all that waits, up to the largest batch', () => {
    const options = { policy: { maxBatch: 3 }, endOf: (size: number, startNs: number) => startNs + 4 + size };
    expect(schedule([0, 1, 2, 3, 5, 13, 30], options)).toEqual([
      [0, 5, 0],
      // The one at 5 has arrived when the instance is free, but three are a batch.
      [5, 12, 1, 2, 3],
      [12, 17, 5],
      [17, 22, 13],
      [30, 35, 30],
    ]);
  });

  it('is ready later than a batch is done, where told so', () => {
    expect(schedule([0, 1, 20], { turnaroundNs: 2 })).toEqual([
      [0, 3, 0],
      [5, 8, 1],
      [20, 23, 20],
    ]);
  });

  it('serves nothing where nothing arrives', () => {
    expect(batchesOf([])).toEqual({ batches: [], turnedAway: false });
  });
});

describe('several instances', () => {
  it('serve side by side: the one that is free first takes next', () => {
    const ends = [10, 4, 6, 20];
    let batch = 0;
    const { batches } = batchesOf([0, 1, 2, 3], { instances: 2, endOf: () => ends[batch++]! });
    expect(batches.map(({ startNs, endNs, instance }) => [startNs, endNs, instance])).toEqual([
      [0, 10, 0],
      [1, 4, 1],
      [4, 6, 1],
      [6, 20, 1],
    ]);
  });
});

describe('turning away', () => {
  /** All that come once a query has waited for longer than 10. */
  const closesAt = (oldestNs: number, nowNs: number) =>
    nowNs - oldestNs > 10 ? oldestNs + 10 : Number.POSITIVE_INFINITY;

  it('begins when it is told: those that had arrived by then are served', () => {
    // Each takes 3, one arrives at every 1: that of time t starts at 3t. That of 6 has waited longer than 10 at 16.
    const times = Array.from({ length: 40 }, (_, i) => i);
    const { batches, turnedAway } = batchesOf(times, { closesAt });
    expect(turnedAway).toBe(true);
    expect(batches.flatMap(({ arrivals }) => arrivals)).toEqual(times.slice(0, 17));
    expect(batches.at(-1)!.endNs).toBe(3 * 17);
  });

  it('counts also within a batch: it takes only what had arrived by then', () => {
    const options = { policy: { maxBatch: 8 }, endOf: (_: number, startNs: number) => startNs + 30 };
    const { batches, turnedAway } = batchesOf([0, 1, 5, 20, 29, 90], { ...options, closesAt });
    expect(batches.map(({ startNs, arrivals }) => [startNs, ...arrivals])).toEqual([
      [0, 0],
      [30, 1, 5],
    ]);
    expect(turnedAway).toBe(true);
  });

  it('does not begin as long as nobody waits longer', () => {
    const { batches, turnedAway } = batchesOf([0, 1, 2, 3, 4, 5], { closesAt });
    expect(batches).toHaveLength(6);
    expect(turnedAway).toBe(false);
  });

  it('meets nobody where all have arrived before it begins', () => {
    const { batches, turnedAway } = batchesOf(new Array(100).fill(0), { closesAt });
    expect(batches).toHaveLength(100);
    expect(turnedAway).toBe(false);
  });
});

describe('holding back', () => {
  const policy = { maxBatch: 3, maxWaitNs: 10 };

  it('waits until a batch is full, its oldest has waited long enough, or nothing more arrives', () => {
    expect(schedule([0, 4, 20, 22, 29, 41, 60], { policy })).toEqual([
      [10, 13, 0, 4],
      [29, 32, 20, 22, 29],
      [51, 54, 41],
      [60, 63, 60],
    ]);
  });

  it('takes late what had to wait for an instance', () => {
    expect(schedule([0, 1, 2, 4, 90], { policy, endOf: (_, startNs) => startNs + 30 })).toEqual([
      [2, 32, 0, 1, 2],
      [32, 62, 4],
      [90, 120, 90],
    ]);
  });

  it('leaves room for what a batch has taken before the bound', () => {
    // Service 5: held for 14 − 1.1 × 5 = 8.5 at most, once an instance has seen that.
    const options = {
      policy: { ...policy, boundNs: 14 },
      endOf: (_: number, startNs: number) => startNs + 5,
    };
    expect(schedule([0, 40, 80, 120], options)).toEqual([
      [10, 15, 0],
      [48.5, 53.5, 40],
      [88.5, 93.5, 80],
      [120, 125, 120],
    ]);
  });

  it('ends by the free instance where another is busy', () => {
    const options = { instances: 2, policy, endOf: (_: number, startNs: number) => startNs + 40 };
    const { batches } = batchesOf([0, 12, 80], options);
    expect(batches.map(({ startNs, ...batch }) => [startNs, ...batch.arrivals])).toEqual([
      [10, 0],
      [22, 12],
      [80, 80],
    ]);
  });

  it('ends with the first of several free instances that will not wait longer', () => {
    // Each instance learns from its own batches: the first has seen 5, the second nothing.
    const options = {
      ...{ instances: 2, policy: { ...policy, boundNs: 14 } },
      endOf: (_: number, startNs: number) => startNs + 5,
    };
    const { batches } = batchesOf([0, 40, 80], options);
    expect(batches.map(({ startNs, instance, arrivals }) => [startNs, instance, ...arrivals])).toEqual([
      [10, 0, 0],
      [48.5, 0, 40],
      [80, expect.any(Number), 80],
    ]);
  });
});

describe('in the long run', () => {
  const meanNs = 1e6;
  /** Mean wait before service over very many queries, in mean service times. */
  function meanWait(load: number, instances: number, service: (random: () => number) => number): number {
    const [arrival, draw] = [randomNumbers(21), randomNumbers(22)];
    const count = 3e6;
    let at = 0;
    let left = count;
    let waited = 0;
    serve(
      () => {
        if (left-- === 0) return Number.POSITIVE_INFINITY;
        at -= (Math.log(1 - arrival()) * meanNs) / (load * instances);
        return at;
      },
      {
        instances,
        policy: { maxBatch: 1 },
        endOf: (_, startNs) => startNs + meanNs * service(draw),
      },
      ({ startNs, arrivals }) => {
        waited += startNs - arrivals[0]!;
      },
    );
    return waited / count / meanNs;
  }
  const exponential = (random: () => number) => -Math.log(1 - random());

  it('a fixed service time has the mean wait of M/D/1: ρ / 2(1 − ρ)', () => {
    expect(meanWait(0.5, 1, () => 1) / 0.5).toBeCloseTo(1, 2);
    expect(meanWait(0.8, 1, () => 1) / 2).toBeCloseTo(1, 1.5);
  });

  it('an exponential service time has that of M/M/1: ρ / (1 − ρ)', () => {
    expect(meanWait(0.5, 1, exponential) / 1).toBeCloseTo(1, 1.7);
  });

  it('two instances have that of M/M/2: ρ² / (1 − ρ²)', () => {
    expect(meanWait(0.5, 2, exponential) / (0.25 / 0.75)).toBeCloseTo(1, 1.7);
  });
});

describe('batches held back', () => {
  const base = { qps: 500, seconds: 60, maxBatch: 16, lengths: [128] };
  it.each<[string, SimulatedServer]>([
    ['one instance', { ...base, instances: 1, serviceMs: (n) => 5 + n, maxWaitMs: 8 }],
    ['two instances', { ...base, instances: 2, serviceMs: (n) => 5 + n, maxWaitMs: 20 }],
    ['a bound that comes near', { ...base, instances: 2, serviceMs: () => 12, maxWaitMs: 30, boundMs: 25 }],
    ['a low rate', { ...base, qps: 20, seconds: 200, instances: 1, serviceMs: () => 3, maxWaitMs: 5 }],
    ['nothing held', { ...base, instances: 2, serviceMs: (n) => 5 + 2 * n }],
  ])('are those of a server that is gone through step by step: %s', (_name, server) => {
    const { qps, seconds, maxBatch, instances, serviceMs, maxWaitMs = 0, boundMs } = server;
    const policy = { maxBatch, maxWaitNs: maxWaitMs * 1e6, boundNs: boundMs && boundMs * 1e6 };
    const times = poissonTimes(qps, qps * seconds);
    const endOf = (size: number, startNs: number) => startNs + 1e6 * serviceMs(size, 128);
    const { batches } = batchesOf(times, { instances, policy, endOf });
    const latencies = batches.flatMap(({ endNs, arrivals }) => arrivals.map((at) => (endNs - at) / 1e6));
    const expected = simulateServer(server);
    // Its steps are 0.05 ms, and what differs by one of them may share another batch later.
    expect(Math.abs(percentile(latencies, 0.5) - expected.p50Ms)).toBeLessThan(0.15);
    expect(Math.abs(percentile(latencies, 0.99) - expected.p99Ms)).toBeLessThan(0.15 + 0.02 * expected.p99Ms);
    expect(times.length / batches.length / expected.meanBatch).toBeCloseTo(1, 1.7);
  });
});
