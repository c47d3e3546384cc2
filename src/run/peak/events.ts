/** What is reported of a run whose rate is searched, besides what is reported of every run. Rates are queries per second. */
import type { PlannedRun } from '../../plan/types.js';
import type { Peak } from '../../results/document/peak.js';
import type { TriedChoice } from '../../search/best-choice.js';
import type { PeakFinding, PeakProgress } from '../../search/peak/contract.js';

/** While a probe runs: what is known so far. */
export interface Searching {
  readonly type: 'searching';
  readonly run: PlannedRun;
  /** Of the probe, from 0. */
  readonly number: number;
  readonly targetQps: number;
  /** Absent until there is one; the two ends are then what probes tell alone. */
  readonly qps?: number;
  readonly lowQps?: number;
  readonly highQps?: number;
  readonly elapsedS: number;
  readonly budgetS: number;
}

/** The bound, and the share of latencies that must be within it, 0 to 1. */
type Bound = Pick<Peak, 'boundMs' | 'percentile'>;

/** After each probe. */
export interface PeakProbed extends Bound {
  readonly type: 'peak-probe';
  readonly run: PlannedRun;
  readonly number: number;
  readonly progress: PeakProgress;
}

/** The search has come to its end, and runs of full length follow where it found a rate. */
export interface PeakFound {
  readonly type: 'peak-found';
  readonly run: PlannedRun;
  readonly finding: PeakFinding;
}

/** After each run of full length. */
export interface PeakFinal extends Bound {
  readonly type: 'peak-final';
  readonly run: PlannedRun;
  readonly final: Peak['finals'][number];
  /** The rate of the next, where this one missed the bound and another is made. */
  readonly nextQps?: number;
}

/** A choice of batch and instances was tried before a run that has no rate to search. */
export interface ChoiceTried {
  readonly type: 'choice-tried';
  readonly run: PlannedRun;
  readonly tried: TriedChoice;
}

/** The choice that the run is made with. */
export interface ChoiceMade {
  readonly type: 'choice-made';
  readonly run: PlannedRun;
  readonly instances: number | 'auto';
  readonly maxBatch: number | 'auto';
}

export type PeakEvent = Searching | PeakProbed | PeakFound | PeakFinal | ChoiceTried | ChoiceMade;
