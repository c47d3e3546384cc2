/** What dynamic batching and length buckets are worth in Server: the highest valid rate of BERT with them ÷ without. */
import { availableParallelism } from 'node:os';
import type { BatchPolicy } from '../src/engine/batching/batch-policy.js';
import { allocateShared } from '../src/engine/query-record.js';
import type { WorkerPool } from '../src/engine/worker-pool.js';
import { defaultSettings, effectiveSettings, generateQueries } from '../src/loadgen/index.js';
import { textBuckets } from '../src/sut/batching.js';
import { type Figure, repeat } from './figure.js';
import { percentilesOf } from './harness.js';
import { type Bench, benchModel, offlinePhase, offlineQueries, openPool } from './models.js';

const seconds = 3;
const boundNs = 130e6;
/** Halvings of the range from 40% to 100% of what the policy reaches with everything given at once: to 2% of that. */
const steps = 5;

async function holds(pool: WorkerPool, bench: Bench, policy: BatchPolicy, qps: number): Promise<boolean> {
  const requested = {
    ...defaultSettings('Server'),
    serverTargetQps: qps,
    minDurationMs: seconds * 1000,
    minQueryCount: 1,
    // With this many outstanding, those that arrived a bound ago or earlier, 4% of the probe's, are late already.
    serverMaxAsyncQueries: Math.ceil((2 * qps * boundNs) / 1e9),
  };
  const count = bench.loaded.indices.length;
  const effective = effectiveSettings(requested, { totalSampleCount: count, performanceSampleCount: count });
  const queries = generateQueries(effective, bench.loaded.indices, allocateShared);
  const phaseResult = await pool.run({
    ...offlinePhase(bench, queries, policy.maxBatch),
    policy,
    limits: effective,
    meanGapNs: 1e9 / qps,
  });
  if (phaseResult.end.kind !== 'all-issued') return false;
  const [p99] = percentilesOf(phaseResult, 'completed', [0.99]) as [number];
  return p99 <= boundNs;
}

/** Samples per second with everything given at once. */
async function offlineRate(
  pool: WorkerPool,
  bench: Bench,
  policy: BatchPolicy,
  rows: number,
): Promise<number> {
  const phase = offlinePhase(bench, offlineQueries(bench, rows), policy.maxBatch);
  const { record } = await pool.run({ ...phase, policy: { ...phase.policy, padding: policy.padding } });
  return (record.rowCount * 1e9) / record.completed.reduce((a, b) => Math.max(a, b));
}

/** Halving between rates that hold and rates that do not; one that misses is tried twice, for a disturbance decides nothing. */
async function highestRate(
  pool: WorkerPool,
  bench: Bench,
  policy: BatchPolicy,
  offline: number,
): Promise<number> {
  let low = 0.4 * offline;
  let high = offline;
  for (let step = 0; step < steps; step++) {
    const rate = (low + high) / 2;
    const held = (await holds(pool, bench, policy, rate)) || (await holds(pool, bench, policy, rate));
    if (held) low = rate;
    else high = rate;
  }
  return low;
}

export async function serverGain(runs: number): Promise<readonly Figure[]> {
  const bench = await benchModel('bert-tiny', 512);
  const pool = await openPool(bench, Math.min(2, availableParallelism()));
  const longest = { pad: 'longest', maxLength: bench.maxLength } as const;
  const dynamic: BatchPolicy = { maxBatch: 8, order: 'arrival', buckets: textBuckets, padding: longest };
  const unpadded: BatchPolicy = { ...dynamic, maxBatch: 1, buckets: [] };
  const reference: BatchPolicy = { ...unpadded, padding: { pad: 'max', maxLength: bench.maxLength } };
  await offlineRate(pool, bench, dynamic, 256);
  const { gain, overUnpadded, share, qps } = await repeat(runs, async () => {
    const highest = async (policy: BatchPolicy) => {
      const offline = await offlineRate(pool, bench, policy, 768);
      return { offline, server: await highestRate(pool, bench, policy, offline) };
    };
    const slow = await highest(reference);
    const single = await highest(unpadded);
    const fast = await highest(dynamic);
    return {
      gain: fast.server / slow.server,
      overUnpadded: fast.server / single.server,
      share: fast.server / fast.offline,
      qps: fast.server,
    };
  });
  await pool.close();
  return [
    { name: 'over batch 1 padded to 384', unit: 'times', values: gain!, atLeast: 1.5 },
    { name: 'over batch 1 at its own length', unit: 'times', values: overUnpadded! },
    { name: 'highest Server rate over Offline', unit: 'of Offline', values: share! },
    { name: 'highest Server rate', unit: 'queries/s', values: qps! },
  ];
}
