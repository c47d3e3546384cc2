/** How late the issuer was, read from the record: issued − scheduled. */
import { orderStatistics, percentileRank, spread } from '../loadgen/percentiles.js';
import type { FlightRecord } from './record.js';

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
  record: FlightRecord,
  queriesIssued: number,
  boundNs?: number,
): IssueLateness | undefined {
  if (queriesIssued === 0) return undefined;
  const values = {
    count: queriesIssued,
    at: (query: number) => Math.round(record.issued[query]! - record.scheduled[query]!),
  };
  const bounds = spread(values);
  const ranks = [0.5, 0.99].map((percentile) => percentileRank(queriesIssued, percentile));
  const [p50Ns, p99Ns] = orderStatistics(values, ranks, bounds) as [number, number];
  let late = 0;
  if (boundNs) for (let i = 0; i < queriesIssued; i++) if (values.at(i) > boundNs / 100) late++;
  return {
    p50Ns,
    p99Ns,
    maxNs: bounds.max,
    shareOver1PercentOfBound: boundNs ? late / queriesIssued : undefined,
  };
}
