/** Options in LoadGen's terms: which setting of which scenario each one gives. */
import type { Scenario } from '../loadgen/settings/settings.js';
import type { OptionValues } from './options/table.js';
import type { SettingsOverrides } from './types.js';

/** The seeds in LoadGen 6.0.17's own mlperf.conf. */
const seeds: SettingsOverrides = {
  qslRngSeed: 2085463073848966840n,
  sampleIndexRngSeed: 2747215439041700203n,
  scheduleRngSeed: 16159082839903944936n,
};
/** MLPerf's least duration of a run, since v1.0. */
const minDurationMs = 600_000;

/**
 * The settings that these options give for a scenario; what is not given is absent. Seeds and the least duration are
 * MLPerf's and rates are probed, unless the options or the conf files say otherwise.
 */
export function settingsOf(
  scenario: Scenario,
  values: OptionValues,
  inConf: (key: string) => boolean,
): SettingsOverrides {
  const rate = values['target-qps'] ?? (inConf('target_qps') ? undefined : 'auto');
  const settings: SettingsOverrides = {
    serverTargetQps: scenario === 'Server' ? rate : undefined,
    offlineExpectedQps: scenario === 'Offline' ? rate : undefined,
    ...boundOf(scenario, values['target-latency'], values['latency-percentile']),
    multiStreamSamplesPerQuery: scenario === 'MultiStream' ? values['samples-per-query'] : undefined,
    minDurationMs: values['min-duration'] ?? (inConf('min_duration') ? undefined : minDurationMs),
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
  // Only an mlperf.conf can set seeds: LoadGen ignores those in a user.conf.
  return { ...(values['mlperf-conf'] === undefined ? seeds : {}), ...Object.fromEntries(given) };
}

/** LoadGen has a separate latency and percentile for each scenario; Offline has none. */
function boundOf(
  scenario: Scenario,
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
