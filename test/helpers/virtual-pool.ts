import type { PhaseConfig, PhaseResult } from '../../src/engine/phase.js';
import { createRecord } from '../../src/engine/query-record.js';
import type { WorkerPool, WorkerPoolConfig } from '../../src/engine/worker-pool.js';

/**
 * Stands in for a pool of the simulated backend (`fixedMs`, `perSampleMs`): the plain queue, gone through in virtual
 * time, so that what is searched for has one answer on every machine. An instance that is free takes up to a batch of
 * what waits, first come, first served; where a wait is allowed, once a batch is full or its oldest has waited so long.
 */
export function virtualPool({ devices, instances, options }: WorkerPoolConfig) {
  const serviceNs = (size: number) => 1e6 * (Number(options.fixedMs) + Number(options.perSampleMs) * size);
  const all = Array.from({ length: devices.length * instances }, (_, i) => devices[i % devices.length]!);
  return {
    devices: all,
    info: { provider: 'simulated', backendName: 'simulated', backendVersion: '1', inputs: [], outputs: [] },
    async run({ queries, policy }: PhaseConfig): Promise<PhaseResult> {
      const record = createRecord(queries);
      const { rowCount, samplesPerQuery, scheduled, started, completed, issued, batch, instance } = record;
      const arrival = (row: number) => scheduled[Math.floor(row / samplesPerQuery)]!;
      issued.set(scheduled);
      const free = new Array<number>(all.length).fill(0);
      let batches = 0;
      for (let next = 0; next < rowCount; batches++) {
        const soonest = free.indexOf(Math.min(...free));
        const full = Math.min(next + policy.maxBatch, rowCount) - 1;
        const waited = Math.min(arrival(next) + (policy.maxWaitNs ?? 0), arrival(full));
        const start = Math.max(free[soonest]!, arrival(next), waited);
        let size = 0;
        while (size < policy.maxBatch && next + size < rowCount && arrival(next + size) <= start) size++;
        free[soonest] = start + serviceNs(size);
        for (let row = next; row < next + size; row++) {
          started[row] = start;
          completed[row] = free[soonest]!;
          batch[row] = batches;
          instance[row] = soonest;
        }
        next += size;
      }
      return {
        record,
        queriesIssued: record.queryCount,
        end: { kind: 'all-issued' },
        startedAtMs: 0,
        faults: [],
        standstills: [],
        waitMode: 'spin',
        batching: { dispatchedEarly: 0 },
        responses: [],
      };
    },
    async close() {},
  } satisfies Pick<WorkerPool, 'devices' | 'info' | 'run' | 'close'>;
}
