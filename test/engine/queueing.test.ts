/** The latencies of a run are those of the queue that was really served; how near it comes to the ideal is a benchmark. */
import { afterAll, describe, expect, it } from 'vitest';
import type { QueryRecord } from '../../src/engine/query-record.js';
import { WorkerPool } from '../../src/engine/worker-pool.js';
import { percentile, phaseOf, poissonTimes, queriesAt, simulatedPool } from '../helpers/engine.js';

const pools: WorkerPool[] = [];
afterAll(() => Promise.all(pools.map((pool) => pool.close())));

async function serve(
  options: { fixedMs: number; perSampleMs?: number },
  instances: number,
  maxBatch: number,
  times: readonly number[],
): Promise<QueryRecord> {
  const pool = await WorkerPool.open(simulatedPool(options, instances));
  pools.push(pool);
  const meanGapNs = times.at(-1)! / times.length;
  const phaseResult = await pool.run(phaseOf(queriesAt(times), { policy: { maxBatch }, meanGapNs }));
  expect(phaseResult.faults).toEqual([]);
  return phaseResult.record;
}

const meanOf = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** One batch as the record has it: consecutive rows of one instance. */
interface Batch {
  readonly instance: number;
  readonly first: number;
  readonly size: number;
  readonly started: number;
  readonly completed: number;
}

/** The batches in the order in which their rows were due. */
function batchesOf(record: QueryRecord): Batch[] {
  const batches: Batch[] = [];
  for (let row = 0; row < record.rowCount; ) {
    const first = row;
    while (row < record.rowCount && record.batch[row] === record.batch[first]) row++;
    batches.push({
      instance: record.instance[first]!,
      first,
      size: row - first,
      started: record.started[first]!,
      completed: record.completed[first]!,
    });
  }
  return batches;
}

describe('one instance, one query at a time', () => {
  for (const { load, seed } of [
    { load: 0.5, seed: 61 },
    { load: 0.8, seed: 1 },
  ]) {
    it(`at ${100 * load}% load serves Lindley's queue of its service times and hand-overs`, async () => {
      const serviceMs = 5;
      const count = 300;
      const record = await serve(
        { fixedMs: serviceMs },
        1,
        1,
        poissonTimes((1000 / serviceMs) * load, count, seed),
      );
      const { scheduled, issued, started, completed } = record;
      const latencies: number[] = [];
      const served: number[] = [];
      const goingOn: number[] = [];
      let free = 0;
      for (let row = 0; row < count; row++) {
        const before = row === 0 ? 0 : completed[row - 1]!;
        const service = completed[row]! - started[row]!;
        // From when both the query and the instance were there until the instance took it up.
        const handOver = started[row]! - Math.max(scheduled[row]!, before);
        expect(handOver, 'first come, first served, one at a time').toBeGreaterThanOrEqual(0);
        if (issued[row]! < before) goingOn.push(handOver);
        free = Math.max(scheduled[row]!, free) + handOver + service;
        served.push(free - scheduled[row]!);
        latencies.push(completed[row]! - scheduled[row]!);
      }
      expect(meanOf(latencies) / meanOf(served)).toBeCloseTo(1, 3);
      expect(percentile(latencies, 0.99)).toBe(percentile(served, 0.99));
      // An instance that is asked for more goes on at once: mostly within a twentieth of the service.
      expect(goingOn.length).toBeGreaterThan(count / 5);
      expect(percentile(goingOn, 0.5)).toBeLessThan((serviceMs * 1e6) / 20);
    });
  }
});

describe('four instances with batches of up to 8', () => {
  it('serve in order, and take what waits', async () => {
    const record = await serve({ fixedMs: 10, perSampleMs: 1 }, 4, 8, poissonTimes(900, 1800));
    const batches = batchesOf(record);
    expect(new Set(record.batch).size, 'a batch is rows that follow each other').toBe(batches.length);
    expect(Math.max(...batches.map(({ size }) => size))).toBeLessThanOrEqual(8);
    expect(batches.length, 'queries share batches').toBeLessThan(1200);
    const free = [0, 0, 0, 0];
    let early = 0;
    for (const { instance, first, size, started, completed } of batches) {
      const last = first + size - 1;
      const before = free[instance]!;
      expect(started, 'after all of it was issued').toBeGreaterThanOrEqual(record.issued[last]!);
      expect(started, 'one batch at a time').toBeGreaterThanOrEqual(before);
      // The next row was left although it had been issued before the instance looked.
      if (size < 8 && last + 1 < record.rowCount && record.issued[last + 1]! < before) early++;
      free[instance] = completed;
    }
    // Stamping a query and publishing it are two steps: now and then an instance looks in between.
    expect(early / batches.length).toBeLessThan(0.02);
  });
});
