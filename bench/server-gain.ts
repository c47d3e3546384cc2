/** What dynamic batching and length buckets are worth in Server: the highest valid rate of BERT with them ÷ without. */
import { availableParallelism } from 'node:os';
import type { Deck } from '../src/flight/deck.js';
import type { LegSpec } from '../src/flight/leg.js';
import { allocateShared } from '../src/flight/record.js';
import { defaultSettings, effectiveSettings, generateQueries } from '../src/loadgen/index.js';
import { textBuckets } from '../src/run/sut.js';
import { type Figure, repeat } from './figure.js';
import { percentilesOf } from './harness.js';
import { type Bench, benchModel, offlineLeg, offlineQueries, openDeck } from './models.js';

const seconds = 4;
const boundNs = 130e6;
const steps = 7;

type Policy = Pick<LegSpec, 'maxBatch' | 'buckets' | 'padding'>;

async function holds(deck: Deck, bench: Bench, policy: Policy, qps: number): Promise<boolean> {
  const requested = {
    ...defaultSettings('Server'),
    serverTargetQps: qps,
    minDurationMs: seconds * 1000,
    minQueryCount: 1,
  };
  const count = bench.loaded.indices.length;
  const effective = effectiveSettings(requested, { totalSampleCount: count, performanceSampleCount: count });
  const queries = generateQueries(effective, bench.loaded.indices, allocateShared);
  const landing = await deck.fly({
    ...offlineLeg(bench, queries, policy.maxBatch),
    ...policy,
    limits: effective,
    meanGapNs: 1e9 / qps,
    sort: false,
  });
  const [p99] = percentilesOf(landing, 'completed', [0.99]) as [number];
  return p99 <= boundNs;
}

/** Bisection between rates that hold and rates that do not. */
async function highestRate(deck: Deck, bench: Bench, policy: Policy, guess: number): Promise<number> {
  let low = 0;
  let high = 2 * guess;
  for (let step = 0; step < steps; step++) {
    const rate = low === 0 ? guess / 2 ** step : (low + high) / 2;
    if (await holds(deck, bench, policy, rate)) low = rate;
    else high = rate;
  }
  return low;
}

export async function serverGain(runs: number): Promise<readonly Figure[]> {
  const bench = await benchModel('bert-tiny', 512);
  const deck = await openDeck(bench, Math.min(2, availableParallelism()));
  const { record } = await deck.fly(offlineLeg(bench, offlineQueries(bench, 1024), 8));
  const offline = (record.rowCount * 1e9) / Math.max(...record.completed);
  const longest = { pad: 'longest', maxLength: bench.maxLength } as const;
  const dynamic: Policy = { maxBatch: 8, buckets: textBuckets, padding: longest };
  const reference: Policy = { maxBatch: 1, buckets: [], padding: { pad: 'max', maxLength: bench.maxLength } };
  const unpadded: Policy = { maxBatch: 1, buckets: [], padding: longest };
  const { gain, overUnpadded, share } = await repeat(runs, async () => {
    const slow = await highestRate(deck, bench, reference, offline / 2);
    const single = await highestRate(deck, bench, unpadded, offline * 0.8);
    const fast = await highestRate(deck, bench, dynamic, offline * 0.8);
    return { gain: fast / slow, overUnpadded: fast / single, share: fast / offline };
  });
  await deck.close();
  return [
    { name: 'over batch 1 padded to 384', unit: 'times', values: gain!, atLeast: 1.5 },
    { name: 'over batch 1 at its own length', unit: 'times', values: overUnpadded! },
    { name: 'highest Server rate over Offline', unit: 'of Offline', values: share! },
  ];
}
