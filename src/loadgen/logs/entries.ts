/** The keys and values of `mlperf_log_detail.txt` that describe what was asked for and what was done with it. */
import type { EffectiveSettings } from '../settings/effective.js';
import type { TestSettings } from '../settings/settings.js';
import { formatReal } from './number-format.js';

/** `value` is JSON text, because LoadGen's seeds exceed a double and its doubles have six digits. */
export interface LogEntry {
  readonly key: string;
  readonly value: string;
}

export const text = (key: string, value: string): LogEntry => ({ key, value: JSON.stringify(value) });
export const whole = (key: string, value: number | bigint): LogEntry => ({ key, value: String(value) });
export const real = (key: string, value: number): LogEntry => ({ key, value: formatReal(value) });
export const flag = (key: string, value: boolean): LogEntry => ({ key, value: String(value) });

export function requestedEntries(settings: TestSettings): LogEntry[] {
  return [
    text('requested_scenario', settings.scenario),
    text('requested_test_mode', settings.mode),
    ...requestedOfScenario(settings),
    whole('requested_min_duration_ms', settings.minDurationMs),
    whole('requested_max_duration_ms', settings.maxDurationMs),
    whole('requested_min_query_count', settings.minQueryCount),
    whole('requested_max_query_count', settings.maxQueryCount),
    ...shared('requested', settings),
    whole('requested_performance_sample_count_override', settings.performanceSampleCountOverride),
    whole('requested_accuracy_sample_count_override', settings.accuracySampleCountOverride),
    flag('requested_sample_concatenate_permutation', settings.sampleConcatenatePermutation),
  ];
}

function requestedOfScenario(settings: TestSettings): LogEntry[] {
  switch (settings.scenario) {
    case 'SingleStream':
      return [
        real('requested_single_stream_expected_latency_ns', settings.singleStreamExpectedLatencyNs),
        real(
          'requested_single_stream_target_latency_percentile',
          settings.singleStreamTargetLatencyPercentile,
        ),
      ];
    case 'MultiStream':
      return [
        real('requested_multi_stream_expected_latency_ns', settings.multiStreamExpectedLatencyNs),
        real('requested_multi_stream_target_latency_percentile', settings.multiStreamTargetLatencyPercentile),
        whole('requested_multi_stream_samples_per_query', settings.multiStreamSamplesPerQuery),
      ];
    case 'Server':
      return [
        real('requested_server_target_qps', settings.serverTargetQps),
        whole('requested_server_target_latency_ns', settings.serverTargetLatencyNs),
        real('requested_server_target_latency_percentile', settings.serverTargetLatencyPercentile),
        flag('requested_server_coalesce_queries', settings.serverCoalesceQueries),
        whole(
          'requested_server_find_peak_qps_decimals_of_precision',
          settings.serverFindPeakQpsDecimalsOfPrecision,
        ),
        real('requested_server_find_peak_qps_boundary_step_size', settings.serverFindPeakQpsBoundaryStepSize),
        whole('requested_server_max_async_queries', settings.serverMaxAsyncQueries),
        whole('requested_server_num_issue_query_threads', settings.serverNumIssueQueryThreads),
      ];
    case 'Offline':
      return [real('requested_offline_expected_qps', settings.offlineExpectedQps)];
  }
}

export function effectiveEntries(effective: EffectiveSettings): LogEntry[] {
  const ms = (ns: number) => Math.trunc(ns / 1e6);
  return [
    text('effective_scenario', effective.scenario),
    text('effective_test_mode', effective.mode),
    whole('effective_samples_per_query', effective.samplesPerQuery),
    real('effective_target_qps', effective.targetQps),
    whole('effective_target_latency_ns', effective.targetLatencyNs),
    real('effective_target_latency_percentile', effective.targetLatencyPercentile),
    whole('effective_max_async_queries', effective.maxAsyncQueries),
    whole('effective_target_duration_ms', ms(effective.targetDurationNs)),
    whole('effective_min_duration_ms', ms(effective.minDurationNs)),
    whole('effective_max_duration_ms', ms(effective.maxDurationNs)),
    whole('effective_min_query_count', effective.minQueryCount),
    whole('effective_max_query_count', effective.maxQueryCount),
    whole('effective_min_sample_count', effective.minSampleCount),
    ...shared('effective', effective),
    whole('effective_performance_sample_count', effective.performanceSampleCount),
    whole('effective_accuracy_sample_count', effective.accuracySampleCount),
    flag('effective_sample_concatenate_permutation', effective.sampleConcatenatePermutation),
  ];
}

type Shared = Pick<
  EffectiveSettings & TestSettings,
  | 'qslRngSeed'
  | 'sampleIndexRngSeed'
  | 'scheduleRngSeed'
  | 'accuracyLogRngSeed'
  | 'accuracyLogProbability'
  | 'accuracyLogSamplingTarget'
  | 'printTimestamps'
  | 'performanceIssueUnique'
  | 'performanceIssueSame'
  | 'performanceIssueSameIndex'
>;

/** The settings that are the same for both, under their prefix. */
function shared(prefix: string, settings: Shared): LogEntry[] {
  return [
    whole(`${prefix}_qsl_rng_seed`, settings.qslRngSeed),
    whole(`${prefix}_sample_index_rng_seed`, settings.sampleIndexRngSeed),
    whole(`${prefix}_schedule_rng_seed`, settings.scheduleRngSeed),
    whole(`${prefix}_accuracy_log_rng_seed`, settings.accuracyLogRngSeed),
    real(`${prefix}_accuracy_log_probability`, settings.accuracyLogProbability),
    whole(`${prefix}_accuracy_log_sampling_target`, settings.accuracyLogSamplingTarget),
    flag(`${prefix}_print_timestamps`, settings.printTimestamps),
    flag(`${prefix}_performance_issue_unique`, settings.performanceIssueUnique),
    flag(`${prefix}_performance_issue_same`, settings.performanceIssueSame),
    whole(`${prefix}_performance_issue_same_index`, settings.performanceIssueSameIndex),
  ];
}
