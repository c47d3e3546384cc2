/**
 * What a peak search asks of a system, and what it reports. A real system (`src/run/`) and a virtual one
 * (`src/search/virtual/`) are searched by the same code.
 */
import type { BatchPolicy } from '../../engine/batching/batch-policy.js';
import type { LatencyBound } from '../../plan/types.js';
import type { Peak, PeakProbe } from '../../results/document/peak.js';

/** Queries at Poisson times. */
export interface ProbeRequest {
  readonly targetQps: number;
  readonly queries: number;
  /** Number of the probe, from 0: each has arrivals of its own. */
  readonly number: number;
}

/** What a probe served. Times are nanoseconds since its start. */
export interface ServedProbe {
  readonly targetQps: number;
  /** By query, ascending: when it was due. */
  readonly scheduledNs: Float64Array;
  /** By query; NaN where it failed or was not completed. */
  readonly completedNs: Float64Array;
  /** In the order in which they were started. */
  readonly batches: ServedBatches;
  /** From its start to its last completion, seconds. */
  readonly durationS: number;
  readonly ended: PeakProbe['ended'];
}

/** Batches by start. */
export interface ServedBatches {
  readonly sizes: Int32Array;
  readonly startedNs: Float64Array;
  readonly completedNs: Float64Array;
  readonly instance: Uint8Array;
  /** Longest sample of each batch, tokens, where lengths differ. */
  readonly lengths?: Int32Array;
}

/** A system that is searched. The same opened system serves all probes. */
export interface PeakTarget {
  readonly instances: number;
  readonly policy: BatchPolicy;
  readonly bound: LatencyBound;
  /** Lengths of the loaded samples, tokens, where they differ: each is asked for equally often. */
  readonly sampleLengths?: Float64Array;
  /** Seconds since the search began. In virtual time only probes take time. */
  elapsedS(): number;
  serve(request: ProbeRequest): Promise<ServedProbe>;
}

export interface PeakSettings {
  /** The search ends when half of the interval relative to the rate is at most this, e.g. 0.02. */
  readonly precision: number;
  /** The search ends after this long, seconds. */
  readonly budgetS: number;
  /** Least length of the run that will be made at the peak, seconds: the search looks for effects that such a run sees. */
  readonly minDurationS: number;
}

/** What is known after each probe. */
export interface PeakProgress {
  readonly probe: PeakProbe;
  /** Absent until there is one. */
  readonly qps?: number;
  readonly lowQps?: number;
  readonly highQps?: number;
  readonly elapsedS: number;
}

export interface PeakHooks {
  readonly onProbe?: (progress: PeakProgress) => void;
  readonly signal?: AbortSignal;
}

/** What the search alone finds; the final runs come after it. */
export type PeakFinding = Omit<Peak, 'finals'>;

/**
 * The search (`search.ts`).
 * @param earlier probes of a search that was stopped, which count as if they were this one's
 */
export type SearchPeak = (
  target: PeakTarget,
  settings: PeakSettings,
  hooks: PeakHooks,
  earlier?: readonly ServedProbe[],
) => Promise<PeakFinding>;
