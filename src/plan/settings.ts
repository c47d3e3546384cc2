/** Options in LoadGen's terms: which setting of which scenario each one gives. */
import type { ScenarioName } from '../results/types.js';
import type { OptionValues } from './options.js';
import type { SettingsOverrides } from './types.js';

/** MLPerf's least duration, and the seeds in LoadGen 6.0.17's own mlperf.conf. */
const rules: SettingsOverrides = {
  minDurationMs: 600_000,
  qslRngSeed: 2085463073848966840n,
  sampleIndexRngSeed: 2747215439041700203n,
  scheduleRngSeed: 16159082839903944936n,
};

/**
 * The settings that these options give for a scenario; what is not given is absent. Where no conf file is given
 * that may say them, the least duration and the seeds are MLPerf's unless the options say otherwise.
 */
export function settingsOf(scenario: ScenarioName, values: OptionValues): SettingsOverrides {
  const byConf = values['mlperf-conf'] !== undefined || values['user-conf'] !== undefined;
  const settings: SettingsOverrides = {
    ...rateOf(scenario, values),
    ...boundOf(scenario, values['target-latency'], values['latency-percentile']),
    multiStreamSamplesPerQuery: scenario === 'MultiStream' ? values['samples-per-query'] : undefined,
    minDurationMs: values['min-duration'],
    maxDurationMs: values['max-duration'],
    minQueryCount: values['min-queries'],
    maxQueryCount: values['max-queries'],
    performanceSampleCountOverride: values['performance-samples'],
    qslRngSeed: values['qsl-seed'],
    sampleIndexRngSeed: values['sample-index-seed'],
    scheduleRngSeed: values['schedule-seed'],
    serverCoalesceQueries: scenario === 'Server' ? values.coalesce : undefined,
  };
  const given = Object.entries(settings).filter(([, value]) => value !== undefined);
  return { ...(byConf ? {} : rules), ...Object.fromEntries(given) };
}

/** A rate has a meaning in two scenarios; a user.conf, where one is given, says it unless an option does. */
function rateOf(scenario: ScenarioName, values: OptionValues): SettingsOverrides {
  const rate = values['target-qps'] ?? (values['user-conf'] === undefined ? 'auto' : undefined);
  if (scenario === 'Server') return { serverTargetQps: rate };
  return scenario === 'Offline' ? { offlineExpectedQps: rate } : {};
}

/** LoadGen names a latency and a percentile of its own for each scenario; Offline has none. */
function boundOf(
  scenario: ScenarioName,
  ms: number | undefined,
  percentile: number | undefined,
): SettingsOverrides {
  const ns = ms === undefined ? undefined : ms * 1e6;
  switch (scenario) {
    case 'Server':
      return { serverTargetLatencyNs: ns, serverTargetLatencyPercentile: percentile };
    case 'SingleStream':
      return { singleStreamExpectedLatencyNs: ns, singleStreamTargetLatencyPercentile: percentile };
    case 'MultiStream':
      return { multiStreamExpectedLatencyNs: ns, multiStreamTargetLatencyPercentile: percentile };
    default:
      return {};
  }
}
