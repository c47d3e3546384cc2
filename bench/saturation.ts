/** The highest Server rate that is held VALID (p99 within 10 ms) with an instant system under test. */
import type { WorkerPool } from '../src/engine/worker-pool.js';
import { type Figure, repeat } from './figure.js';
import { generate, instantPhase, instantPool, percentilesOf } from './harness.js';

const rates = [1e6, 2e6, 3e6, 4e6, 5e6, 6e6, 8e6, 10e6];
const seconds = 2;
const boundNs = 10e6;

/** All queries issued, all completed, p99 within the bound. */
async function holds(pool: WorkerPool, qps: number): Promise<boolean> {
  const { effective, queries } = generate('Server', {
    serverTargetQps: qps,
    minDurationMs: seconds * 1000,
    minQueryCount: 1,
  });
  const phaseResult = await pool.run(instantPhase({ queries, limits: effective, meanGapNs: 1e9 / qps }));
  const [p99] = percentilesOf(phaseResult, 'completed', [0.99]) as [number];
  return phaseResult.queriesIssued === queries.queryCount && p99 <= boundNs;
}

export async function saturation(runs: number): Promise<readonly Figure[]> {
  const pool = await instantPool();
  const { highest } = await repeat(runs, async () => {
    let held = 0;
    for (const qps of rates) {
      if (!(await holds(pool, qps))) break;
      held = qps;
    }
    return { highest: held / 1e6 };
  });
  await pool.close();
  return [{ name: 'highest rate held VALID', unit: 'million qps', values: highest!, atLeast: 5 }];
}
