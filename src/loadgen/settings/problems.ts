/** Finds settings that cannot be run, before anything is run. */
import type { TestSettings } from './settings.js';

/** One sentence per setting of the chosen scenario that cannot be run, naming the thing, the value and the fix. */
export function settingsProblems(settings: TestSettings): string[] {
  return [...scenarioProblems(settings), ...commonProblems(settings)].filter(
    (problem) => problem !== undefined,
  );
}

type Problem = string | undefined;

function scenarioProblems(settings: TestSettings): Problem[] {
  switch (settings.scenario) {
    case 'SingleStream':
      return [
        positive(
          'The SingleStream expected latency in ns',
          settings.singleStreamExpectedLatencyNs,
          'an estimate above 0',
        ),
        fraction('The SingleStream latency percentile', settings.singleStreamTargetLatencyPercentile),
      ];
    case 'MultiStream':
      return [
        positive(
          'The MultiStream expected latency in ns',
          settings.multiStreamExpectedLatencyNs,
          'an estimate above 0',
        ),
        fraction('The MultiStream latency percentile', settings.multiStreamTargetLatencyPercentile),
        countingNumber('The MultiStream samples per query', settings.multiStreamSamplesPerQuery, 1),
      ];
    case 'Server':
      return [
        positive('The Server target QPS', settings.serverTargetQps, 'a rate above 0'),
        positive('The Server target latency in ns', settings.serverTargetLatencyNs, 'a bound above 0'),
        fraction('The Server latency percentile', settings.serverTargetLatencyPercentile),
        countingNumber('The Server limit of asynchronous queries', settings.serverMaxAsyncQueries, 0),
      ];
    case 'Offline':
      return [positive('The Offline expected QPS', settings.offlineExpectedQps, 'a rate above 0')];
  }
}

function commonProblems(settings: TestSettings): Problem[] {
  return [
    countingNumber('The minimum duration in ms', settings.minDurationMs, 0),
    countingNumber('The maximum duration in ms', settings.maxDurationMs, 0),
    countingNumber('The minimum query count', settings.minQueryCount, 1),
    countingNumber('The maximum query count', settings.maxQueryCount, 0),
    ...aboveMaximum(settings),
    countingNumber('The index of the one sample to issue', settings.performanceIssueSameIndex, 0),
    countingNumber('The performance sample count override', settings.performanceSampleCountOverride, 0),
    countingNumber('The accuracy sample count override', settings.accuracySampleCountOverride, 0),
    countingNumber('The accuracy log sampling target', settings.accuracyLogSamplingTarget, 0),
    settings.accuracyLogProbability >= 0 && settings.accuracyLogProbability <= 1
      ? undefined
      : `The accuracy log probability is ${settings.accuracyLogProbability}; give a number from 0 to 1.`,
    settings.performanceIssueUnique && settings.performanceIssueSame
      ? 'Issuing each sample once and issuing one sample only are both on; turn one of them off.'
      : undefined,
  ];
}

/** What ends before its minimum is certain to be INVALID. Offline has one query, whose samples are counted instead. */
function aboveMaximum(settings: TestSettings): Problem[] {
  const { scenario, mode, minDurationMs, maxDurationMs, minQueryCount, maxQueryCount } = settings;
  if (scenario === 'Offline' || mode === 'AccuracyOnly') return [];
  const problem = (what: string, least: string, most: string) =>
    `The minimum ${what} is ${least} and the maximum is ${most}, with which no run can be VALID; give a maximum of at least the minimum.`;
  return [
    maxDurationMs > 0 && minDurationMs > maxDurationMs
      ? problem('duration', `${minDurationMs} ms`, `${maxDurationMs} ms`)
      : undefined,
    maxQueryCount > 0 && minQueryCount > maxQueryCount
      ? problem('query count', String(minQueryCount), String(maxQueryCount))
      : undefined,
  ];
}

function positive(thing: string, value: number, fix: string): Problem {
  return value > 0 && value < Number.POSITIVE_INFINITY ? undefined : `${thing} is ${value}; give ${fix}.`;
}

function fraction(thing: string, value: number): Problem {
  return value > 0 && value < 1
    ? undefined
    : `${thing} is ${value}; give a fraction between 0 and 1, e.g. 0.99.`;
}

function countingNumber(thing: string, value: number, least: number): Problem {
  return Number.isSafeInteger(value) && value >= least
    ? undefined
    : `${thing} is ${value}; give a whole number of at least ${least}.`;
}
