import { describe, expect, it } from 'vitest';
import { Batcher } from '../../../src/engine/batching/batcher.js';
import { planQueues, type QueueOptions } from '../../../src/engine/batching/bucket-queues.js';
import { cell, createControl } from '../../../src/engine/control.js';
import { createRecord } from '../../../src/engine/query-record.js';
import { oneQuery, queriesAt } from '../../helpers/engine.js';

const lengths = [30, 300, 40, 310, 50, 320, 60, 330];
const lengthOf = (sample: number) => lengths[sample]!;

function setUp(
  queue: QueueOptions,
  options: { maxBatch: number; maxWaitNs?: number; now?: () => number; offline?: boolean },
) {
  const queries = options.offline ? oneQuery(8, 8) : queriesAt([0, 1, 2, 3, 4, 5, 6, 7], 8);
  const record = createRecord(queries);
  const queues = planQueues(record, queue);
  const control = createControl(1, queues.length);
  const batcher = new Batcher(
    record,
    control,
    queues,
    { maxBatch: options.maxBatch, maxWaitNs: options.maxWaitNs ?? 0, spinNs: 0 },
    options.now ?? (() => 0),
  );
  const issue = (head: number, closed = false) => {
    Atomics.store(control.cells, cell.head, head);
    if (closed) Atomics.store(control.cells, cell.closed, 1);
  };
  const take = () => Array.from(batcher.rows.subarray(0, batcher.take()));
  return { control, issue, take };
}

describe('batcher', () => {
  it('takes what has arrived, in order, up to the maximum batch, and ends when all is taken', () => {
    const { issue, take } = setUp({ buckets: [], sort: false }, { maxBatch: 3 });
    issue(4);
    expect(take()).toEqual([0, 1, 2]);
    expect(take()).toEqual([3]);
    issue(8, true);
    expect(take()).toEqual([4, 5, 6]);
    expect(take()).toEqual([7]);
    expect(take()).toEqual([]);
  });

  it('takes batches from one length bucket, that of the oldest row first', () => {
    const { issue, take } = setUp({ lengthOf, buckets: [128, 384], sort: false }, { maxBatch: 3 });
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
    const { issue, take } = setUp(
      { buckets: [], sort: false },
      { maxBatch: 4, maxWaitNs: 1000, now: () => time },
    );
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
    const { issue, take } = setUp(
      { lengthOf, buckets: [35, 384], sort: false },
      { maxBatch: 3, maxWaitNs: 1000, now: () => time },
    );
    issue(4);
    expect(take(), 'row 0 is alone in its bucket').toEqual([1, 2, 3]);
    time = 1000;
    expect(take()).toEqual([0]);
  });

  it('sorts an Offline query by length, longest first', () => {
    const { issue, take } = setUp({ lengthOf, buckets: [], sort: true }, { maxBatch: 4, offline: true });
    issue(8, true);
    expect(take()).toEqual([7, 5, 3, 1]);
    expect(take()).toEqual([6, 4, 2, 0]);
    expect(take()).toEqual([]);
  });

  it('ends at once when the phase is stopped', () => {
    const { control, issue, take } = setUp({ buckets: [], sort: false }, { maxBatch: 4 });
    issue(8);
    Atomics.store(control.cells, cell.stop, 1);
    expect(take()).toEqual([]);
  });
});
