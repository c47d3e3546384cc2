/** SingleStream with an instant system under test: queries per second from one completion to the next issue. */
import { type Figure, repeat } from './figure.js';
import { generate, instantPhase, instantPool } from './harness.js';

const seconds = 2;

export async function stream(runs: number): Promise<readonly Figure[]> {
  const pool = await instantPool();
  const { effective, queries } = generate('SingleStream', {
    singleStreamExpectedLatencyNs: 250,
    minDurationMs: seconds * 1000,
    minQueryCount: 1,
  });
  const { rate } = await repeat(runs, async () => {
    const { record, queriesIssued } = await pool.run(
      instantPhase({ queries, limits: effective, meanGapNs: 0, maxBatch: 1 }),
    );
    return { rate: (queriesIssued / record.completed[queriesIssued - 1]!) * 1e3 };
  });
  await pool.close();
  return [{ name: 'SingleStream rate', unit: 'million qps', values: rate!, atLeast: 1 }];
}
