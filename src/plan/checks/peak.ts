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
 * Refuses what no search can be made of.
 * @throws BaremarkError BAD_OPTION
 */
export function checkPeak({ values, own, flags, place }: RunSource, scenario: Scenario): void {
  if (values.mode !== 'peak') return;
  if (scenario !== 'Server')
    throw new BaremarkError(
      'BAD_OPTION',
      `${place('mode')} is peak, but ${scenario} has no rate to search; choose Server with --scenario.`,
    );
  // A plan whose rate is fixed can be searched by a flag, which then wins.
  const given = own.mode === 'peak' ? values['target-qps'] : flags['target-qps'];
  if (given === undefined || given === 'auto') return;
  throw new BaremarkError(
    'BAD_OPTION',
    `${place('target-qps')} is ${given}, but ${place('mode')} is peak, which searches that rate; remove one of them.`,
  );
}

/** @param run as it is otherwise planned */
export function peakOf({ values }: RunSource, run: PlannedRun): PeakSearch | undefined {
  if (values.mode !== 'peak' || run.scenario !== 'Server') return undefined;
  const anyRates = { serverTargetQps: 1, offlineExpectedQps: 1, samplesPerSecond: 1 };
  const { minDurationMs } = requestedSettings(run, anyRates);
  return {
    precision: values['precision-of-peak'] ?? usualPrecision,
    budgetMs: values.budget ?? Math.max(leastBudgetMs, usualRuns * minDurationMs),
  };
}
