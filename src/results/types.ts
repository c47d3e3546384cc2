/** The documents of a finished run, and the one form in which our runs and MLPerf submissions are read back. */
import type { BatchPolicy } from '../engine/batching/batch-policy.js';
import type { BucketFillReport } from '../engine/batching/bucket-fill.js';
import type { BatchingStats } from '../engine/batching/stats.js';
import type { IssueLateness } from '../engine/issuer/lateness.js';

export type ScenarioName = 'SingleStream' | 'MultiStream' | 'Server' | 'Offline';

/** valid | invalid | aborted, with reasons; a run that was cut short is aborted, never valid. */
export type Outcome =
  | { readonly kind: 'valid' }
  | { readonly kind: 'invalid'; readonly reasons: readonly string[] }
  | { readonly kind: 'aborted'; readonly reasons: readonly string[] };

export interface LatencyPercentiles {
  readonly p50: number;
  readonly p90: number;
  readonly p95: number;
  readonly p97: number;
  readonly p99: number;
  readonly p999: number;
}

/** Lateness of the issuer in a run. */
export interface Lateness extends IssueLateness {
  readonly waitMode: string;
  /** Set where lateness could have changed the verdict: the sentence that says so, with its cause if known. */
  readonly warning?: string;
}

/** `run.json`: everything about one run that is not a per-query row. Times are milliseconds unless named otherwise. */
export interface RunDocument {
  readonly schema: 'baremark-run/1';
  readonly system: string;
  /** MLPerf benchmark with quality target, e.g. `bert-99`, `bert-99.9`, `ssd-resnet34`; siblings are named as they are, e.g. `bert-tiny`. */
  readonly benchmark: string;
  readonly scenario: ScenarioName;
  readonly mode: 'PerformanceOnly' | 'AccuracyOnly';
  readonly startedAt: string;
  readonly outcome: Outcome;
  readonly result: {
    /** `samples/s` (Offline, Server), or `ms` for the stream scenarios (LoadGen's headline latency). */
    readonly value: number;
    readonly unit: 'samples/s' | 'ms';
    readonly completedSamplesPerSecond: number;
    readonly scheduledSamplesPerSecond?: number;
    readonly latencyMs: LatencyPercentiles & {
      readonly min: number;
      readonly max: number;
      readonly mean: number;
    };
    readonly boundMs?: number;
    readonly targetQps?: number;
    readonly queries: number;
    readonly samples: number;
    readonly failed: number;
    readonly durationS: number;
    readonly minDurationS: number;
  };
  readonly lateness?: Lateness;
  /**
   * What batching came to. `bucketFill`: where batches could be filled from neighbouring length buckets, how many were
   * and by which costs; `dispatchedEarly`: where samples could be held back, batches that were neither full nor held
   * back as long as allowed, because the latency bound came near.
   */
  readonly batching?: BatchingStats & {
    readonly bucketFill?: BucketFillReport;
    readonly dispatchedEarly?: number;
  };
  readonly accuracy?: {
    readonly metric: string;
    readonly value: number;
    readonly target?: number;
    readonly met?: boolean;
  };
  /** How far the answers are those of the same model in FP32 on the CPU; where an accuracy run asked for it. */
  readonly fidelity?: {
    readonly reference: string;
    readonly samples: number;
    /** Samples with a good answer on both sides, and those with the same bits. */
    readonly compared: number;
    readonly identical: number;
    /** BERT: share of equal answer spans, and differences of logits. */
    readonly equalSpans?: number;
    readonly largestDifference?: number;
    readonly meanDifference?: number;
    /** SSD: detections matched at IoU 0.5 ÷ the larger number of detections, and mAP against the reference. */
    readonly matched?: number;
    readonly matchedShare?: number;
    readonly ap?: number;
    readonly meets99: boolean;
    readonly meets999: boolean;
    /** Share that the benchmark asks for, 0.99 or 0.999. */
    readonly gate: number;
    readonly met: boolean;
    readonly message: string;
    readonly problems: readonly string[];
  };
  readonly sut: {
    readonly backend: string;
    readonly backendVersion: string;
    readonly provider: string;
    /**
     * Nodes of the model by the execution provider that runs them, and the kinds of operators that the CPU runs among
     * them; absent on the CPU and of backends that do not tell.
     */
    readonly placement?:
      | { readonly nodes: Readonly<Record<string, number>>; readonly onCpu: readonly string[] }
      | { readonly unavailable: string };
    readonly devices: readonly string[];
    readonly instances: number;
    /** How samples were grouped into batches; of an older file the batch and the wait alone. */
    readonly batchPolicy: Partial<BatchPolicy> & Pick<BatchPolicy, 'maxBatch'>;
    readonly precision: string;
    readonly options: Readonly<Record<string, unknown>>;
    /** The file of `baremark tune` that instances, batch or wait were taken from. */
    readonly tuned?: string;
  };
  readonly model: {
    readonly name: string;
    readonly file?: string;
    readonly sha256?: string;
    readonly weights: string;
    /** The choices of `--graph-option`, as they were made or left; absent where the model is a file. */
    readonly graph?: Readonly<Record<string, string>>;
  };
  readonly dataset: {
    readonly name: string;
    readonly hash: string;
    readonly totalSampleCount: number;
    readonly performanceSampleCount: number;
  };
  /** LoadGen's effective settings, by LoadGen's names. */
  readonly settings: Readonly<Record<string, unknown>>;
  readonly versions: Readonly<Record<string, string>>;
  /** Fingerprint of the system (see `system/`); its own schema. */
  readonly fingerprint?: unknown;
  /** Telemetry summary (see `system/`). */
  readonly telemetry?: unknown;
  readonly warnings: readonly string[];
}

/** A column of the query record: an array, or a function from row (or query) to its value. */
export type RecordColumn = ArrayLike<number> | ((index: number) => number);

/**
 * The per-query record of a run as columns, one row per sample issued: rows `q × samplesPerQuery` up to
 * `(q + 1) × samplesPerQuery` are query q's. Times are nanoseconds since the start of the run.
 */
export interface QueryColumns {
  readonly rowCount: number;
  readonly samplesPerQuery: number;
  /** Sample index of each row. */
  readonly sample: RecordColumn;
  /** Per query, not per row. */
  readonly scheduledNs: RecordColumn;
  /** Per query; NaN: never issued. */
  readonly issuedNs: RecordColumn;
  /** Per row; NaN: never started. A row without it has no device and no batch. */
  readonly startedNs: RecordColumn;
  /** Per row; NaN: never completed. */
  readonly completedNs: RecordColumn;
  /** Instance that ran the row, from 0 to 65534. */
  readonly device: RecordColumn;
  readonly batch: RecordColumn;
  /** Samples in the row's batch; counted from `batch` where absent. */
  readonly batchSize?: RecordColumn;
  /** 1 where the backend failed the row. */
  readonly failed?: RecordColumn;
}

/** `queries.arrow` read back; a valid `QueryColumns` again. 65535 and 4294967295 stand for no device and no batch. */
export interface StoredRecord extends QueryColumns {
  readonly sample: Uint32Array;
  readonly scheduledNs: Float64Array;
  readonly issuedNs: Float64Array;
  readonly startedNs: Float64Array;
  readonly completedNs: Float64Array;
  readonly device: Uint16Array;
  readonly batch: Uint32Array;
  readonly batchSize: Uint32Array;
  readonly failed: Uint8Array;
}

/** `systems/<system>.json`: MLPerf's system description; empty strings where a field is not known. */
export type SystemDescription = Readonly<Record<string, string | number>>;

/** Which of LoadGen's figures a throughput is. */
export type ThroughputFigure =
  | 'completed samples/s'
  | 'scheduled samples/s'
  | 'samples per second'
  | 'latency';

/** One run as read back, ours or another's. What the files do not say is absent, never 0. */
export interface ResultRun {
  readonly source: 'baremark' | 'mlperf';
  readonly system: string;
  readonly benchmark: string;
  readonly scenario: ScenarioName;
  readonly mode: 'PerformanceOnly' | 'AccuracyOnly';
  /** The run's folder. */
  readonly path: string;
  /** `run_N` → N; absent for accuracy runs. */
  readonly runNumber?: number;
  /** The headline: samples/s (Offline, Server) or ms (stream scenarios); absent for an accuracy run. */
  readonly throughput?: {
    readonly value: number;
    readonly unit: 'samples/s' | 'ms';
    readonly figure: ThroughputFigure;
  };
  /** Beside the headline, where the files give them. */
  readonly completedSamplesPerSecond?: number;
  readonly scheduledSamplesPerSecond?: number;
  /** The rate that was asked for, in queries/s. */
  readonly targetQps?: number;
  /** Milliseconds. */
  readonly latencyMs?: LatencyPercentiles & {
    readonly min: number;
    readonly max: number;
    readonly mean: number;
  };
  /** Server's latency bound, milliseconds, and the percentile that must stay within it (0.99). */
  readonly boundMs?: number;
  readonly percentile?: number;
  /** Latency at `percentile` ÷ bound. */
  readonly boundShare?: number;
  readonly outcome: Outcome;
  readonly queries?: number;
  readonly samples?: number;
  readonly durationS?: number;
  readonly minDurationS?: number;
  /** LoadGen's settings by its names without prefix; integers beyond 2^53 (seeds) are decimal strings. */
  readonly settings: {
    readonly requested: Readonly<Record<string, unknown>>;
    readonly effective: Readonly<Record<string, unknown>>;
  };
  readonly startedAt?: string;
  /** `run.json` (ours only). */
  readonly document?: RunDocument;
  /** Path of `queries.arrow`, where there is one. */
  readonly record?: string;
  /** From the accuracy run beside it. */
  readonly accuracy?: {
    readonly metric: string;
    readonly value: number;
    readonly target?: number;
    readonly met?: boolean;
  };
}

export interface ResultSystem {
  readonly name: string;
  /** MLPerf's system description, where it was found. */
  readonly description?: SystemDescription;
  /** By benchmark, scenario, mode and run number. */
  readonly runs: readonly ResultRun[];
}

export interface ResultsFolder {
  readonly path: string;
  readonly systems: readonly ResultSystem[];
  /** One sentence for each file that could not be read or is not trusted. */
  readonly problems: readonly string[];
}
