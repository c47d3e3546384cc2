/** What the main thread and the engine's threads say to each other: always between phases, never while the clock runs. */
import type { ModelRef } from '../backends/backend.js';
import type { TensorInfo } from '../base/tensor.js';
import type { LoadedSamples } from '../datasets/sample-library.js';
import type { DetectorSpec } from '../graphs/spec.js';
import type { BatchPolicy } from './batching/batch-policy.js';
import type { BatcherReport } from './batching/batcher.js';
import type { BucketQueue } from './batching/bucket-queues.js';
import type { Control } from './control.js';
import type { IssueReport, IssueTask } from './issuer/issuer.js';
import type { WaitFacts, WaitMode } from './issuer/waiting.js';
import type { QueryRecord } from './query-record.js';
import type { Thread } from './thread.js';
import type { BatchFailure } from './worker/worker.js';

/** Given to a worker thread when it is created. */
export interface WorkerThreadData {
  readonly instance: number;
  /** The other instances that compute on the same device; empty where each has its own cores. */
  readonly sharers: readonly number[];
  /** As `loadBackend` takes it. */
  readonly backend: string;
  readonly model: ModelRef;
  readonly device: string;
  readonly options: Readonly<Record<string, unknown>>;
  /** The graph whose heads the thread decodes and suppresses itself; absent where the model ends with its answers. */
  readonly hostNms?: DetectorSpec;
  /** Scheduling niceness of the inference threads, so that the issuer finds a core; 0 leaves it. */
  readonly nice: number;
}

export interface WorkerPhase {
  readonly record: QueryRecord;
  readonly control: Control;
  readonly queues: readonly BucketQueue[];
  readonly policy: BatchPolicy;
  /** How long to spin for new rows before sleeping, nanoseconds. */
  readonly idleSpinNs: number;
  readonly loaded?: LoadedSamples;
  /** By row: 1 where the response is wanted; absent for none. */
  readonly capture?: Uint8Array;
  /** Whether the outputs of every batch are checked, not only of some. */
  readonly checkEveryBatch: boolean;
}

export type ToWorker = { readonly type: 'phase'; readonly phase: WorkerPhase } | { readonly type: 'close' };

/** An error that crosses a thread: `code` is set for a `BaremarkError`. */
export interface ThreadError {
  readonly message: string;
  readonly code?: string;
  readonly stack?: string;
}

export type FromWorker =
  | {
      readonly type: 'open';
      readonly provider: string;
      readonly backendName: string;
      readonly backendVersion: string;
      readonly inputs: readonly TensorInfo[];
      readonly outputs: readonly TensorInfo[];
    }
  | { readonly type: 'armed' }
  | { readonly type: 'responses'; readonly rows: readonly number[]; readonly data: readonly Uint8Array[] }
  | ({ readonly type: 'failure'; readonly batch: number; readonly size: number } & BatchFailure)
  | { readonly type: 'done'; readonly batching: BatcherReport }
  | { readonly type: 'error'; readonly error: ThreadError };

export type WorkerThread = Thread<ToWorker, FromWorker>;

export interface IssuerPhase extends IssueTask {
  readonly wait: WaitFacts;
}

export type ToIssuer =
  | { readonly type: 'phase'; readonly phase: IssuerPhase }
  | { readonly type: 'go' }
  | { readonly type: 'close' };

export type FromIssuer =
  | { readonly type: 'ready' }
  | { readonly type: 'armed'; readonly waitMode: WaitMode }
  | { readonly type: 'issued'; readonly report: IssueReport };
