/** The queues of a phase: one per length bucket, in the order in which rows are taken. Known beforehand, as the schedule is. */
import type { QueryRecord } from '../query-record.js';
import type { BatchPolicy } from './batch-policy.js';

/** A queue's rows in the order they are taken; without `rows` it is all rows in order of issue. */
export interface BucketQueue {
  readonly rows?: Uint32Array;
  /** Rows come in order of issue, so those that have arrived are a prefix; otherwise they may only be taken once all are issued. */
  readonly inOrder: boolean;
  /** Of a length bucket: its longest sample, tokens; the buckets come in order of rising length. */
  readonly length?: number;
}

/** Lays out the queues of a phase. */
export function planQueues(
  record: QueryRecord,
  { order, buckets }: Pick<BatchPolicy, 'order' | 'buckets'>,
  /** Length of a sample, tokens, where lengths differ. */
  lengthOf?: (sample: number) => number,
): readonly BucketQueue[] {
  if (!lengthOf) return [{ inOrder: true }];
  if (order === 'longest-first') return [{ rows: longestFirst(record, lengthOf), inOrder: false }];
  if (buckets.length < 2) return [{ inOrder: true }];
  return bucketed(record, lengthOf, buckets);
}

/** All rows by falling length; equal lengths keep their order (a counting sort). */
function longestFirst(record: QueryRecord, lengthOf: (sample: number) => number): Uint32Array {
  const { rowCount, sample } = record;
  let longest = 0;
  for (let row = 0; row < rowCount; row++) longest = Math.max(longest, lengthOf(sample[row]!));
  const starts = new Uint32Array(longest + 2);
  for (let row = 0; row < rowCount; row++) starts[longest - lengthOf(sample[row]!) + 1]!++;
  for (let i = 1; i < starts.length; i++) starts[i]! += starts[i - 1]!;
  const rows = new Uint32Array(new SharedArrayBuffer(4 * rowCount));
  for (let row = 0; row < rowCount; row++) rows[starts[longest - lengthOf(sample[row]!)]!++] = row;
  return rows;
}

function bucketed(
  record: QueryRecord,
  lengthOf: (sample: number) => number,
  buckets: readonly number[],
): readonly BucketQueue[] {
  const { rowCount, sample } = record;
  const longest = new Array<number>(buckets.length).fill(0);
  const bucketOf = (length: number) => {
    const bucket = buckets.findIndex((edge) => length <= edge);
    return bucket < 0 ? buckets.length - 1 : bucket;
  };
  const counts = new Uint32Array(buckets.length);
  for (let row = 0; row < rowCount; row++) {
    const length = lengthOf(sample[row]!);
    const bucket = bucketOf(length);
    counts[bucket]!++;
    longest[bucket] = Math.max(longest[bucket]!, length);
  }
  const queues = Array.from(counts, (count) => new Uint32Array(new SharedArrayBuffer(4 * count)));
  const next = new Uint32Array(buckets.length);
  for (let row = 0; row < rowCount; row++) {
    const bucket = bucketOf(lengthOf(sample[row]!));
    queues[bucket]![next[bucket]!++] = row;
  }
  return queues
    .map((rows, bucket) => ({ rows, inOrder: true, length: longest[bucket]! }))
    .filter(({ rows }) => rows.length > 0);
}
