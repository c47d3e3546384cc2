/** A run whose rate is searched: what says so, how closely and how long, and what contradicts it. */
import { BaremarkError } from '../../base/errors.js';
import type { Scenario } from '../../loadgen/settings/settings.js';
import type { RunSource } from '../candidates.js';
import { requestedSettings } from '../requested.js';
import type { PeakSearch, PlannedRun } from '../types.js';

const usualPrecision = 0.02;
/** A search may take as long as so many runs, and as long as this in any case. */
const usualRuns = 3;
const leastBudgetMs = 400_000;

/**
 * Refuses a rate that is searched. Where there is none, batch and instances are tried, and a rate only sizes the run.
 * @throws BaremarkError BAD_OPTION
 */
export function checkPeak({ values, own, flags, place }: RunSource, scenario: Scenario): void {
  if (values.mode !== 'peak' || scenario !== 'Server') return;
  // A plan whose rate is fixed can be searched by a flag, which then wins.
  const given = own.mode === 'peak' ? values['target-qps'] : flags['target-qps'];
  if (given === undefined || given === 'auto') return;
  throw new BaremarkError(
    'BAD_OPTION',
    `${place('target-qps')} is ${given}, but ${place('mode')} is peak, which searches that rate; remove one of them.`,
  );
}

/**
 * What is searched before the run: its rate, or where it has none its batch and instances.
 * @param run as it is otherwise planned
 */
export function searchOf(source: RunSource, run: PlannedRun): Pick<PlannedRun, 'peak' | 'triesChoices'> {
  if (source.values.mode !== 'peak') return {};
  return run.scenario === 'Server' ? { peak: peakOf(source, run) } : { triesChoices: true };
}

function peakOf({ values }: RunSource, run: PlannedRun): PeakSearch {
  const anyRates = { serverTargetQps: 1, offlineExpectedQps: 1, samplesPerSecond: 1 };
  const { minDurationMs } = requestedSettings(run, anyRates);
  return {
    precision: values['precision-of-peak'] ?? usualPrecision,
    budgetMs: values.budget ?? Math.max(leastBudgetMs, usualRuns * minDurationMs),
  };
}
