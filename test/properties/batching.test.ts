/** Batching against plain restatements: whatever waits, whatever it costs, no row is lost, doubled or held too long. */
import { describe, expect, it } from 'vitest';
import { BatchDecider } from '../../src/engine/batching/batch-decider.js';
import { BucketFill } from '../../src/engine/batching/bucket-fill.js';
import { planQueues } from '../../src/engine/batching/bucket-queues.js';
import { HoldLimit } from '../../src/engine/batching/hold-limit.js';
import { batchingStats } from '../../src/engine/batching/stats.js';
import { createRecord, type QueryRecord } from '../../src/engine/query-record.js';
import { policyOf, queriesAt } from '../helpers/engine.js';
import { check, fc } from './check.js';

const rising = (most: number, length: number) =>
  fc
    .uniqueArray(fc.integer({ min: 1, max: most }), { minLength: 1, maxLength: length })
    .map((list) => list.toSorted((a, b) => a - b));

const queue = fc.record({
  waiting: fc.integer({ min: 0, max: 9 }),
  oldestNs: fc.integer({ min: 0, max: 2000 }),
});

describe('BatchDecider.choose', () => {
  const situation = fc.record({
    queues: fc.array(queue, { minLength: 1, maxLength: 5 }),
    maxBatch: fc.integer({ min: 1, max: 8 }),
    maxWaitNs: fc.option(fc.integer({ min: 0, max: 1500 }), { nil: undefined }),
    nowNs: fc.integer({ min: 0, max: 4000 }),
    closed: fc.boolean(),
  });

  it('takes the oldest row that is due, or a full batch before that, or says until when to wait', () => {
    check(
      fc.property(situation, ({ queues, maxBatch, maxWaitNs, nowNs, closed }) => {
        const lengths = queues.map((_, i) => 10 * (i + 1));
        const decider = new BatchDecider(policyOf({ maxBatch, maxWaitNs }), lengths);
        queues.forEach(({ waiting, oldestNs }, i) => {
          decider.waiting[i] = waiting;
          decider.oldestNs[i] = oldestNs;
        });
        const chosen = decider.choose(nowNs, closed);
        // In order of age; of rows of one age the first queue's.
        const byAge = [...queues.keys()]
          .filter((i) => queues[i]!.waiting > 0)
          .toSorted((a, b) => queues[a]!.oldestNs - queues[b]!.oldestNs || a - b);
        const [oldest = -1] = byAge;
        const dueNs = oldest < 0 ? Number.POSITIVE_INFINITY : queues[oldest]!.oldestNs + (maxWaitNs ?? 0);
        const [full = -1] = byAge.filter((i) => queues[i]!.waiting >= maxBatch);
        expect(decider.dueNs).toBe(dueNs);
        expect(chosen).toBe(closed || !maxWaitNs || nowNs >= dueNs ? oldest : full);
        expect(decider.dispatchedEarly, 'no latency bound came near').toBe(0);
      }),
      600,
    );
  });
});

describe('HoldLimit', () => {
  it('never holds longer than allowed, nor so long that the slowest batch seen would miss the bound', () => {
    const times = fc.array(fc.integer({ min: 0, max: 200 }), { minLength: 1, maxLength: 20 });
    check(
      fc.property(
        fc.integer({ min: 1, max: 100 }),
        fc.integer({ min: 1, max: 200 }),
        times,
        (maxWaitNs, boundNs, list) => {
          const limit = new HoldLimit({ maxWaitNs, boundNs });
          for (const time of list) limit.learn(time);
          expect(limit.currentNs).toBeGreaterThanOrEqual(0);
          expect(limit.currentNs).toBeLessThanOrEqual(maxWaitNs);
          const last = list.at(-1)!;
          if (last <= boundNs) expect(limit.currentNs + last).toBeLessThanOrEqual(boundNs);
          // The slowest fades by a hundredth a batch; a tenth of it is kept free.
          const slowest = Math.max(...list.map((time, i) => time * 0.99 ** (list.length - 1 - i)));
          expect(limit.currentNs).toBeCloseTo(Math.min(maxWaitNs, Math.max(0, boundNs - 1.1 * slowest)), 6);
        },
      ),
    );
  });
});

describe('BucketFill.plan', () => {
  const cost = fc.record({
    fixedNs: fc.integer({ min: 0, max: 10_000 }),
    tokenNs: fc.integer({ min: 0, max: 50 }),
  });
  const given = rising(400, 6).chain((lengths) =>
    fc.record({
      lengths: fc.constant(lengths),
      waiting: fc.array(fc.integer({ min: 0, max: 9 }), {
        minLength: lengths.length,
        maxLength: lengths.length,
      }),
      bucket: fc.integer({ min: 0, max: lengths.length - 1 }),
      maxBatch: fc.integer({ min: 1, max: 24 }),
      cost,
    }),
  );

  it('adds whole buckets that fit, and none whose padding costs more than a quarter of the batch it saves', () => {
    check(
      fc.property(given, ({ lengths, waiting, bucket, maxBatch, cost }) => {
        const size = Math.min(maxBatch, Math.max(1, waiting[bucket]!));
        const fill = new BucketFill(lengths, maxBatch);
        Object.assign(fill.cost, cost);
        const added = [...fill.additions.subarray(0, fill.plan(bucket, size, waiting))];
        expect(new Set([...added, bucket]).size, 'each once').toBe(added.length + 1);
        const shorter = added.filter((other) => other < bucket);
        const longer = added.filter((other) => other > bucket);
        expect(added).toEqual([...shorter.toSorted((a, b) => b - a), ...longer.toSorted((a, b) => a - b)]);
        let rows = size;
        let length = lengths[bucket]!;
        for (const other of added) {
          const padding =
            other < bucket ? waiting[other]! * (length - lengths[other]!) : rows * (lengths[other]! - length);
          expect(waiting[other]).toBeGreaterThan(0);
          expect(padding * cost.tokenNs).toBeLessThan(cost.fixedNs / 4);
          rows += waiting[other]!;
          length = Math.max(length, lengths[other]!);
        }
        expect(rows).toBeLessThanOrEqual(maxBatch);
        // What was left out is empty, does not fit any more, or costs too much to pad.
        for (const other of lengths.keys()) {
          if (other === bucket || added.includes(other) || waiting[other] === 0) continue;
          const padding =
            other < bucket
              ? waiting[other]! * (lengths[bucket]! - lengths[other]!)
              : size * (lengths[other]! - lengths[bucket]!);
          const fits = rows + waiting[other]! <= maxBatch;
          if (fits && other < bucket) expect(padding * cost.tokenNs).toBeGreaterThanOrEqual(cost.fixedNs / 4);
        }
      }),
      600,
    );
  });
});

/** Rows over samples of these lengths, each of a random sample. */
const texts = fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1, maxLength: 12 }).chain((lengths) =>
  fc.record({
    lengths: fc.constant(lengths),
    samples: fc.array(fc.integer({ min: 0, max: lengths.length - 1 }), { minLength: 1, maxLength: 40 }),
  }),
);

/** As `Map.groupBy`, which Node has from 21 on. */
function groupBy<T, K>(list: readonly T[], keyOf: (item: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const item of list) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item]);
  return groups;
}

function recordOf(samples: readonly number[]): QueryRecord {
  const record = createRecord(queriesAt(samples.map((_, i) => i)));
  record.sample.set(samples);
  return record;
}

describe('planQueues', () => {
  it('lays every row into one queue, in order of arrival, beside rows of its own length bucket', () => {
    check(
      fc.property(texts, rising(400, 5), ({ lengths, samples }, buckets) => {
        const lengthOf = (sample: number) => lengths[sample]!;
        const queues = planQueues(recordOf(samples), { order: 'arrival', buckets }, lengthOf);
        if (buckets.length < 2) {
          expect(queues).toEqual([{ inOrder: true }]);
          return;
        }
        const bucketOf = (row: number) =>
          Math.min(buckets.filter((edge) => edge < lengthOf(samples[row]!)).length, buckets.length - 1);
        const expected = buckets.flatMap((_, bucket) => {
          const rows = [...samples.keys()].filter((row) => bucketOf(row) === bucket);
          const length = Math.max(...rows.map((row) => lengthOf(samples[row]!)));
          return rows.length > 0 ? [{ rows, inOrder: true, length }] : [];
        });
        expect(queues.map((queue) => ({ ...queue, rows: [...queue.rows!] }))).toEqual(expected);
      }),
    );
  });

  it('lays all rows by falling length where everything has arrived, equal lengths in order of arrival', () => {
    check(
      fc.property(texts, ({ lengths, samples }) => {
        const lengthOf = (sample: number) => lengths[sample]!;
        const [queue, ...others] = planQueues(
          recordOf(samples),
          { order: 'longest-first', buckets: [] },
          lengthOf,
        );
        expect(others).toEqual([]);
        expect(queue!.inOrder).toBe(false);
        // toSorted keeps the order of equals.
        expect([...queue!.rows!]).toEqual(
          [...samples.keys()].toSorted((a, b) => lengthOf(samples[b]!) - lengthOf(samples[a]!)),
        );
      }),
    );
  });
});

describe('batchingStats', () => {
  const batched = texts.chain(({ lengths, samples }) =>
    fc.record({
      lengths: fc.constant(lengths),
      samples: fc.constant(samples),
      batches: fc.array(fc.integer({ min: 0, max: 9 }), {
        minLength: samples.length,
        maxLength: samples.length,
      }),
      lost: fc.array(fc.boolean(), { minLength: samples.length, maxLength: samples.length }),
      paddedTo: fc.option(fc.integer({ min: 400, max: 500 }), { nil: undefined }),
    }),
  );

  it('counts the batches that were computed, and the tokens that were padding', () => {
    check(
      fc.property(batched, ({ lengths, samples, batches, lost, paddedTo }) => {
        const record = recordOf(samples);
        record.batch.set(batches);
        record.completed.set(lost.map((isLost) => (isLost ? Number.NaN : 1)));
        const done = [...samples.keys()].filter((row) => !lost[row]);
        const groups = [...groupBy(done, (row) => batches[row]!).values()];
        const length = (row: number) => lengths[samples[row]!]!;
        const stats = batchingStats(record, { lengthOf: (sample) => lengths[sample]!, paddedTo });
        expect(stats.batches).toBe(groups.length);
        expect(stats.meanSize).toBe(groups.length > 0 ? done.length / groups.length : 0);
        const sizes = groupBy(groups, (group) => group.length);
        expect(stats.sizes).toEqual(
          [...sizes].map(([size, all]) => [size, all.length]).toSorted(([a], [b]) => a! - b!),
        );
        const tokens = done.reduce((sum, row) => sum + length(row), 0);
        const computed = groups.reduce(
          (sum, group) => sum + group.length * (paddedTo ?? Math.max(...group.map(length))),
          0,
        );
        if (done.length === 0) expect(stats.paddingWaste).toBeUndefined();
        else expect(stats.paddingWaste).toBeCloseTo((computed - tokens) / computed, 12);
        expect(batchingStats(record).paddingWaste, 'shapes are fixed').toBeUndefined();
      }),
    );
  });
});
