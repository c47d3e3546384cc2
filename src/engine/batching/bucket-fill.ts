/** Which neighbouring length buckets to add to a batch that is not full, by what batches and padding were seen to cost. */
import { BatchCost } from './batch-cost.js';

/**
 * A bucket is added where its padding costs at most this share of the batch that it saves. Not all of it: left alone,
 * the bucket would have gathered more rows for that batch. In simulations of devices with little and much fixed time per
 * batch, 0.2 to 0.3 held the highest rates.
 */
const fillShare = 0.25;

export class BucketFill {
  readonly cost = new BatchCost();
  /** The buckets to add, in this order; as many as `plan` returned. */
  readonly additions: Int32Array;
  /** Length that the rows of the batch last planned are padded to, tokens. */
  private paddedLength = 0;

  /** @param lengths the longest sample of each bucket, ascending, tokens */
  constructor(
    private readonly lengths: readonly number[],
    private readonly maxBatch: number,
  ) {
    this.additions = new Int32Array(lengths.length);
  }

  /**
   * Plans what to add to a batch of `size` rows from this bucket: shorter buckets first, then longer ones, each nearest
   * first. A bucket is added with all its rows or not at all: a part of them would save no batch.
   * @param waiting rows waiting in each bucket
   * @returns how many `additions` there are
   */
  plan(bucket: number, size: number, waiting: ArrayLike<number>): number {
    const { lengths, additions, cost } = this;
    const mostNs = fillShare * cost.fixedNs;
    let rows = size;
    let length = lengths[bucket]!;
    let count = 0;
    for (let other = bucket - 1; other >= 0; other--) {
      const more = waiting[other]!;
      const padding = more * (length - lengths[other]!);
      if (!this.fits(more, rows) || padding * cost.tokenNs >= mostNs) continue;
      rows += more;
      additions[count++] = other;
    }
    for (let other = bucket + 1; other < lengths.length; other++) {
      const more = waiting[other]!;
      const padding = rows * (lengths[other]! - length);
      if (!this.fits(more, rows) || padding * cost.tokenNs >= mostNs) continue;
      rows += more;
      length = lengths[other]!;
      additions[count++] = other;
    }
    this.paddedLength = length;
    return count;
  }

  /** The batch last planned had this many rows, and the device computed it for this long. */
  learn(size: number, computedNs: number): void {
    this.cost.observe(size * this.paddedLength, computedNs);
  }

  private fits(more: number, rows: number): boolean {
    return more > 0 && rows + more <= this.maxBatch;
  }
}

/** How batches were filled from neighbouring buckets. */
export interface BucketFillReport {
  /** Batches with rows of more than one bucket. */
  readonly batches: number;
  /** What batches were seen to cost in the end: nanoseconds per batch, and per padded token. */
  readonly fixedNs: number;
  readonly tokenNs: number;
}

/** Of all instances together: costs are their mean. */
export function mergedFill(
  instances: readonly (BucketFillReport | undefined)[],
): BucketFillReport | undefined {
  const reports = instances.filter((report) => report !== undefined);
  if (reports.length === 0) return undefined;
  const sum = (of: (report: BucketFillReport) => number) =>
    reports.reduce((total, report) => total + of(report), 0);
  return {
    batches: sum(({ batches }) => batches),
    fixedNs: sum(({ fixedNs }) => fixedNs) / reports.length,
    tokenNs: sum(({ tokenNs }) => tokenNs) / reports.length,
  };
}
