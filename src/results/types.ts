/** The documents of a finished run, and the one form in which our runs and MLPerf submissions are read back. */

export type ScenarioName = 'SingleStream' | 'MultiStream' | 'Server' | 'Offline';

/** valid | invalid | aborted, with reasons; a run that was cut short is aborted, never valid. */
export type Outcome =
  | { readonly kind: 'valid' }
  | { readonly kind: 'invalid'; readonly reasons: readonly string[] }
  | { readonly kind: 'aborted'; readonly reasons: readonly string[] };

/** A measured value, or why there is none. Never 0 or '' for unknown. */
export type Measured<T> = { readonly value: T } | { readonly unavailable: string };

export interface LatencyPercentiles {
  readonly p50: number;
  readonly p90: number;
  readonly p95: number;
  readonly p97: number;
  readonly p99: number;
  readonly p999: number;
}

/** Lateness of the issuer: issued − scheduled, nanoseconds. */
export interface Lateness {
  readonly p50Ns: number;
  readonly p99Ns: number;
  readonly maxNs: number;
  /** Share of queries issued later than 1% of the latency bound; absent where there is no bound. */
  readonly shareOver1PercentOfBound?: number;
  readonly waitMode: string;
  /** Set where lateness could have changed the verdict: the sentence that says so, with its cause if known. */
  readonly warning?: string;
}

/** What batching did. */
export interface BatchingStats {
  readonly batches: number;
  readonly meanSize: number;
  /** Batches by size: `[size, count]`, ascending. */
  readonly sizes: readonly (readonly [number, number])[];
  /** Padded tokens that were computed for nothing ÷ all tokens computed; absent where shapes are fixed. */
  readonly paddingWaste?: number;
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
  readonly batching?: BatchingStats;
  readonly accuracy?: {
    readonly metric: string;
    readonly value: number;
    readonly target?: number;
    readonly met?: boolean;
  };
  readonly sut: {
    readonly backend: string;
    readonly backendVersion: string;
    readonly provider: string;
    readonly devices: readonly string[];
    readonly instances: number;
    readonly maxBatch: number;
    readonly maxWaitMs: number;
    readonly precision: string;
    readonly options: Readonly<Record<string, unknown>>;
  };
  readonly model: {
    readonly name: string;
    readonly file?: string;
    readonly sha256?: string;
    readonly weights: string;
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
