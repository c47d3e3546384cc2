/** Taking batches off the shared queues, with the control block as the issuer would set it. */
import { describe, expect, it } from 'vitest';
import type { BatchPolicy } from '../../../src/engine/batching/batch-policy.js';
import { Batcher } from '../../../src/engine/batching/batcher.js';
import { planQueues } from '../../../src/engine/batching/bucket-queues.js';
import {
  closeIssuing,
  createControl,
  publishIssued,
  setLastCompletedNs,
  stopPhase,
} from '../../../src/engine/control.js';
import { createRecord } from '../../../src/engine/query-record.js';
import { oneQuery, policyOf, queriesAt } from '../../helpers/engine.js';

const lengths = [30, 300, 40, 310, 50, 320, 60, 330];
const lengthOf = (sample: number) => lengths[sample]!;

function setUp(
  overrides: Partial<BatchPolicy>,
  given: { lengthOf?: (sample: number) => number; now?: () => number; offline?: boolean } = {},
) {
  const policy = policyOf(overrides);
  const record = createRecord(given.offline ? oneQuery(8, 8) : queriesAt([0, 1, 2, 3, 4, 5, 6, 7], 8));
  const queues = planQueues(record, policy, given.lengthOf);
  const control = createControl(1, queues.length);
  const now = given.now ?? (() => 0);
  const batcher = new Batcher({ record, control, queues, policy, instance: 0, sharers: [], spinNs: 0, now });
  const issue = (issued: number, closed = false) => {
    publishIssued(control, issued, issued);
    if (closed) closeIssuing(control);
  };
  const take = () => Array.from(batcher.rows.subarray(0, batcher.take()));
  return { control, issue, take };
}

describe('batcher', () => {
  it('takes what has arrived, in order, up to the maximum batch, and ends when all is taken', () => {
    const { issue, take } = setUp({ maxBatch: 3 });
    issue(4);
    expect(take()).toEqual([0, 1, 2]);
    expect(take()).toEqual([3]);
    issue(8, true);
    expect(take()).toEqual([4, 5, 6]);
    expect(take()).toEqual([7]);
    expect(take()).toEqual([]);
  });

  it('takes batches from one length bucket, that of the oldest row first', () => {
    const { issue, take } = setUp({ maxBatch: 3, buckets: [128, 384] }, { lengthOf });
    issue(6);
    expect(take()).toEqual([0, 2, 4]);
    expect(take()).toEqual([1, 3, 5]);
    issue(8, true);
    expect(take()).toEqual([6]);
    expect(take()).toEqual([7]);
    expect(take()).toEqual([]);
  });

  it('holds rows back for a fuller batch until the oldest has waited long enough', () => {
    let time = 0;
    const { issue, take } = setUp({ maxBatch: 4, maxWaitNs: 1000 }, { now: () => time });
    issue(4);
    expect(take(), 'a full batch is not held back').toEqual([0, 1, 2, 3]);
    issue(6);
    time = 1004;
    expect(take(), 'row 4 was scheduled at 4 ns').toEqual([4, 5]);
    issue(8, true);
    expect(take(), 'nothing more will come').toEqual([6, 7]);
  });

  it('takes a full bucket before a held-back older row', () => {
    let time = 0;
    const policy = { maxBatch: 3, maxWaitNs: 1000, buckets: [35, 384] };
    const { issue, take } = setUp(policy, { lengthOf, now: () => time });
    issue(4);
    expect(take(), 'row 0 is alone in its bucket').toEqual([1, 2, 3]);
    time = 1000;
    expect(take()).toEqual([0]);
  });

  it('sorts an Offline query by length, longest first', () => {
    const { issue, take } = setUp({ maxBatch: 4, order: 'longest-first' }, { lengthOf, offline: true });
    issue(8, true);
    expect(take()).toEqual([7, 5, 3, 1]);
    expect(take()).toEqual([6, 4, 2, 0]);
    expect(take()).toEqual([]);
  });

  it('ends at once when the phase is stopped', () => {
    const { control, issue, take } = setUp({ maxBatch: 4 });
    issue(8);
    stopPhase(control);
    expect(take()).toEqual([]);
  });
});

describe('a batcher that fills batches from neighbouring buckets', () => {
  /** Rows 0 to 5 in queues of 100, 110 and 400 tokens. */
  function setUpFilling(sharers: readonly number[] = []) {
    const rowLengths = [100, 110, 110, 400, 110, 100];
    const record = createRecord(queriesAt([0, 1, 2, 3, 4, 5], 6));
    const policy = policyOf({ maxBatch: 8, buckets: [100, 110, 400] });
    const queues = planQueues(record, policy, (sample) => rowLengths[sample]!);
    const control = createControl(2, queues.length);
    const now = () => 0;
    const batcher = new Batcher({ record, control, queues, policy, instance: 0, sharers, spinNs: 0, now });
    publishIssued(control, 6, 6);
    const take = () => Array.from(batcher.rows.subarray(0, batcher.take(false)));
    return { control, batcher, take };
  }

  it('takes the rows of the buckets that its decider adds, and counts such batches', () => {
    const { batcher, take } = setUpFilling();
    // 1 ms per batch, 10 us per token: 2 rows padded by 10 tokens cost 0.2 ms, less than a quarter of a batch.
    for (const tokens of [100, 400]) batcher.decider.bucketFill!.cost.observe(tokens, 1e6 + 1e4 * tokens);
    expect(take()).toEqual([0, 5, 1, 2, 4]);
    expect(take(), '290 tokens per row would be too many').toEqual([3]);
    expect(batcher.report().bucketFill!.batches).toBe(1);
  });

  it('counts a shared device from the end of the batch before, not from when it was asked', () => {
    const { control, batcher, take } = setUpFilling([1]);
    expect(take()).toEqual([0, 5]);
    setLastCompletedNs(control, 1, 7e6);
    batcher.learn(2, 0, 8e6);
    expect(take()).toEqual([1, 2, 4]);
    batcher.learn(3, 8e6, 8e6 + 1e6 + 130 * 1e4);
    // 200 tokens took 1 ms, 330 took 2.3 ms: 10 us per token.
    expect(batcher.report().bucketFill!.tokenNs).toBeCloseTo(1e4, 3);
  });
});
