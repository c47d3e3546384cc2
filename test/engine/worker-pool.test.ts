import { afterAll, describe, expect, it } from 'vitest';
import type { PhaseConfig, PhaseProgress } from '../../src/engine/phase.js';
import { allocateShared } from '../../src/engine/query-record.js';
import { WorkerPool } from '../../src/engine/worker-pool.js';
import { oneQuery, phaseOf, poissonTimes, queriesAt, simulatedPool } from '../helpers/engine.js';

const pools: WorkerPool[] = [];
afterAll(() => Promise.all(pools.map((pool) => pool.close())));

async function open(options: Record<string, unknown>, instances = 1): Promise<WorkerPool> {
  const pool = await WorkerPool.open(simulatedPool(options, instances));
  pools.push(pool);
  return pool;
}

const everyGap = (ms: number, count: number) => Array.from({ length: count }, (_, i) => i * ms * 1e6);

describe('pool', () => {
  it('records every query: scheduled, issued, started, completed, in this order in time', async () => {
    const pool = await open({ fixedMs: 0.5 });
    const { record, queriesIssued, end, faults } = await pool.run(phaseOf(queriesAt(everyGap(2, 100))));
    expect({ queriesIssued, end, faults }).toEqual({
      queriesIssued: 100,
      end: { kind: 'all-issued' },
      faults: [],
    });
    for (let i = 0; i < 100; i++) {
      expect(record.scheduled[i]).toBe(i * 2e6);
      expect(record.issued[i]).toBeGreaterThanOrEqual(record.scheduled[i]!);
      expect(record.started[i]).toBeGreaterThanOrEqual(record.issued[i]!);
      expect(record.completed[i]!).toBeGreaterThan(record.started[i]!);
    }
    expect(record.completed[0]! - record.started[0]!, 'service time').toBeGreaterThanOrEqual(0.5e6);
    expect(new Set(record.batch).size, 'every batch of one has its own number').toBe(100);
  });

  it('shares work among instances and batches what waits', async () => {
    const instances = 3;
    const options = { instances, arrived: new Int32Array(new SharedArrayBuffer(4)) };
    const backend = new URL('../helpers/rendezvous-backend.js', import.meta.url).href;
    const pool = await WorkerPool.open({ ...simulatedPool(options, instances), backend });
    pools.push(pool);
    const { record } = await pool.run(phaseOf(oneQuery(96), { policy: { maxBatch: 8 } }));
    const sizes = new Map<number, number>();
    for (const batch of record.batch) sizes.set(batch, (sizes.get(batch) ?? 0) + 1);
    expect([...sizes.values()]).toEqual(new Array(12).fill(8));
    expect(new Set(record.instance)).toEqual(new Set([0, 1, 2]));
  });

  it('issues a stream query when the one before has completed, and stops after duration and count', async () => {
    const pool = await open({ fixedMs: 1 }, 2);
    const queries = oneQuery(4 * 500);
    const streamed: PhaseConfig['queries'] = {
      ...queries,
      queryCount: 500,
      samplesPerQuery: 4,
      scheduledNs: new Float64Array(allocateShared(8 * 500)),
    };
    const limits = { scenario: 'MultiStream', minQueryCount: 20, targetDurationNs: 100e6 } as const;
    const { record, queriesIssued, end } = await pool.run(phaseOf(streamed, { limits }));
    expect(end).toEqual({ kind: 'natural' });
    expect(queriesIssued).toBeGreaterThanOrEqual(20);
    expect(queriesIssued).toBeLessThanOrEqual(100 / 2 + 1);
    for (let query = 1; query < queriesIssued; query++) {
      const before = Math.max(...record.completed.subarray(4 * (query - 1), 4 * query));
      expect(record.issued[query]).toBeGreaterThanOrEqual(before);
    }
    // The last query is the first that was issued when count and duration were reached.
    expect(record.issued[queriesIssued - 1]).toBeGreaterThanOrEqual(100e6);
    if (queriesIssued > 20) expect(record.issued[queriesIssued - 2]).toBeLessThan(100e6);
  });

  it('gives the system all queries that are due together at once where they are coalesced', async () => {
    const pool = await open({ fixedMs: 5 });
    const due = queriesAt(everyGap(0, 200));
    const together = await pool.run(phaseOf(due, { policy: { maxBatch: 256 }, coalesce: true }));
    expect(new Set(together.record.issued).size).toBe(1);
    expect(new Set(together.record.batch)).toEqual(new Set([0]));
    expect(new Set(together.record.completed).size, 'one batch, completed at one time').toBe(1);
    const apart = await pool.run(phaseOf(due, { policy: { maxBatch: 256 } }));
    expect(new Set(apart.record.issued).size, '3 bursts of 64, and 8 by themselves').toBe(11);
  });

  it('says when the generated queries ran out before the duration', async () => {
    const pool = await open({ instant: true });
    const limits = { scenario: 'SingleStream', minQueryCount: 10, targetDurationNs: 10e9 } as const;
    const { end, queriesIssued } = await pool.run(phaseOf(queriesAt(everyGap(0, 50)), { limits }));
    expect({ end, queriesIssued }).toEqual({ end: { kind: 'ran-out' }, queriesIssued: 50 });
  });

  it('stops issuing at the maximum duration and the maximum count', async () => {
    const pool = await open({ instant: true });
    const maxDurationNs = 20e6;
    const short = await pool.run(phaseOf(queriesAt(everyGap(1, 1000)), { limits: { maxDurationNs } }));
    const lastNs = short.record.issued[short.queriesIssued - 1]!;
    expect(short.end).toEqual({ kind: 'max-duration', durationNs: lastNs });
    expect(lastNs).toBeGreaterThan(maxDurationNs);
    expect(short.queriesIssued).toBeGreaterThan(0);
    // The reading of the clock that ended it is the only one after the maximum duration.
    const issued = short.record.issued.subarray(0, short.queriesIssued);
    expect(new Set(issued.filter((time) => time > maxDurationNs)).size).toBe(1);
    const few = await pool.run(phaseOf(queriesAt(everyGap(1, 100)), { limits: { maxQueryCount: 7 } }));
    expect({ end: few.end, queriesIssued: few.queriesIssued }).toEqual({
      end: { kind: 'max-queries', issued: 7 },
      queriesIssued: 7,
    });
  });

  it('fails the samples of a failed batch, goes on, and names the failure', async () => {
    const pool = await open({ fixedMs: 0.2, failEvery: 10 });
    const { record, faults } = await pool.run(phaseOf(queriesAt(everyGap(1, 100))));
    expect(Array.from(record.failed).filter(Boolean)).toHaveLength(10);
    expect(record.completed.every((time) => time > 0)).toBe(true);
    expect(faults).toHaveLength(10);
    expect(faults[0]).toEqual({
      kind: 'batch-failed',
      message: 'The backend failed batch 9 of 1 sample: simulated failure of batch 10',
    });
  });

  it('loses nothing where a backend throws at random: every sample is completed or failed, as its batch was', async () => {
    const pool = await open({ instant: true, failShare: 0.3, seed: 5 }, 3);
    const { record, queriesIssued } = await pool.run(
      phaseOf(queriesAt(poissonTimes(50_000, 20_000)), { policy: { maxBatch: 8 } }),
    );
    expect(queriesIssued).toBe(20_000);
    expect(record.completed.every((time) => time > 0)).toBe(true);
    const outcomes = new Map<number, Set<number>>();
    record.batch.forEach((batch, row) => {
      outcomes.set(batch, (outcomes.get(batch) ?? new Set()).add(record.failed[row]!));
    });
    expect(
      [...outcomes.values()].every((outcome) => outcome.size === 1),
      'a batch fails whole',
    ).toBe(true);
    const share = [...outcomes.values()].filter((outcome) => outcome.has(1)).length / outcomes.size;
    // Thousands of batches: 0.3 with a standard deviation below 0.01.
    expect(share).toBeGreaterThan(0.25);
    expect(share).toBeLessThan(0.35);
  });

  it('goes on with the other instances when a worker thread dies, and fails what it held', async () => {
    const pool = await open({ fixedMs: 2, dieAt: 5 }, 2);
    // Of nine batches one of the two instances gets a fifth, the other four.
    const phaseResult = await pool.run(phaseOf(queriesAt(everyGap(1, 9))));
    expect(phaseResult.aborted).toBeUndefined();
    expect(Array.from(phaseResult.record.failed).filter(Boolean)).toHaveLength(1);
    expect(Array.from(phaseResult.record.completed).filter((time) => time > 0)).toHaveLength(8);
    expect(phaseResult.faults.map(({ kind }) => kind)).toEqual(['thread-died']);
  });

  it('is aborted when the last worker thread dies', async () => {
    const pool = await open({ fixedMs: 2, dieAt: 5 }, 1);
    const phaseResult = await pool.run(phaseOf(queriesAt(everyGap(1, 50))));
    expect(phaseResult.aborted).toBe('no-worker-left');
    expect(Array.from(phaseResult.record.failed).filter(Boolean)).toHaveLength(1);
    expect(Array.from(phaseResult.record.completed).filter((time) => time > 0)).toHaveLength(4);
    expect(phaseResult.faults).toEqual([
      {
        kind: 'thread-died',
        message: 'Worker thread 0 died during the run: it ended with exit code 1; 1 sample was lost with it.',
      },
    ]);
  });

  it('gives up a batch that hangs past the limit', async () => {
    const pool = await open({ fixedMs: 1, hangAt: 3 }, 1);
    const phaseResult = await pool.run(phaseOf(queriesAt(everyGap(1, 20)), { hangLimitNs: 0.5e9 }));
    expect(phaseResult.faults.map(({ kind }) => kind)).toEqual(['thread-hung']);
    expect(phaseResult.aborted).toBe('no-worker-left');
  });

  it('ends the phase with a fault when the issuer throws', async () => {
    const pool = await open({ instant: true });
    // A bigint cannot be multiplied with a number, which the issuer does first of all.
    const broken = { ...queriesAt([0]), samplesPerQuery: 1n as unknown as number };
    const { end, faults } = await pool.run(phaseOf(broken));
    expect(end).toEqual({ kind: 'stopped' });
    expect(faults.map(({ kind }) => kind)).toEqual(['issuer-died']);
    expect(faults[0]!.message).toMatch(/^The issuer thread ended during the run: it threw: .*BigInt/);
  });

  it('returns what was measured when it is aborted', async () => {
    const pool = await open({ fixedMs: 1 });
    const abort = new AbortController();
    const seen: PhaseProgress[] = [];
    const phaseResult = await pool.run(
      phaseOf(queriesAt(poissonTimes(200, 4000)), {
        signal: abort.signal,
        onProgress: (progress) => {
          seen.push(progress);
          if (seen.length >= 2 && progress.completed > 50) abort.abort();
        },
      }),
    );
    expect(phaseResult.aborted).toBe('stopped-by-user');
    expect(phaseResult.end).toEqual({ kind: 'stopped' });
    expect(phaseResult.queriesIssued).toBeGreaterThan(50);
    // Of 20 seconds' worth.
    expect(phaseResult.queriesIssued).toBeLessThan(4000);
    expect(seen.length).toBeGreaterThanOrEqual(2);
    expect(seen.at(-1)!.completed).toBeGreaterThan(50);
    expect(seen.at(-1)!.recentP99Ns).toBeGreaterThan(1e6);
  });

  it('ends early where a phase has shown enough, however long the running batch takes', async () => {
    // Longer than the grace of a phase that is stopped.
    const pool = await open({ fixedMs: 2700 });
    const enough = new AbortController();
    const { aborted, end, faults, queriesIssued, record } = await pool.run(
      phaseOf(queriesAt(everyGap(10, 2000)), { enough: enough.signal, onProgress: () => enough.abort() }),
    );
    expect({ aborted, end, faults }).toEqual({ aborted: undefined, end: { kind: 'stopped' }, faults: [] });
    expect(queriesIssued).toBeLessThan(2000);
    expect(Array.from(record.completed).filter((time) => time > 0)).toHaveLength(1);
    const next = await pool.run(phaseOf(queriesAt([0])));
    expect(next.record.completed[0]).toBeGreaterThan(2700e6);
  });

  it('runs phase after phase with the same sessions', async () => {
    const pool = await open({ instant: true }, 2);
    for (let phase = 0; phase < 20; phase++) {
      const { record } = await pool.run(phaseOf(oneQuery(1000), { policy: { maxBatch: 16 } }));
      expect(record.completed.every((time) => time > 0)).toBe(true);
    }
  });

  it('passes on what a backend throws when it opens', async () => {
    await expect(open({ nonsense: 1 })).rejects.toMatchObject({
      code: 'BAD_OPTION',
      message: expect.stringContaining("no option 'nonsense'"),
    });
  });
});
