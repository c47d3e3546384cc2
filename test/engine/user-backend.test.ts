import { afterAll, describe, expect, it } from 'vitest';
import type { PhaseConfig } from '../../src/engine/phase.js';
import { WorkerPool } from '../../src/engine/worker-pool.js';
import { phaseOf, queriesAt, simulatedPool } from '../helpers/engine.js';
import { userBackends } from '../helpers/user-backend.js';

const module = userBackends();
const pools: WorkerPool[] = [];
afterAll(() => Promise.all(pools.map((pool) => pool.close())));

async function open(body: string): Promise<WorkerPool> {
  const pool = await WorkerPool.open({ ...simulatedPool({}), backend: module(body) });
  pools.push(pool);
  return pool;
}

const at0 = (count: number) => queriesAt(new Array(count).fill(0));
/** Runs this many batches of two with a session whose `run` is this. */
async function run(text: string, batches: number, config: Partial<PhaseConfig> = {}) {
  const pool = await open(`let batch = 0; return session({ run: ({ size }) => { batch++; ${text} } });`);
  return pool.run({ ...phaseOf(at0(2 * batches), { policy: { maxBatch: 2 } }), ...config });
}

const every = { checkEveryBatch: true };
const failedRows = ({ record }: { record: { failed: Uint8Array } }) => Array.from(record.failed);

describe('a batch is complete when the backend is', () => {
  it('where a thenable is no native promise', async () => {
    const text = 'return { then(done) { setTimeout(() => done(right(size)), 20); } };';
    const { record, faults } = await run(text, 3, every);
    expect(faults).toEqual([]);
    for (let row = 0; row < 6; row++)
      // A timer of 20 ms may fire up to 1 ms early.
      expect(record.completed[row]! - record.started[row]!).toBeGreaterThan(19e6);
  });

  it('where a thenable rejects, or its then throws', async () => {
    const text = `
      if (batch === 1) return { then(_, fail) { fail(new Error('not today')); } };
      if (batch === 2) return { then() { throw new Error('nor then'); } };
      if (batch === 3) return { get then() { throw new Error('nor ever'); } };
      return right(size);`;
    const result = await run(text, 4, every);
    expect(failedRows(result)).toEqual([1, 1, 1, 1, 1, 1, 0, 0]);
    expect(result.faults.map(({ message }) => message)).toEqual([
      'The backend failed batch 0 of 2 samples: not today',
      'The backend failed batch 1 of 2 samples: nor then',
      'The backend failed batch 2 of 2 samples: nor ever',
    ]);
  });
});

describe('outputs that are not what the session declared', () => {
  it('fail their batch, and no other', async () => {
    const text = `
      const outputs = right(size);
      if (batch === 1) outputs.y.data[3] = NaN;
      if (batch === 2) return {};
      if (batch === 3) return undefined;
      return outputs;`;
    const result = await run(text, 4, every);
    expect(failedRows(result)).toEqual([1, 1, 1, 1, 1, 1, 0, 0]);
    expect(result.faults).toEqual(
      [
        [0, 'output y holds NaN at element 3'],
        [1, 'output y is missing'],
        [2, 'run() gave undefined in place of the outputs by name'],
      ].map(([batch, problem]) => ({
        kind: 'wrong-outputs',
        message: `The backend gave wrong outputs for batch ${batch} of 2 samples: ${problem}`,
      })),
    );
  });

  it('are found in the run too, where not every batch is looked at: the first always is', async () => {
    const result = await run('const outputs = right(size); outputs.y.data.fill(NaN); return outputs;', 50);
    expect(failedRows(result).slice(0, 2)).toEqual([1, 1]);
    expect(new Set(result.faults.map(({ kind }) => kind))).toEqual(new Set(['wrong-outputs']));
  });

  it('are found in every batch of the run where there are none at all', async () => {
    const result = await run('return null;', 50);
    expect(failedRows(result)).toEqual(new Array(100).fill(1));
  });
});

describe('a thread that goes wrong', () => {
  it('fails a batch whatever was thrown', async () => {
    const text = `
      if (batch === 1) throw { toString() { throw new Error('no'); } };
      if (batch === 2) throw undefined;
      if (batch === 3) throw new Error('');
      return right(size);`;
    const result = await run(text, 4);
    expect(failedRows(result)).toEqual([1, 1, 1, 1, 1, 1, 0, 0]);
    expect(result.faults.map(({ message }) => message.split(': ')[1])).toEqual([
      'something that cannot be shown as text',
      'undefined',
      'Error',
    ]);
  });

  it('ends the phase where something that is no error is thrown outside of a batch', async () => {
    const result = await run('setTimeout(() => { throw null; }); return new Promise(() => {});', 2);
    expect(result.aborted).toBe('no-worker-left');
    expect(result.faults).toEqual([
      {
        kind: 'thread-died',
        message: 'Worker thread 0 died during the run: it threw: null; 2 samples were lost with it.',
      },
    ]);
  });

  it.each([
    ['process.exit(3);', 'it ended with exit code 3'],
    ['process.exit(0);', 'it ended with exit code 0'],
    ['await new Promise(() => {});', 'it ended with exit code 13'],
  ])('while it opens is told in one sentence: %s', async (body, reason) => {
    const backend = module(body);
    await expect(WorkerPool.open({ ...simulatedPool({}), backend })).rejects.toMatchObject({
      code: 'BAD_BACKEND',
      message: `The backend ${backend} ended its thread while it opened a session: ${reason}; correct it, or choose another with --backend.`,
    });
  });

  it('closes whether or not its session does', async () => {
    const thrown = await open(`return session({ close() { throw new Error('stuck'); } });`);
    const rejected = await open(`return session({ close: async () => { throw new Error('stuck'); } });`);
    for (const pool of [thrown, rejected]) await expect(pool.close()).resolves.toBeUndefined();
  });
});
