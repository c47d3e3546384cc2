/** What the decisions come to over a whole run: a server simulated in virtual time. */
import { describe, expect, it } from 'vitest';
import { type SimulatedServer, simulateOldestFirst, simulateServer } from '../../helpers/simulate-server.js';

describe('Server with length buckets, simulated', () => {
  const lengths = [96, 128, 160, 192, 256, 384];
  /** A device with much fixed time per batch, such as a GPU, and one with little, such as a CPU core. */
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

describe('the batcher of a worker thread', () => {
  it('takes exactly the batches that its decisions alone give', () => {
    const lengths = [96, 128, 256];
    const serviceMs = (size: number, length: number) => 4 + 0.004 * size * length;
    const base = { qps: 500, seconds: 4, maxBatch: 16, lengths, serviceMs };
    for (const server of [
      { ...base, instances: 1 },
      { ...base, instances: 2, shared: true },
      { ...base, instances: 2, maxWaitMs: 5, boundMs: 20 },
    ])
      expect(simulateServer(server, 'batcher')).toEqual(simulateServer(server, 'decider'));
  });
});

describe('holding rows back', () => {
  // 40 ms per batch: a single query held back for the whole 100 ms would take 140.
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
    expect(heedless.dispatchedEarly).toBe(0);
    const careful = simulateServer({ ...slow, boundMs: 130 });
    expect(careful.p99Ms).toBeLessThanOrEqual(130);
    expect(careful.dispatchedEarly).toBeGreaterThan(40);
  });

  it('lasts as long as allowed where the bound is far', () => {
    const { dispatchedEarly, p50Ms } = simulateServer({ ...slow, boundMs: 1000 });
    expect(dispatchedEarly).toBe(0);
    expect(p50Ms).toBe(simulateServer(slow).p50Ms);
  });
});
