/** What the conductor reports while it runs a plan. */
import type { PlannedRun } from '../plan/types.js';
import type { RunDocument } from '../results/types.js';
import type { PeakEvent } from './peak/events.js';

export type RunEvent =
  /** Before the clock starts: building or loading models, loading samples, warming up, measuring a rate. */
  | {
      readonly type: 'preparing';
      readonly run: PlannedRun;
      readonly what: string;
      readonly fraction?: number;
    }
  | { readonly type: 'started'; readonly run: PlannedRun; readonly expectedS?: number }
  | {
      readonly type: 'progress';
      readonly run: PlannedRun;
      readonly elapsedS: number;
      /** How long the run is expected to last; absent where no rate is known. */
      readonly expectedS?: number;
      readonly issued: number;
      readonly completed: number;
      readonly failed: number;
      /** p99 of the latest completed queries. */
      readonly p99Ms?: number;
      readonly boundMs?: number;
    }
  /** An Offline query ended before the minimum duration, because a probe had sized it: it is run again, larger. */
  | {
      readonly type: 'resized';
      readonly run: PlannedRun;
      readonly samples: number;
      readonly lastedS: number;
      readonly minDurationS: number;
    }
  | PeakEvent
  | {
      readonly type: 'finished';
      readonly run: PlannedRun;
      readonly document: RunDocument;
      readonly folder: string;
    }
  /** Another run of the results folder cannot be read; named again after each run. */
  | { readonly type: 'problem'; readonly run: PlannedRun; readonly message: string };

export interface RunHooks {
  /** Where it throws, the runs go on, and the error comes at the end. */
  readonly onEvent: (event: RunEvent) => void;
  /** Stops the run in progress cleanly and starts no other; what still runs gets a few seconds to end. */
  readonly signal: AbortSignal;
  /** Whether a peak search that was stopped goes on from the probes that it left. */
  readonly resume?: boolean;
  /** After `signal`: what still runs is left at once, and what was measured is written. */
  readonly hurry?: AbortSignal;
}
