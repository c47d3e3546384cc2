/** A server in simulated time, batched by the engine's own decisions: with no thread and no clock. */
import { BatchDecider } from '../../src/engine/batching/batch-decider.js';
import type { BatchPolicy } from '../../src/engine/batching/batch-policy.js';
import { Batcher } from '../../src/engine/batching/batcher.js';
import { planQueues } from '../../src/engine/batching/bucket-queues.js';
import { closeIssuing, createControl, publishIssued } from '../../src/engine/control.js';
import { createRecord } from '../../src/engine/query-record.js';
import { percentile, poissonTimes, policyOf, queriesAt } from './engine.js';

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

/** How an instance takes its batches and learns from them; times are nanoseconds. */
interface SimulatedInstance {
  /** The rows of its next batch, of those issued by now; none where it waits. */
  take(issued: number, nowNs: number): readonly number[];
  learn(size: number, startedNs: number, completedNs: number): void;
  readonly counts: { readonly dispatchedEarly: number; readonly filledBatches: number };
}

interface Setting {
  readonly times: readonly number[];
  readonly lengthOf: (row: number) => number;
  readonly server: SimulatedServer;
  readonly policy: BatchPolicy;
}

const stepNs = 50_000;

function lengthsOf(lengths: readonly number[]): (sample: number) => number {
  return (sample) => lengths[(Math.imul(sample + 1, 2654435761) >>> 16) % lengths.length]!;
}

function settingOf(server: SimulatedServer): Setting {
  const { qps, seconds, seed = 1, maxBatch, lengths, maxWaitMs = 0, boundMs } = server;
  const boundNs = boundMs === undefined ? undefined : boundMs * 1e6;
  const policy = policyOf({ maxBatch, buckets: lengths, maxWaitNs: maxWaitMs * 1e6, boundNs });
  const times = poissonTimes(qps, Math.ceil(qps * seconds), seed);
  return { times, lengthOf: lengthsOf(lengths), server, policy };
}

/** Instances of the engine's batcher, with the atomics and the record that threads would share. */
function batchers({ times, lengthOf, server, policy }: Setting): SimulatedInstance[] {
  const record = createRecord(queriesAt(times, 1 << 20));
  const queues = planQueues(record, policy, lengthOf);
  const control = createControl(server.instances, queues.length);
  let time = 0;
  const ids = Array.from({ length: server.instances }, (_, i) => i);
  return ids.map((instance) => {
    const sharers = server.shared ? ids.filter((id) => id !== instance) : [];
    const now = () => time;
    const batcher = new Batcher({ record, control, queues, policy, instance, sharers, spinNs: 0, now });
    return {
      take: (issued, nowNs) => {
        time = nowNs;
        publishIssued(control, issued, 0);
        if (issued === record.rowCount) closeIssuing(control);
        return [...batcher.rows.subarray(0, batcher.take(false))];
      },
      learn: (size, started, completed) => batcher.learn(size, started, completed),
      get counts() {
        const { dispatchedEarly, bucketFill } = batcher.report();
        return { dispatchedEarly, filledBatches: bucketFill?.batches ?? 0 };
      },
    };
  });
}

/** Instances that ask the decisions alone, of queues that are arrays: as a simulation in virtual time does. */
function deciders({ times, lengthOf, server, policy }: Setting): SimulatedInstance[] {
  const { lengths, instances, shared } = server;
  const queues = lengths.map((): number[] => []);
  const lastCompleted = new Array<number>(instances).fill(0);
  let arrived = 0;
  return lastCompleted.map((_, instance) => {
    const decider = new BatchDecider(policy, lengths);
    const counts = { dispatchedEarly: 0, filledBatches: 0 };
    const look = () =>
      queues.forEach((queue, i) => {
        decider.waiting[i] = queue.length;
        decider.oldestNs[i] = queue.length > 0 ? times[queue[0]!]! : 0;
      });
    return {
      take: (issued, nowNs) => {
        for (; arrived < issued; arrived++) queues[lengths.indexOf(lengthOf(arrived))]!.push(arrived);
        look();
        const chosen = decider.choose(nowNs, issued === times.length);
        counts.dispatchedEarly = decider.dispatchedEarly;
        if (chosen < 0) return [];
        const rows = queues[chosen]!.splice(0, policy.maxBatch);
        look();
        const additions = decider.fill(chosen, rows.length);
        for (let i = 0; i < additions; i++)
          rows.push(...queues[decider.bucketFill!.additions[i]!]!.splice(0));
        if (additions > 0) counts.filledBatches++;
        return rows;
      },
      learn: (size, started, completed) => {
        const others = shared ? lastCompleted.filter((_, other) => other !== instance) : [];
        const from = Math.max(started, ...others.filter((time) => time < completed));
        lastCompleted[instance] = completed;
        decider.learn(size, completed - from, completed - started);
      },
      counts,
    };
  });
}

/** Runs the server until every query is answered; `by` says what takes the batches. */
export function simulateServer(server: SimulatedServer, by: 'decider' | 'batcher' = 'decider') {
  const { serviceMs, shared } = server;
  const setting = settingOf(server);
  const { times, lengthOf } = setting;
  const instances = by === 'decider' ? deciders(setting) : batchers(setting);
  const servers = instances.map((instance) => ({
    instance,
    batch: undefined as undefined | { rows: readonly number[]; started: number; until: number },
  }));
  const latencies: number[] = [];
  let issued = 0;
  let batches = 0;
  let deviceFree = 0;
  for (let time = 0; latencies.length < times.length; time += stepNs) {
    while (issued < times.length && times[issued]! <= time) issued++;
    for (const { instance, batch } of servers)
      if (batch && batch.until <= time) {
        for (const row of batch.rows) latencies.push(batch.until - times[row]!);
        instance.learn(batch.rows.length, batch.started, batch.until);
      }
    for (const one of servers) {
      if (one.batch && one.batch.until > time) continue;
      one.batch = undefined;
      const rows = one.instance.take(issued, time);
      if (rows.length === 0) continue;
      batches++;
      const start = shared ? Math.max(deviceFree, time) : time;
      deviceFree = start + serviceMs(rows.length, Math.max(...rows.map(lengthOf))) * 1e6;
      one.batch = { rows, started: time, until: deviceFree };
    }
  }
  const total = (of: (counts: SimulatedInstance['counts']) => number) =>
    instances.reduce((sum, { counts }) => sum + of(counts), 0);
  return {
    p50Ms: percentile(latencies, 0.5) / 1e6,
    p99Ms: percentile(latencies, 0.99) / 1e6,
    meanBatch: latencies.length / batches,
    dispatchedEarly: total(({ dispatchedEarly }) => dispatchedEarly),
    /** Share of the batches. */
    filled: total(({ filledBatches }) => filledBatches) / batches,
  };
}

/** The same server, written down plainly, taking from the queue of the oldest row and never filling from another. */
export function simulateOldestFirst(server: SimulatedServer) {
  const { lengths, instances, maxBatch, serviceMs, shared } = server;
  const { times, lengthOf } = settingOf(server);
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
