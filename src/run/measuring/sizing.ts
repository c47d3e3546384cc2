/** Whether an Offline run ended too early because its one query was sized by a guess, and the rate to size it by instead. */
import { countRows, lastCompletedAt } from '../../engine/facts.js';
import type { EffectiveSettings } from '../../loadgen/index.js';
import type { PlannedRun } from '../../plan/types.js';
import type { WarningFacts } from '../../results/document/warnings.js';
import type { Measurement } from './measure.js';

/** The most times that one run is measured: a system that is faster each time is not measured for ever. */
export const mostAttempts = 3;

/** An Offline run that was too short, and what it measured all the same. */
export type TooShort = Omit<Extract<WarningFacts, { kind: 'offline-resized' }>, 'kind'> & {
  readonly samplesPerSecond: number;
};

/**
 * What an Offline run measured that ended before its minimum duration although nothing went wrong; undefined where it
 * did not, and where the size of its query was what somebody asked for.
 */
export function tooShort(
  run: Pick<PlannedRun, 'scenario' | 'mode' | 'settings'>,
  effective: Pick<EffectiveSettings, 'minDurationNs' | 'performanceIssueUnique'>,
  { phaseResults }: Pick<Measurement, 'phaseResults'>,
): TooShort | undefined {
  const [phaseResult] = phaseResults;
  const guessed =
    run.scenario === 'Offline' &&
    run.mode === 'PerformanceOnly' &&
    run.settings.offlineExpectedQps === 'auto' &&
    !effective.performanceIssueUnique;
  if (!guessed || !phaseResult || phaseResult.aborted !== undefined) return undefined;
  const { issued, completed } = countRows(phaseResult);
  const lastedNs = lastCompletedAt(phaseResult);
  if (completed === 0 || completed < issued || lastedNs >= effective.minDurationNs) return undefined;
  return {
    samples: completed,
    lastedS: lastedNs / 1e9,
    minDurationS: effective.minDurationNs / 1e9,
    samplesPerSecond: (completed * 1e9) / lastedNs,
  };
}

export function resizedWarning({ samples, lastedS, minDurationS }: TooShort): WarningFacts {
  return { kind: 'offline-resized', samples, lastedS, minDurationS };
}
