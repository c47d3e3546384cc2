/** Options in LoadGen's terms: which setting of which scenario each one gives. */
import type { ScenarioName } from '../results/types.js';
import type { OptionValues } from './options.js';
import type { SettingsOverrides } from './types.js';

/** The settings that these options give for a scenario; what is not given is absent. */
export function settingsOf(scenario: ScenarioName, values: OptionValues): SettingsOverrides {
  const latency = values['target-latency'];
  return present({
    ...rateOf(scenario, values),
    multiStreamSamplesPerQuery: scenario === 'MultiStream' ? values['samples-per-query'] : undefined,
    minDurationMs: values['min-duration'],
    maxDurationMs: values['max-duration'],
    minQueryCount: values['min-queries'],
    maxQueryCount: values['max-queries'],
    targetLatencyNs: latency === undefined ? undefined : latency * 1e6,
    targetLatencyPercentile: values['latency-percentile'],
    performanceSampleCountOverride: values['performance-samples'],
    qslRngSeed: values['qsl-seed'],
    sampleIndexRngSeed: values['sample-index-seed'],
    scheduleRngSeed: values['schedule-seed'],
    serverCoalesceQueries: scenario === 'Server' ? values.coalesce : undefined,
  });
}

/** A rate has a meaning in two scenarios; a user.conf, where one is given, says it unless an option does. */
function rateOf(scenario: ScenarioName, values: OptionValues): SettingsOverrides {
  const rate = values['target-qps'] ?? (values['user-conf'] === undefined ? 'auto' : undefined);
  if (scenario === 'Server') return { serverTargetQps: rate };
  return scenario === 'Offline' ? { offlineExpectedQps: rate } : {};
}

function present(settings: SettingsOverrides): SettingsOverrides {
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined));
}
