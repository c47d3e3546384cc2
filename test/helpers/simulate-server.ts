import { Batcher } from '../../src/engine/batching/batcher.js';
import { planQueues } from '../../src/engine/batching/bucket-queues.js';
import { cell, createControl } from '../../src/engine/control.js';
import { createRecord } from '../../src/engine/query-record.js';
import { percentile, poissonTimes, queriesAt } from './engine.js';

export interface SimulatedServer {
  readonly qps: number;
  readonly seconds: number;
  readonly seed?: number;
  readonly maxBatch: number;
  readonly instances: number;
  /** Queues, each of one length; samples have these lengths in turn by a small generator. */
  readonly lengths: readonly number[];
  readonly serviceMs: (size: number, length: number) => number;
  /** Rows may be held back this long, unless the bound comes near. */
  readonly maxWaitMs?: number;
  readonly boundMs?: number;
  /** Instances share one device that computes one batch after the other. */
  readonly shared?: boolean;
}

const stepNs = 50_000;

function lengthsOf(lengths: readonly number[]): (sample: number) => number {
  return (sample) => lengths[(Math.imul(sample + 1, 2654435761) >>> 16) % lengths.length]!;
}

function arrivals({ qps, seconds, seed = 1 }: SimulatedServer): number[] {
  return poissonTimes(qps, Math.ceil(qps * seconds), seed);
}

/** Drives real batchers through simulated time: no thread, no clock. */
export function simulateServer(server: SimulatedServer) {
  const { lengths, instances, maxBatch, serviceMs, shared } = server;
  const record = createRecord(queriesAt(arrivals(server), 1 << 20));
  const lengthOf = lengthsOf(lengths);
  const queues = planQueues(record, { lengthOf, buckets: lengths, sort: false });
  const control = createControl(instances, queues.length);
  let time = 0;
  const ids = Array.from({ length: instances }, (_, i) => i);
  const { maxWaitMs = 0, boundMs } = server;
  const boundNs = boundMs === undefined ? undefined : boundMs * 1e6;
  const options = { maxBatch, maxWaitNs: maxWaitMs * 1e6, boundNs, spinNs: 0 };
  const servers = ids.map((instance) => ({
    batcher: new Batcher(
      record,
      control,
      queues,
      options,
      () => time,
      instance,
      shared ? ids.filter((id) => id !== instance) : [],
    ),
    batch: undefined as undefined | { size: number; started: number; until: number },
  }));
  const latencies: number[] = [];
  let head = 0;
  let batches = 0;
  let deviceFree = 0;
  while (latencies.length < record.rowCount) {
    while (head < record.rowCount && record.scheduled[head]! <= time) head++;
    Atomics.store(control.cells, cell.head, head);
    if (head === record.rowCount) Atomics.store(control.cells, cell.closed, 1);
    for (const { batcher, batch } of servers)
      if (batch && batch.until <= time) {
        for (const row of batcher.rows.subarray(0, batch.size))
          latencies.push(batch.until - record.scheduled[row]!);
        batcher.learn(batch.size, batch.started, batch.until);
      }
    for (const one of servers) {
      if (one.batch && one.batch.until > time) continue;
      one.batch = undefined;
      const size = one.batcher.take(false);
      if (size === 0) continue;
      batches++;
      const lengthsTaken = Array.from(one.batcher.rows.subarray(0, size), (row) =>
        lengthOf(record.sample[row]!),
      );
      const start = shared ? Math.max(deviceFree, time) : time;
      deviceFree = start + serviceMs(size, Math.max(...lengthsTaken)) * 1e6;
      one.batch = { size, started: time, until: deviceFree };
    }
    time += stepNs;
  }
  return {
    p50Ms: percentile(latencies, 0.5) / 1e6,
    p99Ms: percentile(latencies, 0.99) / 1e6,
    meanBatch: latencies.length / batches,
    hurried: servers.reduce((sum, { batcher }) => sum + batcher.hurried, 0),
    filled: servers.reduce((sum, { batcher }) => sum + batcher.filled, 0) / batches,
  };
}

/** The same server, written down plainly, taking from the queue of the oldest row and never filling from another. */
export function simulateOldestFirst(server: SimulatedServer) {
  const { lengths, instances, maxBatch, serviceMs, shared } = server;
  const times = arrivals(server);
  const lengthOf = lengthsOf(lengths);
  const waiting = new Map<number, number[]>(lengths.map((length) => [length, []]));
  const free = new Array<number>(instances).fill(0);
  const latencies: number[] = [];
  let next = 0;
  let batches = 0;
  let deviceFree = 0;
  for (let time = 0; latencies.length < times.length; time += stepNs) {
    while (next < times.length && times[next]! <= time) waiting.get(lengthOf(next))!.push(times[next++]!);
    for (let instance = 0; instance < instances; instance++) {
      if (free[instance]! > time) continue;
      const oldest = [...waiting]
        .filter(([, queue]) => queue.length > 0)
        .sort(([, a], [, b]) => a[0]! - b[0]!)[0];
      if (!oldest) break;
      const [length, queue] = oldest;
      const taken = queue.splice(0, maxBatch);
      const start = shared ? Math.max(deviceFree, time) : time;
      deviceFree = start + serviceMs(taken.length, length) * 1e6;
      free[instance] = deviceFree;
      batches++;
      for (const scheduled of taken) latencies.push(deviceFree - scheduled);
    }
  }
  return { p99Ms: percentile(latencies, 0.99) / 1e6, meanBatch: latencies.length / batches };
}
