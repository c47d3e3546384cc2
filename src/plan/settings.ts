/** Options in LoadGen's terms: which setting of which scenario each one gives. */
import type { Scenario } from '../loadgen/settings/settings.js';
import type { OptionValues } from './options/table.js';
import type { SettingsOverrides } from './types.js';

/** The seeds in LoadGen 6.0.17's own mlperf.conf, by their keys there. */
const seeds = [
  ['qslRngSeed', 'qsl_rng_seed', 2085463073848966840n],
  ['sampleIndexRngSeed', 'sample_index_rng_seed', 2747215439041700203n],
  ['scheduleRngSeed', 'schedule_rng_seed', 16159082839903944936n],
] as const;
/** MLPerf's least duration of a run, since v1.0. */
const minDurationMs = 600_000;

/** What decides about a setting besides the options of its run. */
export interface SettingsContext {
  /** Whether the conf files give a key for this run. */
  readonly inConf: (key: string) => boolean;
  /** Whether the mlperf.conf does. */
  readonly seedInConf: (key: string) => boolean;
  /** Whether the `target-qps` of this run was given for a Server run, too: then it is Server's alone. */
  readonly serverTakesRate: boolean;
}

/**
 * The settings that these options give for a scenario; what is not given is absent. Seeds and the least duration are
 * MLPerf's and rates are probed, unless the options or the conf files say otherwise.
 */
export function settingsOf(
  scenario: Scenario,
  values: OptionValues,
  { inConf, seedInConf, serverTakesRate }: SettingsContext,
): SettingsOverrides {
  const probed = inConf('target_qps') ? undefined : 'auto';
  const targetQps = values.mode === 'peak' && scenario === 'Server' ? 'auto' : values['target-qps'];
  const expectedQps = values['offline-expected-qps'] ?? (serverTakesRate ? undefined : targetQps);
  const settings: SettingsOverrides = {
    serverTargetQps: scenario === 'Server' ? (targetQps ?? probed) : undefined,
    offlineExpectedQps: scenario === 'Offline' ? (expectedQps ?? probed) : undefined,
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
  const usual = seeds.filter(([, key]) => !seedInConf(key)).map(([name, , seed]) => [name, seed]);
  const given = Object.entries(settings).filter(([, value]) => value !== undefined);
  return Object.fromEntries([...usual, ...given]);
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
