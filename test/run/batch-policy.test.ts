/** The batch policy that a run was measured with is the one that `run.json` holds. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { buildPlan } from '../../src/plan/build.js';
import { runPlan } from '../../src/run/index.js';

const out = mkdtempSync(join(tmpdir(), 'baremark-batching-'));
afterAll(() => rmSync(out, { recursive: true, force: true }));

/** `run.json` of a short run that may wait 3 ms for batches of 4, planned with a run of the other scenario. */
async function writtenBy(scenario: string) {
  const plan = buildPlan({
    options: {
      model: ['bert-tiny'],
      scenario: ['Offline', 'Server'],
      backend: 'simulated',
      'backend-option': ['fixedMs=1'],
      'target-qps': '200',
      'offline-expected-qps': '200',
      'min-duration': '200ms',
      'min-queries': '20',
      'max-batch': '4',
      'max-wait': '3ms',
      'target-latency': '50ms',
      system: 'box',
      out,
    },
    folder: process.cwd(),
  });
  const runs = plan.runs.filter((run) => run.scenario === scenario);
  await runPlan({ ...plan, runs }, { onEvent: () => {}, signal: new AbortController().signal });
  const folder = join(out, 'box', 'bert-tiny', scenario, 'performance', 'run_1');
  return JSON.parse(readFileSync(join(folder, 'run.json'), 'utf8'));
}

// The simulated backend takes no inputs, so its samples have no lengths to sort or to tell apart.
const policy = { maxBatch: 4, order: 'arrival', buckets: [], padding: { pad: 'longest', maxLength: 384 } };

it('is written whole for Server, with the wait and the bound', async () => {
  const { sut, batching } = await writtenBy('Server');
  expect(sut.batchPolicy).toEqual({ ...policy, maxWaitNs: 3e6, boundNs: 50e6 });
  expect(batching.dispatchedEarly).toBeTypeOf('number');
});

it('has no wait in Offline, because none is applied', async () => {
  const { sut, batching } = await writtenBy('Offline');
  expect(sut.batchPolicy).toEqual(policy);
  expect(batching).not.toHaveProperty('dispatchedEarly');
});
