/** A phase: one stretch of issuing and computing with everything loaded, and what came of it. */
import type { LoadedSamples } from '../datasets/sample-library.js';
import type { Queries } from '../loadgen/queries/queries.js';
import type { BatchFilling } from './batching/batch-cost.js';
import type { IssueLimits, IssueReport } from './issuer/issuer.js';
import type { WaitMode } from './issuer/waiting.js';
import type { Padding } from './messages.js';
import type { QueryRecord } from './query-record.js';

export interface PhaseConfig {
  readonly queries: Queries;
  /** SingleStream and MultiStream: each query is issued when the one before has completed. */
  readonly stream: boolean;
  /** Server: queries that are due together are issued as one; default no. */
  readonly coalesce?: boolean;
  readonly limits: IssueLimits;
  /** Mean time between scheduled queries, nanoseconds; 0 where there is no schedule. */
  readonly meanGapNs: number;
  /** Cores that no inference thread needs. */
  readonly freeCores: number;
  readonly maxBatch: number;
  readonly maxWaitNs: number;
  /** Latency bound that waiting must leave room for, nanoseconds; Server only. */
  readonly boundNs?: number;
  /** How long an idle worker thread spins before it sleeps, nanoseconds. */
  readonly idleSpinNs: number;
  readonly padding: Padding;
  /** Length of a sample, where lengths differ. */
  readonly lengthOf?: (sample: number) => number;
  readonly buckets: readonly number[];
  /** Take the longest samples first; only for phases in which everything arrives at once. */
  readonly sort: boolean;
  readonly loaded?: LoadedSamples;
  /** By row: 1 where the response is wanted. */
  readonly capture?: Uint8Array;
  /** A batch that runs longer than this counts as hung, nanoseconds. */
  readonly hangLimitNs: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: PhaseProgress) => void;
}

export interface PhaseProgress {
  readonly elapsedNs: number;
  /** Samples, as the rest: in Server a query is one. */
  readonly issued: number;
  readonly completed: number;
  readonly failed: number;
  /** p99 of the latest completed rows' latencies, nanoseconds; absent before there are any. */
  readonly recentP99Ns?: number;
}

/** Something that went wrong while the clock ran. */
export interface Fault {
  readonly kind: 'batch-failed' | 'thread-died' | 'thread-hung' | 'issuer-died';
  /** One sentence. */
  readonly message: string;
}

/** The report's `queriesIssued` tells how much of the record is filled: queries after that have no times. */
export interface PhaseResult extends IssueReport {
  readonly record: QueryRecord;
  /** When the clock started, milliseconds since 1970. */
  readonly startedAtMs: number;
  /** Set where the phase was cut short: by the signal, or because nobody was left to compute. */
  readonly aborted?: string;
  readonly faults: readonly Fault[];
  readonly waitMode: WaitMode;
  /** Where batches could be filled from several length buckets. */
  readonly filling?: BatchFilling;
  /** Batches taken before they were full or had waited as long as allowed, because the bound came near. */
  readonly hurried: number;
  /** By row, in no order. */
  readonly responses: readonly { readonly row: number; readonly data: Uint8Array }[];
}
