/** The settings a run asks LoadGen's rules for: LoadGen's defaults, the model's bound, conf files, then the plan. */
import { readFileSync } from 'node:fs';
import { BaremarkError, messageOf } from '../base/errors.js';
import { defaultSettings, type Scenario, type TestSettings } from '../loadgen/index.js';
import { applyConf, parseConf } from '../loadgen/settings/conf.js';
import { settingsProblems } from '../loadgen/settings/problems.js';
import type { LatencyBound, PlannedRun } from './types.js';

/** Rates found by a probe, for those that the plan left to it. */
export interface ProbedRates {
  readonly serverTargetQps: number;
  readonly offlineExpectedQps: number;
  /** Samples per second in batches: no stream of single samples is faster. */
  readonly samplesPerSecond: number;
}

/** Whether a rate has to be found before the run. */
export function needsProbe(run: PlannedRun): boolean {
  const { serverTargetQps, offlineExpectedQps } = run.settings;
  return serverTargetQps === 'auto' || offlineExpectedQps === 'auto';
}

/** Throws `BAD_CONF` with file and line, or `BAD_OPTION` for settings that no run can have. */
export function requestedSettings(run: PlannedRun, rates: ProbedRates): TestSettings {
  const bound = run.model.latencyBounds[run.scenario];
  let settings: TestSettings = {
    ...defaultSettings(run.scenario, run.mode),
    ...boundSettings(run.scenario, bound),
    ...expectedLatencies(run, rates.samplesPerSecond),
  };
  if (run.mlperfConf !== undefined) settings = withConf(settings, run.mlperfConf, 'mlperf', run);
  if (run.userConf !== undefined) settings = withConf(settings, run.userConf, 'user', run);
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

/** LoadGen generates a stream's queries beforehand, so it has to be told a latency that the system will not beat. */
function expectedLatencies(run: PlannedRun, samplesPerSecond: number): Partial<TestSettings> {
  const perQuery =
    run.settings.multiStreamSamplesPerQuery ?? defaultSettings('MultiStream').multiStreamSamplesPerQuery;
  const ns = (samples: number) => Math.max(1, Math.floor((samples * 1e9) / samplesPerSecond));
  if (run.scenario === 'SingleStream') return { singleStreamExpectedLatencyNs: ns(1) };
  return run.scenario === 'MultiStream' ? { multiStreamExpectedLatencyNs: ns(perQuery) } : {};
}

function withConf(
  settings: TestSettings,
  file: string,
  kind: 'mlperf' | 'user',
  run: PlannedRun,
): TestSettings {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new BaremarkError(
      'BAD_CONF',
      `The conf file ${file} cannot be read (${messageOf(error)}); give the path of a readable file.`,
      { cause: error },
    );
  }
  const { entries, problems } = parseConf(text);
  const [problem] = problems;
  if (problem) throw new BaremarkError('BAD_CONF', `${file}, line ${problem.line}: ${problem.message}`);
  return applyConf(settings, entries, run.model.confName, run.scenario, kind);
}
