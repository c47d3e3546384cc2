/**
 * What a comparison is given and what it says, as data that every report is made from. A `why` is the `reason` beside
 * it in words, for a person.
 */

import type { Measured } from '../base/measured.js';
import type { Scenario } from '../loadgen/settings/settings.js';
import type { Outcome, ResultRun, SystemDescription, ThroughputFigure } from '../results/types.js';
import type { PeakComparison, RunTail, TailEstimate } from './server-types.js';
import type { Interval, Verdict } from './verdict-types.js';

export type {
  PeakComparison,
  PeakEstimate,
  RateTail,
  RunTail,
  SameRate,
  TailEstimate,
} from './server-types.js';
export type {
  Interval,
  NoIntervalReason,
  UndecidedReason,
  Verdict,
} from './verdict-types.js';

/** One published result of bare metal, as a rate per accelerator. */
export interface PublishedRate {
  /** The table's name of the accelerator, e.g. `A100-PCIe-40`. */
  readonly accelerator: string;
  readonly benchmark: string;
  readonly scenario: Scenario;
  readonly round: string;
  readonly system: string;
  readonly samplesPerSecondPerAccelerator: number;
}

/** The runs of one system, as `results/` reads them (a `ResultSystem` fits). */
export interface SystemRuns {
  readonly name: string;
  /** MLPerf's system description, where there is one. */
  readonly description?: SystemDescription;
  readonly runs: readonly ResultRun[];
  /** Completion times of Offline samples (nanoseconds since the run's start), by the run's path. */
  readonly completionsNs?: ReadonlyMap<string, Float64Array>;
  /** Latency of Server runs at the bound's percentile, from their records, by the run's path. */
  readonly tails?: ReadonlyMap<string, RunTail>;
  /** Of a candidate: runs that are the baseline's, or copies of them; by the run's path, the path of the baseline's. */
  readonly copies?: ReadonlyMap<string, string>;
}

export interface CompareOptions {
  /** Percent, e.g. 5; more than 0 and less than 100. */
  readonly marginPercent: number;
  /** Give verdicts even where something that must match differs, or a run is not VALID. */
  readonly force?: boolean;
  /** Published bare-metal results, shown beside a ratio to help read it. */
  readonly published?: readonly PublishedRate[];
}

/**
 * *must match*: where it differs, the runs do not measure the same thing. *confounds*: it can change the figure by
 * itself. *expected*: virtualization changes it, or it has no influence.
 */
export type Severity = 'must match' | 'confounds' | 'expected';

export interface Difference {
  /** Dotted path, or MLPerf's field name. */
  readonly field: string;
  readonly label: string;
  readonly baseline: Measured<string>;
  readonly candidate: Measured<string>;
  readonly severity: Severity;
  /** Where the runs of one side differ among themselves; the values then say which run has what. */
  readonly within?: 'the baseline' | 'the candidate' | 'both sides';
  /** Why it matters, or that it could not be checked. */
  readonly note?: string;
}

/** One property of the two systems side by side, whether it differs or not. */
export interface Property extends Omit<Difference, 'severity'> {
  /** Absent where both sides are known and equal. */
  readonly severity?: Severity;
}

/** One of LoadGen's figures, or the highest rate that a search found; a Server query is one sample. */
export type ComparedFigure = ThroughputFigure | 'peak samples/s';

/** One side of a pair; figures of several runs are geometric means (rates, headline latencies, tails) or medians (p99). */
export interface PairSide {
  readonly value: number;
  readonly unit: 'samples/s' | 'ms';
  readonly figure: ComparedFigure;
  /** The runs that the figures are taken from. */
  readonly runs: readonly ResultRun[];
  /** VALID where every run of the side is. */
  readonly outcome: Outcome;
  readonly p99Ms?: number;
  /** Server only; absent where there is no interval, and `tails.interval` of the pair says why. */
  readonly tail?: TailEstimate;
  readonly boundMs?: number;
  /** Latency at the bound's percentile ÷ bound. */
  readonly boundShare?: number;
  /** The rate that was asked for, queries/s. */
  readonly targetQps?: number;
  /** CPU cores kept busy during the run. */
  readonly cpuCores: Measured<number>;
  readonly energyPerSampleJ: Measured<number>;
}

export interface PublishedRange {
  readonly accelerator: string;
  readonly results: number;
  /** The one round they are of; absent where they are of several. */
  readonly round?: string;
  /** Samples/s per accelerator. */
  readonly lowest: number;
  readonly highest: number;
  /** This comparison's baseline, samples/s per accelerator. */
  readonly baseline: number;
  readonly sentence: string;
}

export interface PairComparison {
  readonly benchmark: string;
  readonly scenario: Scenario;
  readonly baseline: PairSide;
  readonly candidate: PairSide;
  /**
   * Baseline = 1.00, less is slower: candidate rate ÷ baseline rate, or, where the headline is a latency (the stream
   * scenarios), baseline latency ÷ candidate latency. Absent where the sides have no figure in common.
   */
  readonly ratio?: number;
  readonly interval: Interval;
  /** Server only: what the two rates are. */
  readonly rates?: 'requested rates' | 'highest rates';
  /** Where they are the highest rates. */
  readonly peaks?: PeakComparison;
  /**
   * Server only: baseline latency ÷ candidate latency at the bound's percentile, each as its own runs had it. Absent
   * where the sides have other percentiles.
   */
  readonly tails?: { readonly percentile: number; readonly ratio: number; readonly interval: Interval };
  readonly verdict: Verdict;
  /** What differs between these runs beyond the systems: model, data, precision, settings. */
  readonly differences: readonly Difference[];
  readonly notes: readonly string[];
  readonly published?: PublishedRange;
}

export interface Unpaired {
  readonly benchmark: string;
  readonly scenario: Scenario;
  readonly system: string;
  readonly reason: 'no partner' | 'no common figure' | 'no peak';
  /** The reason in words. */
  readonly why: string;
}

export interface CandidateComparison {
  readonly name: string;
  /** The verdict in one sentence or two. */
  readonly sentence: string;
  readonly pairs: readonly PairComparison[];
  readonly unpaired: readonly Unpaired[];
  /** Of the systems, worst first. */
  readonly differences: readonly Difference[];
  /** The systems side by side, differences among them. */
  readonly properties: readonly Property[];
}

export interface Comparison {
  readonly baseline: string;
  /** A fraction, e.g. 0.05. */
  readonly margin: number;
  readonly forced: boolean;
  readonly candidates: readonly CandidateComparison[];
}
