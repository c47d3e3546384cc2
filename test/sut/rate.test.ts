import { describe, expect, it } from 'vitest';
import type { LoadedSamples } from '../../src/datasets/sample-library.js';
import type { Fault, PhaseConfig, PhaseResult } from '../../src/engine/phase.js';
import { createRecord } from '../../src/engine/query-record.js';
import type { SessionInfo } from '../../src/engine/worker-pool.js';
import { loadForProbes, oneQuery, probeRate, type SutPhase, warmUp } from '../../src/sut/rate.js';

const loaded = { indices: Uint32Array.of(7, 8, 9) } as unknown as LoadedSamples;
const phase = { policy: { maxBatch: 4 } } as SutPhase;

/** A pool of two instances that is done with row i after i + 1 milliseconds. */
function pool({
  failed,
  aborted,
  faults = [],
}: {
  failed?: (row: number) => boolean;
  aborted?: boolean;
  faults?: readonly Fault[];
} = {}) {
  const asked: PhaseConfig[] = [];
  const run = async (config: PhaseConfig): Promise<PhaseResult> => {
    asked.push(config);
    const record = createRecord(config.queries);
    for (let row = 0; row < config.queries.rowCount; row++) {
      record.completed[row] = (row + 1) * 1e6;
      record.failed[row] = failed?.(row) ? 1 : 0;
    }
    const end = { queriesIssued: 1, faults, ...(aborted && { aborted: 'stopped-by-user' }) };
    return { record, ...end } as PhaseResult;
  };
  const info = { backendName: 'mine' } as SessionInfo;
  return { asked, pool: { devices: ['cpu', 'cpu'], info, run } };
}

describe('one query of all rows', () => {
  it('asks for the loaded samples in turn', () => {
    const query = oneQuery(loaded.indices, 7);
    expect([...query.samples]).toEqual([7, 8, 9, 7, 8, 9, 7]);
    expect(query).toMatchObject({ queryCount: 1, samplesPerQuery: 7, rowCount: 7 });
    expect([...query.scheduledNs]).toEqual([0]);
  });
});

describe('warming up', () => {
  it('runs as many batches on every instance as were asked for, and at least one', async () => {
    const three = pool();
    // 24 rows are done after 24 ms.
    expect(await warmUp(three.pool, phase, loaded, 3)).toBeCloseTo(1000, 9);
    expect(three.asked[0]!.queries.rowCount).toBe(3 * 2 * 4);
    const none = pool();
    await warmUp(none.pool, phase, loaded, 0);
    expect(none.asked[0]!.queries.rowCount).toBe(2 * 4);
  });

  it('counts no failed row, neither its sample nor its time', async () => {
    const { pool: failing } = pool({ failed: (row) => row >= 4 });
    // Four of eight rows hold, the last of them done after 4 ms.
    expect(await warmUp(failing, phase, loaded, 1)).toBeCloseTo(1000, 9);
    const { pool: odd } = pool({ failed: (row) => row % 2 === 0 });
    expect(await warmUp(odd, phase, loaded, 1)).toBeCloseTo(500, 9);
  });

  it('gives no number where it was stopped', async () => {
    expect(await warmUp(pool({ aborted: true }).pool, phase, loaded, 1)).toBeNaN();
  });

  it('checks the outputs of every batch, and ends at wrong ones', async () => {
    const right = pool();
    await warmUp(right.pool, phase, loaded, 1);
    expect(right.asked[0]!.checkEveryBatch).toBe(true);
    const message = 'The backend gave wrong outputs for batch 3 of 4 samples: output y is missing';
    const wrong = pool({ faults: [{ kind: 'wrong-outputs', message }] });
    await expect(warmUp(wrong.pool, phase, loaded, 1)).rejects.toMatchObject({
      code: 'BAD_BACKEND',
      message:
        'The backend mine gave wrong outputs for batch 3 of 4 samples: output y is missing; correct its run(), the outputs that its session declares, or the model.',
    });
  });

  it('goes on where a batch failed, which is for the run to judge, and ends where the issuer died', async () => {
    const thrown = pool({ faults: [{ kind: 'batch-failed', message: 'The backend failed batch 1.' }] });
    expect(await warmUp(thrown.pool, phase, loaded, 1)).toBeCloseTo(1000, 9);
    const gone = pool({ faults: [{ kind: 'issuer-died', message: 'The issuer thread ended.' }] });
    await expect(warmUp(gone.pool, phase, loaded, 1)).rejects.toMatchObject({ code: 'THREAD_FAILED' });
  });
});

describe('the probe', () => {
  // Two seconds at the estimate, in whole rounds of two batches of four; two rounds at least, two million rows at most.
  it.each([
    [100, 200],
    [101, 208],
    [1, 16],
    [1e9, 2_000_000],
  ])('of an estimate of %i samples/s runs %i rows', async (estimate, rows) => {
    const { pool: counting, asked } = pool();
    await probeRate(counting, phase, loaded, estimate);
    expect(asked[0]!.queries.rowCount).toBe(rows);
  });

  it('says why no rate is known where nothing was completed', async () => {
    const message = 'The backend failed batch 0 of 4 samples: no memory.';
    const failing = pool({ failed: () => true, faults: [{ kind: 'batch-failed', message }] });
    expect(await warmUp(failing.pool, phase, loaded, 1)).toBeNaN();
    await expect(probeRate(failing.pool, phase, loaded, Number.NaN)).rejects.toMatchObject({
      code: 'BAD_BACKEND',
      message: expect.stringMatching(/^The backend mine completed no sample.*: The backend failed batch 0/),
    });
    expect(failing.asked[1]!.queries.rowCount, 'two rounds').toBe(16);
  });

  it('works on at most 64 samples', async () => {
    const asked: number[][] = [];
    const load = async (indices: Uint32Array) => asked.push([...indices]);
    await loadForProbes({ performanceSampleCount: 3, load } as never);
    await loadForProbes({ performanceSampleCount: 10_833, load } as never);
    expect(asked[0]).toEqual([0, 1, 2]);
    expect(asked[1]).toHaveLength(64);
  });
});
