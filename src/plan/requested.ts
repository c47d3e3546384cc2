/** The settings that a run asks for, in LoadGen's terms: LoadGen's defaults, the model's bound, conf files, then the plan. */
import { BaremarkError } from '../base/errors.js';
import { defaultSettings, type Scenario, type TestSettings } from '../loadgen/index.js';
import { applyConf } from '../loadgen/settings/conf.js';
import { settingsProblems } from '../loadgen/settings/problems.js';
import type { LatencyBound, PlannedRun } from './types.js';

/** Rates measured by a probe, for what the plan leaves open. */
export interface ProbedRates {
  readonly serverTargetQps: number;
  readonly offlineExpectedQps: number;
  /** Samples per second in batches: no stream of single samples is faster. */
  readonly samplesPerSecond: number;
}

/** Whether a rate has to be measured before the run. */
export function needsProbe(run: PlannedRun): boolean {
  const { serverTargetQps, offlineExpectedQps } = run.settings;
  return serverTargetQps === 'auto' || offlineExpectedQps === 'auto';
}

/** @throws BaremarkError BAD_OPTION for settings that no run can have */
export function requestedSettings(run: PlannedRun, rates: ProbedRates): TestSettings {
  const bound = run.model.latencyBounds[run.scenario];
  let settings: TestSettings = {
    ...defaultSettings(run.scenario, run.mode),
    ...boundSettings(run.scenario, bound),
    ...expectedLatencies(run, rates.samplesPerSecond),
  };
  const { confName } = run.model;
  if (run.mlperfConf)
    settings = applyConf(settings, run.mlperfConf.entries, confName, run.scenario, 'mlperf');
  if (run.userConf) settings = applyConf(settings, run.userConf.entries, confName, run.scenario, 'user');
  const { serverTargetQps, offlineExpectedQps, ...fixed } = run.settings;
  settings = {
    ...settings,
    ...fixed,
    ...(serverTargetQps !== undefined && {
      serverTargetQps: serverTargetQps === 'auto' ? rates.serverTargetQps : serverTargetQps,
    }),
    ...(offlineExpectedQps !== undefined && {
      offlineExpectedQps: offlineExpectedQps === 'auto' ? rates.offlineExpectedQps : offlineExpectedQps,
    }),
  };
  // The plan has refused a conf file of another mode.
  settings = { ...(settings.test05 ? test05Settings(settings) : settings), mode: run.mode };
  const [problem] = settingsProblems(settings);
  if (problem !== undefined) throw new BaremarkError('BAD_OPTION', problem);
  return settings;
}

/**
 * The Server latency bound of a run: an option's, a conf file's or the model's.
 * @throws BaremarkError as `requestedSettings` does
 */
export function latencyBoundOf(run: PlannedRun): LatencyBound {
  const anyRates = { serverTargetQps: 1, offlineExpectedQps: 1, samplesPerSecond: 1 };
  const settings = requestedSettings(run, anyRates);
  return { ns: settings.serverTargetLatencyNs, percentile: settings.serverTargetLatencyPercentile };
}

function boundSettings(scenario: Scenario, bound: LatencyBound | undefined): Partial<TestSettings> {
  if (!bound) return {};
  if (scenario === 'Server')
    return { serverTargetLatencyNs: bound.ns, serverTargetLatencyPercentile: bound.percentile };
  if (scenario === 'SingleStream') return { singleStreamTargetLatencyPercentile: bound.percentile };
  return scenario === 'MultiStream' ? { multiStreamTargetLatencyPercentile: bound.percentile } : {};
}

/** LoadGen generates a stream's queries in advance, so it must expect a latency that the system will not beat. */
function expectedLatencies(run: PlannedRun, samplesPerSecond: number): Partial<TestSettings> {
  const perQuery =
    run.settings.multiStreamSamplesPerQuery ?? defaultSettings('MultiStream').multiStreamSamplesPerQuery;
  const ns = (samples: number) => Math.max(1, Math.floor((samples * 1e9) / samplesPerSecond));
  if (run.scenario === 'SingleStream') return { singleStreamExpectedLatencyNs: ns(1) };
  return run.scenario === 'MultiStream' ? { multiStreamExpectedLatencyNs: ns(perQuery) } : {};
}

/** LoadGen's audit TEST05 is a run with other seeds, which replace all others. */
function test05Settings(settings: TestSettings): TestSettings {
  return {
    ...settings,
    qslRngSeed: settings.test05QslRngSeed,
    sampleIndexRngSeed: settings.test05SampleIndexRngSeed,
    scheduleRngSeed: settings.test05ScheduleRngSeed,
  };
}
