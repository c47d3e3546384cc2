/** Refuses runs that would not end within a month. */
import { BaremarkError } from '../../base/errors.js';
import { type EffectiveSettings, effectiveSettings } from '../../loadgen/index.js';
import { leastSeconds } from '../../loadgen/settings/length.js';
import { requestedSettings } from '../requested.js';
import type { PlannedRun } from '../types.js';

const dayS = 24 * 3600;
const longestDays = 30;

/** Rates of a system that is never in the way: with them, only what was asked for decides how long a run takes. */
const boundless = { serverTargetQps: 1e9, offlineExpectedQps: 1, samplesPerSecond: 1e9 };

/**
 * Checks the settings of a planned run as far as they are known without a probe.
 * @throws BaremarkError BAD_OPTION for settings that no run can have, or that take longer than a month
 */
export function checkPlannedLength(run: PlannedRun): void {
  const { total, performance } = run.model.qsl;
  const qsl = { totalSampleCount: total, performanceSampleCount: performance };
  checkLength(run, effectiveSettings(requestedSettings(run, boundless), qsl));
}

/**
 * @param samplesPerSecond what the system was seen to complete, if it is known
 * @throws BaremarkError BAD_OPTION
 */
export function checkLength(
  run: Pick<PlannedRun, 'benchmark' | 'scenario'>,
  effective: EffectiveSettings,
  samplesPerSecond?: number,
): void {
  const days = leastSeconds(effective, samplesPerSecond) / dayS;
  if (!(days > longestDays)) return;
  const fix =
    effective.scenario === 'Server'
      ? 'give a higher rate, a shorter minimum duration or fewer queries'
      : 'give a shorter minimum duration or fewer queries';
  throw new BaremarkError(
    'BAD_OPTION',
    `The ${run.scenario} run of ${run.benchmark} would take ${lengthText(days)}, and a run may take ${longestDays} days; ${fix}.`,
  );
}

function lengthText(days: number): string {
  return days < 1000 ? `${Math.ceil(days)} days` : `${(days / 365.25).toPrecision(2)} years`;
}
