/** A run without a rate in mode peak: batch and instances are tried once for all repeats, and the run is made with the best. */
import { expect, it, vi } from 'vitest';
import { WorkerPool } from '../../../src/engine/worker-pool.js';
import { buildPlan } from '../../../src/plan/build.js';
import { runPlan } from '../../../src/run/index.js';
import { planProgress } from '../../../src/run/resume.js';
import type { RunEvent } from '../../../src/run/types.js';
import { virtualPool } from '../../helpers/virtual-pool.js';
import { temporaryFolder } from '../../results/sample-run.js';

async function planOf(options: Record<string, unknown>) {
  vi.spyOn(WorkerPool, 'open').mockImplementation(
    async (config) => virtualPool(config) as unknown as WorkerPool,
  );
  return buildPlan({
    options: {
      ...{ model: 'bert-tiny', scenario: 'Offline', mode: 'peak', system: 'box' },
      ...{ backend: 'simulated', 'backend-option': ['fixedMs=8', 'perSampleMs=2'], 'min-duration': '10s' },
      ...{ out: await temporaryFolder(), ...options },
    },
    folder: '/',
  });
}

it('is made with the best, the same for all repeats, and is found by what was left open', async () => {
  const plan = await planOf({ repeat: 2 });
  const events: RunEvent[] = [];
  const onEvent = (event: RunEvent) => void events.push(event);
  const documents = await runPlan(plan, { onEvent, signal: new AbortController().signal });
  // A batch of 256 takes 520 ms: 492 samples/s, the most of all.
  for (const { outcome, sut, result } of documents) {
    expect(outcome).toEqual({ kind: 'valid' });
    expect(sut).toMatchObject({ instances: 1, batchPolicy: { maxBatch: 256 } });
    expect(result.value).toBeCloseTo(256 / 0.52, -1);
  }
  const tried = events.flatMap((event) => (event.type === 'choice-tried' ? [event.tried.maxBatch] : []));
  expect(tried).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256]);
  const made = events.filter(({ type }) => type === 'choice-made');
  expect(made.map(({ run }) => run)).toEqual(plan.runs);
  expect(made).toMatchObject([
    { instances: 1, maxBatch: 256 },
    { instances: 1, maxBatch: 256 },
  ]);
  const { finished } = await planProgress(plan);
  expect(finished.size).toBe(2);
});

it('is not written where it is stopped while choices are tried', async () => {
  const plan = await planOf({});
  const stop = new AbortController();
  const onEvent = (event: RunEvent) => event.type === 'choice-tried' && stop.abort(new Error('stopped'));
  expect(await runPlan(plan, { onEvent, signal: stop.signal })).toEqual([]);
});
