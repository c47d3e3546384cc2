import { describe, expect, it } from 'vitest';
import { BatchCost } from '../../../src/engine/batching/batch-cost.js';
import { Batcher } from '../../../src/engine/batching/batcher.js';
import { planQueues } from '../../../src/engine/batching/bucket-queues.js';
import { cell, createControl } from '../../../src/engine/control.js';
import { createRecord } from '../../../src/engine/query-record.js';
import { queriesAt } from '../../helpers/engine.js';
import { type SimulatedServer, simulateOldestFirst, simulateServer } from '../../helpers/simulate-server.js';

describe('what a batch costs', () => {
  it('is found from batches of different sizes, and followed when it changes', () => {
    const cost = new BatchCost();
    for (const tokens of [100, 800, 300, 1600]) cost.observe(tokens, 4e6 + 4000 * tokens);
    expect(cost.fixedNs).toBeCloseTo(4e6, -1);
    expect(cost.tokenNs).toBeCloseTo(4000, 3);
    for (let i = 0; i < 5000; i++) cost.observe(100 + (i % 7) * 50, 1e6 + 2000 * (100 + (i % 7) * 50));
    expect(cost.fixedNs).toBeCloseTo(1e6, -2);
  });

  it('is not told where all batches were alike', () => {
    const cost = new BatchCost();
    for (let i = 0; i < 10; i++) cost.observe(128, 5e6);
    expect([cost.fixedNs, cost.tokenNs]).toEqual([0, 0]);
  });
});

describe('filling a batch from other queues', () => {
  /** Rows 0 to 5 in queues of 100, 110 and 400 tokens. */
  function setUp(maxBatch: number, sharers: readonly number[] = []) {
    const lengths = [100, 110, 110, 400, 110, 100];
    const lengthOf = (sample: number) => lengths[sample]!;
    const record = createRecord(queriesAt([0, 1, 2, 3, 4, 5], 6));
    const queues = planQueues(record, { lengthOf, buckets: [100, 110, 400], sort: false });
    const control = createControl(2, queues.length);
    const batcher = new Batcher(
      record,
      control,
      queues,
      { maxBatch, maxWaitNs: 0, spinNs: 0 },
      () => 0,
      0,
      sharers,
    );
    Atomics.store(control.cells, cell.head, 6);
    const take = () => Array.from(batcher.rows.subarray(0, batcher.take(false)));
    return { control, batcher, take };
  }
  /** 1 ms a batch, 10 us a token: a quarter of a batch pays for 25 tokens of padding. */
  const teach = (batcher: Batcher) => {
    for (const tokens of [100, 400]) batcher.cost!.observe(tokens, 1e6 + 1e4 * tokens);
  };

  it('does not happen before costs are known', () => {
    const { take } = setUp(8);
    expect([take(), take(), take()]).toEqual([[0, 5], [1, 2, 4], [3]]);
  });

  it('takes the queues beside it whose padding costs less than the batch that it spares', () => {
    const { batcher, take } = setUp(8);
    teach(batcher);
    expect(take(), '2 rows padded by 10 tokens: 0.2 ms').toEqual([0, 5, 1, 2, 4]);
    expect(take(), '290 tokens a row would be too many').toEqual([3]);
    expect(batcher.filled).toBe(1);
  });

  it('takes all of a queue or nothing', () => {
    const { batcher, take } = setUp(4);
    teach(batcher);
    expect(take(), 'three more would be five').toEqual([0, 5]);
  });

  it('counts a shared device from the end of the batch before, not from when it was asked', () => {
    const { control, batcher, take } = setUp(8, [1]);
    take();
    control.times[1 + 2 + 1] = 7e6;
    batcher.learn(2, 0, 8e6);
    take();
    batcher.learn(3, 8e6, 8e6 + 1e6 + 130 * 1e4);
    // 200 tokens took 1 ms, 330 took 2.3 ms: 10 us a token.
    expect(batcher.cost!.tokenNs).toBeCloseTo(1e4, 3);
  });
});

describe('Server with length buckets, simulated', () => {
  const lengths = [96, 128, 160, 192, 256, 384];
  /** A device with much fixed time a batch, such as a GPU, and one with little, such as a CPU core. */
  const gpu = { serviceMs: (size: number, length: number) => 4 + 0.004 * size * length, maxBatch: 16 };
  const core = { serviceMs: (size: number, length: number) => 1 + 0.02 * size * length, maxBatch: 8 };
  const base = { seconds: 10, instances: 1, lengths };

  it('holds a bound at rates at which oldest-first alone misses it, with larger batches', () => {
    for (const more of [{}, { instances: 2, shared: true }]) {
      const server = { ...base, ...gpu, ...more, qps: 500 };
      const plain = simulateOldestFirst(server);
      const filled = simulateServer(server);
      expect(plain.p99Ms).toBeGreaterThan(50);
      expect(filled.p99Ms).toBeLessThan(50);
      expect(filled.meanBatch).toBeGreaterThan(plain.meanBatch);
    }
  });

  it('holds it wherever oldest-first does', () => {
    const cases: [SimulatedServer, number][] = [
      [{ ...base, ...gpu, qps: 400 }, 50],
      [{ ...base, ...gpu, maxBatch: 64, qps: 870 }, 130],
      [{ ...base, ...gpu, maxBatch: 64, qps: 830, instances: 2, shared: true }, 130],
      [{ ...base, ...core, qps: 195 }, 130],
      [{ ...base, ...core, qps: 420, instances: 2 }, 130],
    ];
    for (const [server, boundMs] of cases) {
      expect(simulateOldestFirst(server).p99Ms, `oldest first at ${server.qps}`).toBeLessThan(boundMs);
      expect(simulateServer(server).p99Ms, `filled at ${server.qps}`).toBeLessThan(boundMs);
    }
  });

  it('holds nothing back at a low rate: the latency is the service time', () => {
    const one = { ...base, ...gpu, lengths: [128, 256], qps: 5, seconds: 100 };
    const { p50Ms, filled } = simulateServer(one);
    expect(p50Ms).toBeGreaterThanOrEqual(gpu.serviceMs(1, 128));
    expect(p50Ms).toBeLessThanOrEqual(gpu.serviceMs(1, 256) + 0.1);
    expect(filled).toBeLessThan(0.02);
  });
});

describe('holding rows back', () => {
  // 40 ms a batch: a single query held back for the whole 100 ms would take 140.
  const slow = {
    qps: 4,
    seconds: 60,
    maxBatch: 8,
    instances: 1,
    lengths: [128],
    serviceMs: () => 40,
    maxWaitMs: 100,
  };

  it('ends early where the service times seen would not leave room before the bound', () => {
    const heedless = simulateServer(slow);
    expect(heedless.p99Ms).toBeGreaterThan(130);
    expect(heedless.hurried).toBe(0);
    const careful = simulateServer({ ...slow, boundMs: 130 });
    expect(careful.p99Ms).toBeLessThanOrEqual(130);
    expect(careful.hurried).toBeGreaterThan(40);
  });

  it('lasts as long as allowed where the bound is far', () => {
    const { hurried, p50Ms } = simulateServer({ ...slow, boundMs: 1000 });
    expect(hurried).toBe(0);
    expect(p50Ms).toBe(simulateServer(slow).p50Ms);
  });
});
