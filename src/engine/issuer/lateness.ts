/** How late the issuer was, read from the record: issued − scheduled. */
import { countAbove, orderStatistics, percentileRank, spread } from '../../loadgen/summary/percentiles.js';
import type { QueryRecord } from '../query-record.js';

/** Nanoseconds. */
export interface IssueLateness {
  readonly p50Ns: number;
  readonly p99Ns: number;
  readonly maxNs: number;
  /** Share of queries issued later than 1% of the latency bound; absent where there is no bound. */
  readonly shareOver1PercentOfBound?: number;
}

/** Over the queries that were issued; undefined where none was. */
export function issueLateness(
  record: Pick<QueryRecord, 'issued' | 'scheduled'>,
  queriesIssued: number,
  boundNs?: number,
): IssueLateness | undefined {
  if (queriesIssued === 0) return undefined;
  const { issued, scheduled } = record;
  const values = {
    count: queriesIssued,
    at: (query: number) => Math.round(issued[query]! - scheduled[query]!),
    read: (from: number, block: Float64Array) => {
      for (let i = 0; i < block.length; i++) block[i] = Math.round(issued[from + i]! - scheduled[from + i]!);
    },
  };
  const bounds = spread(values);
  const ranks = [0.5, 0.99].map((percentile) => percentileRank(queriesIssued, percentile));
  const [p50Ns, p99Ns] = orderStatistics(values, ranks, bounds) as [number, number];
  return {
    p50Ns,
    p99Ns,
    maxNs: bounds.max,
    shareOver1PercentOfBound: boundNs ? countAbove(values, boundNs / 100) / queriesIssued : undefined,
  };
}
