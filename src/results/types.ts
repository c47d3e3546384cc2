/** The form in which our runs and MLPerf submissions are read back, and the columns of a run's record. */
import type { Quality } from '../accuracy/quality.js';
import type { Scenario } from '../loadgen/settings/settings.js';
import type { LatencyPercentiles, Outcome, RunDocument } from './document/schema.js';

export type { LatencyPercentiles, Lateness, Outcome, RunDocument } from './document/schema.js';

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
  /** Per row; NaN: never started. A row without it has no instance and no batch. */
  readonly startedNs: RecordColumn;
  /** Per row; NaN: never completed. */
  readonly completedNs: RecordColumn;
  /** Instance that ran the row, from 0 to 65534. */
  readonly instance: RecordColumn;
  readonly batch: RecordColumn;
  /** Samples in the row's batch; counted from `batch` where absent. */
  readonly batchSize?: RecordColumn;
  /** 1 where the backend failed the row. */
  readonly failed?: RecordColumn;
}

/** `queries.arrow` read back; a valid `QueryColumns` again. 65535 and 4294967295 stand for no instance and no batch. */
export interface StoredRecord extends QueryColumns {
  readonly sample: Uint32Array;
  readonly scheduledNs: Float64Array;
  readonly issuedNs: Float64Array;
  readonly startedNs: Float64Array;
  readonly completedNs: Float64Array;
  readonly instance: Uint16Array;
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

/** Tokens per second, and milliseconds to the first token (TTFT) and per output token after it (TPOT). */
export interface TokenResult {
  readonly perSecond?: number;
  readonly ttftMs?: LatencyPercentiles & { readonly mean: number };
  readonly tpotMs?: LatencyPercentiles & { readonly mean: number };
  readonly ttftBoundMs: number;
  readonly tpotBoundMs: number;
}

/** One run as read back, ours or another's. What the files do not say is absent, never 0. */
export interface ResultRun {
  readonly source: 'baremark' | 'mlperf';
  readonly system: string;
  readonly benchmark: string;
  readonly scenario: Scenario;
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
  /** Of a benchmark whose answers are tokens, as MLPerf's Llama and Whisper. */
  readonly tokens?: TokenResult;
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
  /** Path of `queries.arrow`, where there is one that can be read. */
  readonly record?: string;
  /** Ours only: one sentence for each fact in which its files disagree, and for each file that is missing or damaged. */
  readonly disagreements?: readonly string[];
  /** From the accuracy run beside it. */
  readonly accuracy?: Quality;
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
