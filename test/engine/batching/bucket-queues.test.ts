/** Which queue a row is laid into, at the edges of the length buckets. */
import { describe, expect, it } from 'vitest';
import { planQueues } from '../../../src/engine/batching/bucket-queues.js';
import { createRecord } from '../../../src/engine/query-record.js';
import { queriesAt } from '../../helpers/engine.js';

const record = createRecord(queriesAt([0, 1, 2, 3, 4], 5));
const lengths = [128, 64, 129, 500, 65];
const lengthOf = (sample: number) => lengths[sample]!;
const plan = (buckets: readonly number[]) =>
  planQueues(record, { order: 'arrival', buckets }, lengthOf).map(({ rows, ...queue }) => ({
    ...queue,
    rows: rows && [...rows],
  }));

describe('length buckets', () => {
  it('take texts up to their edge and including it; the last takes what is longer than all', () => {
    expect(plan([64, 128, 384])).toEqual([
      { rows: [1], inOrder: true, length: 64 },
      { rows: [0, 4], inOrder: true, length: 128 },
      { rows: [2, 3], inOrder: true, length: 500 },
    ]);
  });

  it('that no text falls into have no queue', () => {
    expect(plan([32, 512])).toEqual([{ rows: [0, 1, 2, 3, 4], inOrder: true, length: 500 }]);
  });

  it('are none where there is one, or where samples have no length', () => {
    expect(plan([128])).toEqual([{ inOrder: true, rows: undefined }]);
    expect(planQueues(record, { order: 'longest-first', buckets: [64, 128] })).toEqual([{ inOrder: true }]);
  });
});
