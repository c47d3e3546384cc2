/** A phase: issuing and computing without a break, with everything loaded beforehand, and what came of it. */
import type { LoadedSamples } from '../datasets/sample-library.js';
import type { Queries } from '../loadgen/queries/queries.js';
import type { IssueLimits } from '../loadgen/run-limits.js';
import type { BatchPolicy } from './batching/batch-policy.js';
import type { BatcherReport } from './batching/batcher.js';
import type { IssueReport } from './issuer/issuer.js';
import type { WaitMode } from './issuer/waiting.js';
import type { QueryRecord } from './query-record.js';
import type { Stretch } from './standstill/beats.js';

export interface PhaseConfig {
  readonly queries: Queries;
  /** When issuing ends; their scenario says whether queries follow a schedule or each other's completion. */
  readonly limits: IssueLimits;
  /** Server: queries that are due together are issued as one; default no. */
  readonly coalesce?: boolean;
  /** Mean time between scheduled queries, nanoseconds; 0 where there is no schedule. */
  readonly meanGapNs: number;
  /** Cores that no inference thread needs. */
  readonly freeCores: number;
  readonly policy: BatchPolicy;
  /** How long an idle worker thread spins before it sleeps, nanoseconds. */
  readonly idleSpinNs: number;
  /** Length of a sample, tokens, where lengths differ. */
  readonly lengthOf?: (sample: number) => number;
  readonly loaded?: LoadedSamples;
  /** By row: 1 where the response is wanted. */
  readonly capture?: Uint8Array;
  /** Whether the outputs of every batch are checked, as in the warm-up; default no: of as many as cost next to nothing. */
  readonly checkEveryBatch?: boolean;
  /** A batch that runs longer than this counts as hung, nanoseconds. */
  readonly hangLimitNs: number;
  /** Stops the phase; what is running gets a few seconds to end. */
  readonly signal?: AbortSignal;
  /** Where the phase is stopped: what is still running is given up at once. */
  readonly hurry?: AbortSignal;
  /** Ends the phase early, where it has shown enough: what is running is waited for, and the phase is not aborted. */
  readonly enough?: AbortSignal;
  readonly onProgress?: (progress: PhaseProgress) => void;
}

export interface PhaseProgress {
  readonly elapsedNs: number;
  /** Samples, like the rest: in Server a query is one. */
  readonly issued: number;
  readonly completed: number;
  readonly failed: number;
  /** p99 of the latencies of the rows completed last, nanoseconds; absent before there are any. */
  readonly recentP99Ns?: number;
}

/** Something that went wrong while the clock ran. */
export interface Fault {
  readonly kind: 'batch-failed' | 'wrong-outputs' | 'thread-died' | 'thread-hung' | 'issuer-died';
  /** One sentence. */
  readonly message: string;
}

/** Why a phase was cut short. */
export type AbortReason = 'stopped-by-user' | 'no-worker-left';

/** The report's `queriesIssued` says how much of the record is filled: queries after that have no times. */
export interface PhaseResult extends IssueReport {
  readonly record: QueryRecord;
  /** When the clock started, milliseconds since 1970. */
  readonly startedAtMs: number;
  /** Set where the phase was cut short. */
  readonly aborted?: AbortReason;
  readonly faults: readonly Fault[];
  /** When no thread of this process ran, phase nanoseconds; only stretches of 0.2 s and longer can be told. */
  readonly standstills: readonly Stretch[];
  readonly waitMode: WaitMode;
  /** What batching did, all instances together. */
  readonly batching: BatcherReport;
  /** By row, in no order. */
  readonly responses: readonly { readonly row: number; readonly data: Uint8Array }[];
}
