/** The decisions of dynamic batching, asked with plain numbers and compared with what was worked out by hand. */
import { describe, expect, it } from 'vitest';
import { BatchCost } from '../../../src/engine/batching/batch-cost.js';
import { BatchDecider } from '../../../src/engine/batching/batch-decider.js';
import type { BatchPolicy } from '../../../src/engine/batching/batch-policy.js';
import { BucketFill, mergedFill } from '../../../src/engine/batching/bucket-fill.js';
import { HoldLimit } from '../../../src/engine/batching/hold-limit.js';
import { policyOf } from '../../helpers/engine.js';

/** Queues of these lengths, with this many rows waiting in each, the oldest of them scheduled at these times. */
function decide(
  policy: Partial<BatchPolicy>,
  queues: readonly { length?: number; waiting: number; oldestNs?: number }[],
) {
  const decider = new BatchDecider(
    policyOf(policy),
    queues.map(({ length = 0 }) => length),
  );
  queues.forEach(({ waiting, oldestNs = 0 }, i) => {
    decider.waiting[i] = waiting;
    decider.oldestNs[i] = oldestNs;
  });
  return decider;
}

describe('which queue to take from', () => {
  it('is none while nothing waits', () => {
    const decider = decide({ maxBatch: 4 }, [{ waiting: 0 }, { waiting: 0 }]);
    expect(decider.choose(0, false)).toBe(-1);
    expect(decider.dueNs).toBe(Number.POSITIVE_INFINITY);
  });

  it('is that of the oldest row where nothing is held back, however few rows wait', () => {
    const decider = decide({ maxBatch: 4 }, [
      { waiting: 4, oldestNs: 30 },
      { waiting: 1, oldestNs: 20 },
      { waiting: 0, oldestNs: 10 },
    ]);
    expect(decider.holds).toBe(false);
    expect(decider.choose(0, false)).toBe(1);
  });

  it('is none until the oldest row has waited long enough or the batch is full', () => {
    const policy = { maxBatch: 4, maxWaitNs: 1000 };
    const held = decide(policy, [{ waiting: 3, oldestNs: 500 }]);
    expect(held.choose(1499, false)).toBe(-1);
    expect(held.dueNs).toBe(1500);
    expect(held.choose(1500, false)).toBe(0);
    expect(held.dispatchedEarly, 'it waited as long as allowed').toBe(0);
    expect(decide(policy, [{ waiting: 4, oldestNs: 500 }]).choose(600, false)).toBe(0);
  });

  it('is the oldest of the full ones while an older row is held back', () => {
    const decider = decide({ maxBatch: 4, maxWaitNs: 1000 }, [
      { waiting: 1, oldestNs: 0 },
      { waiting: 4, oldestNs: 200 },
      { waiting: 5, oldestNs: 100 },
    ]);
    expect(decider.choose(999, false)).toBe(2);
    expect(decider.choose(1000, false), 'the held-back row is due').toBe(0);
  });

  it('is the first of two whose oldest rows are of one age', () => {
    const queues = [
      { waiting: 4, oldestNs: 100 },
      { waiting: 5, oldestNs: 100 },
    ];
    expect(decide({ maxBatch: 4 }, queues).choose(100, false)).toBe(0);
    expect(decide({ maxBatch: 4, maxWaitNs: 1000 }, queues).choose(100, false), 'both full').toBe(0);
  });

  it('is that of the oldest row at once when nothing more will arrive', () => {
    const decider = decide({ maxBatch: 4, maxWaitNs: 1000 }, [
      { waiting: 4, oldestNs: 200 },
      { waiting: 1, oldestNs: 100 },
    ]);
    expect(decider.choose(300, true)).toBe(1);
    expect(decider.dispatchedEarly).toBe(0);
  });

  it('counts a batch that the bound let go early, but not a full one', () => {
    const policy = { maxBatch: 4, maxWaitNs: 1000, boundNs: 1450 };
    const decider = decide(policy, [{ waiting: 3, oldestNs: 500 }]);
    // 1450 - 1.1 × 1000 leaves 350 of the 1000 ns.
    decider.learn(3, 1000, 1000);
    expect(decider.choose(849, false)).toBe(-1);
    expect(decider.dueNs).toBe(850);
    expect(decider.choose(850, false)).toBe(0);
    expect(decider.dispatchedEarly).toBe(1);
    decider.waiting[0] = 4;
    expect(decider.choose(900, false)).toBe(0);
    expect(decider.dispatchedEarly).toBe(1);
  });
});

describe('a decider', () => {
  it('learns where it may add queues to a batch, or holds rows back before a bound', () => {
    const learns = (policy: Partial<BatchPolicy>, queues: number) =>
      decide(
        policy,
        Array.from({ length: queues }, () => ({ waiting: 0 })),
      ).learns;
    expect(learns({}, 1), 'one queue, nothing held back').toBe(false);
    expect(learns({}, 2), 'two queues').toBe(true);
    expect(learns({ maxWaitNs: 100, boundNs: 1000 }, 1), 'held back before a bound').toBe(true);
    expect(learns({ maxWaitNs: 100 }, 2), 'held back as long as allowed').toBe(false);
  });

  it('fills a batch from what it learnt and what waits, and adds nothing where there is nothing to add from', () => {
    const decider = decide({ maxBatch: 8 }, [
      { length: 100, waiting: 2 },
      { length: 110, waiting: 0 },
    ]);
    expect(decider.fill(1, 4), 'costs are not known yet').toBe(0);
    for (const size of [1, 4]) {
      decider.fill(0, size);
      // 1 ms per batch and 10 us for each of its 100 × size tokens.
      decider.learn(size, 1e6 + 1e4 * 100 * size, 0);
    }
    // 2 rows × 10 tokens cost 0.2 ms, less than a quarter of a batch's 1 ms.
    expect(decider.fill(1, 4)).toBe(1);
    expect(decider.bucketFill!.additions[0]).toBe(0);
    expect(decide({ maxBatch: 8 }, [{ length: 100, waiting: 2 }]).fill(0, 1)).toBe(0);
  });
});

describe('how long rows are held back', () => {
  it('is the longest wait while service times leave room for it before the bound', () => {
    const hold = new HoldLimit({ maxWaitNs: 100, boundNs: 1000 });
    expect(hold.currentNs).toBe(100);
    hold.learn(500);
    expect(hold.currentNs, '1000 - 550').toBe(100);
  });

  it('is what 1.1 of the longest service time leaves, and nothing where that is more than the bound', () => {
    const hold = new HoldLimit({ maxWaitNs: 100, boundNs: 1000 });
    hold.learn(850);
    expect(hold.currentNs, '1000 - 935').toBeCloseTo(65, 9);
    hold.learn(2000);
    expect(hold.currentNs).toBe(0);
  });

  it('recovers as the longest service time fades by 1% per batch', () => {
    const hold = new HoldLimit({ maxWaitNs: 100, boundNs: 1000 });
    hold.learn(900);
    hold.learn(0);
    // 1.1 × 900 × 0.99 = 980.1
    expect(hold.currentNs).toBeCloseTo(19.9, 9);
    hold.learn(0);
    // 1.1 × 900 × 0.99 × 0.99 = 970.299
    expect(hold.currentNs).toBeCloseTo(29.701, 9);
  });

  it('does not depend on service times without a bound, or where nothing is held back', () => {
    const unbounded = new HoldLimit({ maxWaitNs: 100 });
    unbounded.learn(1e9);
    expect([unbounded.learns, unbounded.currentNs]).toEqual([false, 100]);
    const never = new HoldLimit({ boundNs: 1000 });
    never.learn(10);
    expect([never.learns, never.currentNs]).toEqual([false, 0]);
  });
});

describe('what a batch costs', () => {
  it('is found from batches of different sizes, and followed when it changes', () => {
    const cost = new BatchCost();
    for (const tokens of [100, 800, 300, 1600]) cost.observe(tokens, 4e6 + 4000 * tokens);
    expect(cost.fixedNs).toBeCloseTo(4e6, -1);
    expect(cost.tokenNs).toBeCloseTo(4000, 3);
    for (let i = 0; i < 5000; i++) cost.observe(100 + (i % 7) * 50, 1e6 + 2000 * (100 + (i % 7) * 50));
    expect(cost.fixedNs).toBeCloseTo(1e6, -2);
  });

  it('is unknown while all batches were alike', () => {
    const cost = new BatchCost();
    for (let i = 0; i < 10; i++) cost.observe(128, 5e6);
    expect([cost.fixedNs, cost.tokenNs]).toEqual([0, 0]);
  });
});

describe('what can be told apart', () => {
  it('begins where token counts differ by more than a thousandth of their sum', () => {
    const costAfter = (...tokens: readonly number[]) => {
      const cost = new BatchCost();
      for (const count of tokens) cost.observe(count, 1e6 + 1000 * count);
      return cost.tokenNs;
    };
    expect(costAfter(1000, 1001), '1 of 2001').toBe(0);
    expect(costAfter(1000, 1010), '10 of 2010').toBeCloseTo(1000, 3);
  });
});

describe('which neighbouring buckets to add', () => {
  /** 1 ms per batch, 10 us per token: a quarter of a batch pays for less than 25 tokens of padding. */
  function taught(lengths: readonly number[], maxBatch: number): BucketFill {
    const fill = new BucketFill(lengths, maxBatch);
    for (const tokens of [100, 400]) fill.cost.observe(tokens, 1e6 + 1e4 * tokens);
    return fill;
  }
  const added = (fill: BucketFill, bucket: number, size: number, waiting: readonly number[]) =>
    Array.from(fill.additions.subarray(0, fill.plan(bucket, size, waiting)));

  it('is none before costs are known', () => {
    expect(added(new BucketFill([100, 110], 8), 0, 2, [0, 1])).toEqual([]);
  });

  it('is a shorter one whose rows need little padding', () => {
    // 2 rows × 10 tokens = 20 tokens; 3 rows would be 30.
    expect(added(taught([100, 110], 8), 1, 4, [2, 0])).toEqual([0]);
    expect(added(taught([100, 110], 8), 1, 4, [3, 0])).toEqual([]);
  });

  it('is none whose padding costs exactly a quarter of a batch', () => {
    const fill = new BucketFill([100, 110], 8);
    Object.assign(fill.cost, { fixedNs: 1000, tokenNs: 25 });
    // 1 row × 10 tokens × 25 ns = 250 of 1000 ns.
    expect(added(fill, 1, 4, [1, 0])).toEqual([]);
    expect(added(fill, 0, 1, [0, 1])).toEqual([]);
    Object.assign(fill.cost, { tokenNs: 24 });
    expect(added(fill, 1, 4, [1, 0])).toEqual([0]);
    expect(added(fill, 0, 1, [0, 1])).toEqual([1]);
  });

  it('is a longer one where padding what the batch holds already costs little', () => {
    // The 2 rows taken are padded by 10 tokens each, however many rows the longer bucket has.
    expect(added(taught([100, 110], 8), 0, 2, [0, 6])).toEqual([1]);
    expect(added(taught([100, 110], 8), 0, 3, [0, 5])).toEqual([]);
  });

  it('is added with all its rows or not at all', () => {
    expect(added(taught([100, 101], 4), 0, 2, [0, 2])).toEqual([1]);
    expect(added(taught([100, 101], 4), 0, 2, [0, 3])).toEqual([]);
  });

  it('looks at shorter ones nearest first, then at longer ones, counting what was added', () => {
    // From 102: 1 row of 101 (1 token), 1 of 100 (2 tokens); then 3 rows × 1 token to 103, 4 rows × 7 = 28 to 110.
    const fill = taught([100, 101, 102, 103, 110], 8);
    expect(added(fill, 2, 1, [1, 1, 0, 1, 1])).toEqual([1, 0, 3]);
    expect(added(taught([100, 101, 102, 103, 110], 3), 2, 1, [1, 1, 0, 1, 1]), '3 rows at most').toEqual([
      1, 0,
    ]);
  });

  it('learns from batches at the length that they were padded to', () => {
    const fill = new BucketFill([100, 200], 8);
    fill.plan(0, 2, [0, 0]);
    fill.learn(2, 3e6);
    fill.plan(1, 2, [0, 0]);
    fill.learn(2, 5e6);
    // 200 tokens took 3 ms, 400 took 5: 10 us per token, and 1 ms per batch.
    expect(fill.cost.tokenNs).toBeCloseTo(1e4, 3);
    expect(fill.cost.fixedNs).toBeCloseTo(1e6, 1);
  });

  it('is not asked where batches wait to fill up, or where there is one queue', () => {
    expect(
      decide({ maxBatch: 4, maxWaitNs: 1000 }, [{ waiting: 1 }, { waiting: 1 }]).bucketFill,
    ).toBeUndefined();
    expect(decide({ maxBatch: 4 }, [{ waiting: 1 }]).bucketFill).toBeUndefined();
    expect(decide({ maxBatch: 4 }, [{ waiting: 1 }, { waiting: 1 }]).bucketFill).toBeDefined();
  });

  it('is reported for all instances together: batches add up, costs are their mean', () => {
    const merged = mergedFill([
      { batches: 3, fixedNs: 10, tokenNs: 1 },
      undefined,
      { batches: 4, fixedNs: 30, tokenNs: 2 },
    ]);
    expect(merged).toEqual({ batches: 7, fixedNs: 20, tokenNs: 1.5 });
    expect(mergedFill([undefined])).toBeUndefined();
  });
});
