/** What batching by length gains: Offline BERT on SQuAD's lengths ÷ one sample at a time padded to 384, on the same cores. */
import { availableParallelism } from 'node:os';
import type { PhaseConfig } from '../src/engine/phase.js';
import { type Figure, repeat } from './figure.js';
import { benchModel, offlinePhase, offlineQueries, openPool } from './models.js';

const rows = 1024;

export async function batching(runs: number): Promise<readonly Figure[]> {
  const bench = await benchModel('bert-tiny', 512);
  const pool = await openPool(bench, Math.min(2, availableParallelism()));
  const rateOf = async (phase: PhaseConfig) => {
    const { record } = await pool.run(phase);
    let last = 0;
    for (const time of record.completed) last = Math.max(last, time);
    return (record.rowCount * 1e9) / last;
  };
  const queries = offlineQueries(bench, rows);
  await rateOf(offlinePhase(bench, offlineQueries(bench, 16), 8));
  const { ratio } = await repeat(runs, async () => {
    const reference = await rateOf(offlinePhase(bench, queries, 1, 'max'));
    const ours = await rateOf(offlinePhase(bench, queries, 8));
    return { ratio: ours / reference };
  });
  await pool.close();
  return [{ name: 'bert-tiny, sorted batches of 8', unit: 'times', values: ratio!, atLeast: 2 }];
}
