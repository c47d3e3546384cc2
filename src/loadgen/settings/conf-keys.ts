/** Every key a conf file may hold: which settings it sets, in which unit, and what values it takes. */
import type { Scenario, TestMode, TestSettings } from './settings.js';

interface Target {
  readonly name: keyof TestSettings;
  /** The scenario the setting belongs to, under which it is looked up; absent for settings of all scenarios. */
  readonly scenario?: Scenario;
  readonly read: (value: string) => unknown;
}

export interface ConfKey {
  readonly targets: readonly Target[];
  /** Fixed by MLCommons' mlperf.conf, so that a user.conf cannot change it. */
  readonly mlperfOnly: boolean;
  /** Why a value cannot be used, as the end of a sentence that begins with it. */
  readonly problem: (value: string) => string | undefined;
}

const NS_PER_MS = 1e6;
/** LoadGen's modes in the order of their numbers. */
const MODES: readonly TestMode[] = [
  'SubmissionRun',
  'AccuracyOnly',
  'PerformanceOnly',
  'FindPeakPerformance',
];

const realProblem = (value: string) =>
  /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(value)
    ? undefined
    : 'is not a number; write digits, e.g. 10 or 0.5.';
// LoadGen reads the leading digits of these and drops the rest: "9.7" is 9, but "1e3" would be 1.
const wholeProblem = (value: string) =>
  /^\d+(\.\d*)?$/.test(value) ? undefined : 'is not a whole number; write digits only, e.g. 1000.';

const whole = (value: string) => Math.trunc(Number(value));
const seed = (value: string) => BigInt.asUintN(64, BigInt(value.split('.')[0]!));
const flag = (value: string) => whole(value) !== 0;
const percent = (value: string) => Number(value) * 0.01;
const msToNs = (value: string) => Number(value) * NS_PER_MS;

function key(
  problem: ConfKey['problem'],
  read: Target['read'],
  names: readonly (readonly [keyof TestSettings, Scenario?])[],
  mlperfOnly = false,
): ConfKey {
  return {
    problem,
    mlperfOnly,
    targets: names.map(([name, scenario]) => ({ name, scenario, read })),
  };
}

const latency: ConfKey = {
  problem: realProblem,
  mlperfOnly: false,
  targets: [
    { name: 'singleStreamExpectedLatencyNs', scenario: 'SingleStream', read: msToNs },
    { name: 'multiStreamExpectedLatencyNs', scenario: 'MultiStream', read: msToNs },
    // The bound is in whole milliseconds.
    { name: 'serverTargetLatencyNs', scenario: 'Server', read: (value) => whole(value) * NS_PER_MS },
  ],
};

/** Known to LoadGen, for benchmarks that measure tokens: without an effect here. */
const unused = key(() => undefined, Number, []);

export const KEYS: Readonly<Record<string, ConfKey>> = {
  mode: key(
    (value) => (/^[0-3]$/.test(value) ? undefined : 'is not a mode; use 0, 1, 2 or 3.'),
    (value) => MODES[Number(value)],
    [['mode']],
  ),
  target_latency: latency,
  target_latency_percentile: key(realProblem, percent, [
    ['singleStreamTargetLatencyPercentile', 'SingleStream'],
    ['multiStreamTargetLatencyPercentile', 'MultiStream'],
    ['serverTargetLatencyPercentile', 'Server'],
  ]),
  target_qps: key(realProblem, Number, [
    ['serverTargetQps', 'Server'],
    ['offlineExpectedQps', 'Offline'],
  ]),
  samples_per_query: key(wholeProblem, whole, [['multiStreamSamplesPerQuery', 'MultiStream']]),
  coalesce_queries: key(wholeProblem, flag, [['serverCoalesceQueries', 'Server']]),
  max_async_queries: key(wholeProblem, whole, [['serverMaxAsyncQueries', 'Server']]),
  min_duration: key(wholeProblem, whole, [['minDurationMs']]),
  max_duration: key(wholeProblem, whole, [['maxDurationMs']]),
  min_query_count: key(wholeProblem, whole, [['minQueryCount']]),
  max_query_count: key(wholeProblem, whole, [['maxQueryCount']]),
  qsl_rng_seed: key(wholeProblem, seed, [['qslRngSeed']], true),
  sample_index_rng_seed: key(wholeProblem, seed, [['sampleIndexRngSeed']], true),
  schedule_rng_seed: key(wholeProblem, seed, [['scheduleRngSeed']], true),
  test05: key(wholeProblem, (value) => whole(value) === 1, [['test05']], true),
  test05_qsl_rng_seed: key(wholeProblem, seed, [['test05QslRngSeed']], true),
  test05_sample_index_rng_seed: key(wholeProblem, seed, [['test05SampleIndexRngSeed']], true),
  test05_schedule_rng_seed: key(wholeProblem, seed, [['test05ScheduleRngSeed']], true),
  accuracy_log_probability: key(realProblem, percent, [['accuracyLogProbability']], true),
  accuracy_log_rng_seed: key(wholeProblem, seed, [['accuracyLogRngSeed']]),
  accuracy_log_sampling_target: key(wholeProblem, whole, [['accuracyLogSamplingTarget']]),
  print_timestamps: key(wholeProblem, flag, [['printTimestamps']]),
  performance_issue_unique: key(wholeProblem, flag, [['performanceIssueUnique']]),
  performance_issue_same: key(wholeProblem, flag, [['performanceIssueSame']]),
  performance_issue_same_index: key(wholeProblem, whole, [['performanceIssueSameIndex']]),
  performance_sample_count_override: key(wholeProblem, whole, [['performanceSampleCountOverride']]),
  accuracy_sample_count_override: key(wholeProblem, whole, [['accuracySampleCountOverride']]),
  sample_concatenate_permutation: key(wholeProblem, flag, [['sampleConcatenatePermutation']]),
  use_token_latencies: unused,
  infer_token_latencies: unused,
  ttft_latency: unused,
  tpot_latency: unused,
  token_latency_scaling_factor: unused,
};
