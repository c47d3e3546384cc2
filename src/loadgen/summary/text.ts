/** `mlperf_log_summary.txt`, exactly as LoadGen writes it. */

import { formatFixed, formatReal } from '../logs/number-format.js';
import type { EffectiveSettings } from '../settings/effective.js';
import { type LatencyStats, REPORTED_PERCENTILES, type Summary, TOO_FEW_QUERIES } from './summary.js';

const RULE = '================================================';

/** The whole file for a performance run. */
export function summaryText(summary: Summary): string {
  const { facts, constraints } = summary;
  const lines = [
    ...heading('MLPerf Results Summary'),
    `SUT name : ${facts.sutName}`,
    `Scenario : ${facts.effective.scenario}`,
    `Mode     : ${facts.effective.mode}`,
    headline(summary),
    `Result is : ${summary.valid ? 'VALID' : 'INVALID'}`,
  ];
  if (constraints.performance !== undefined)
    lines.push(`  Performance constraints satisfied : ${yesNo(constraints.performance)}`);
  lines.push(
    `  Min duration satisfied : ${yesNo(constraints.minDuration)}`,
    `  Min queries satisfied : ${yesNo(constraints.minQueries)}`,
    `  Early stopping satisfied: ${yesNo(constraints.earlyStopping)}`,
  );
  if (!summary.valid) lines.push('Recommendations:', ...summary.recommendations.flatMap(recommendation));
  if (summary.earlyStopping.lines.length > 0)
    lines.push('Early Stopping Result:', ...summary.earlyStopping.lines);
  lines.push('', ...heading('Additional Stats'), ...additionalStats(summary));
  lines.push('', ...heading('Test Parameters Used'), ...parameters(facts.effective));
  return `${lines.join('\n')}\n${messageCounts(facts.warnings.length, facts.errors.length)}`;
}

/** The last lines of the file; for an accuracy run they are all of it. */
export function messageCounts(warnings: number, errors: number): string {
  const found = (count: number, one: string, many: string) =>
    `${count} ${count === 1 ? one : many} encountered. See detailed log.`;
  return [
    '',
    warnings === 0 ? 'No warnings encountered during test.' : found(warnings, 'warning', 'warnings'),
    '',
    errors === 0 ? 'No errors encountered during test.' : found(errors, 'ERROR', 'ERRORS'),
    '',
  ].join('\n');
}

const heading = (title: string) => [RULE, title, RULE];
const yesNo = (met: boolean) => (met ? 'Yes' : 'NO');

function recommendation(text: string): string[] {
  const line = ` * ${text}`;
  return text === TOO_FEW_QUERIES
    ? [line, '   See the detailed log for why this may have occurred.']
    : [line];
}

function headline(summary: Summary): string {
  const { effective } = summary.facts;
  if (effective.scenario === 'Offline')
    return `Samples per second: ${formatReal(summary.rates.samplesPerSecond!)}`;
  if (effective.scenario === 'Server')
    return `Completed samples per second    : ${formatFixed(summary.rates.completedSamplesPerSecond!, 2)}`;
  const percent = formatFixed(effective.targetLatencyPercentile * 100, 1);
  return `${percent}th percentile latency (ns) : ${formatNs(summary.percentileLatencyNs)}`;
}

function additionalStats(summary: Summary): string[] {
  const { rates } = summary;
  const stats = latencyLines(summary.queryLatency ?? summary.sampleLatency);
  switch (summary.facts.effective.scenario) {
    case 'SingleStream':
      return [
        `QPS w/ loadgen overhead         : ${formatFixed(rates.qpsWithOverhead!, 2)}`,
        `QPS w/o loadgen overhead        : ${formatFixed(rates.qpsWithoutOverhead!, 2)}`,
        '',
        ...stats,
      ];
    case 'Server':
      return [`Scheduled samples per second : ${formatFixed(rates.scheduledSamplesPerSecond!, 2)}`, ...stats];
    case 'MultiStream':
      return ['Per-query latency:  ', ...stats];
    case 'Offline':
      return stats;
  }
}

function latencyLines(stats: LatencyStats): string[] {
  return [
    `Min latency (ns)                : ${formatNs(stats.min)}`,
    `Max latency (ns)                : ${formatNs(stats.max)}`,
    `Mean latency (ns)               : ${formatNs(stats.mean)}`,
    ...REPORTED_PERCENTILES.map(
      (percentile, i) =>
        `${formatFixed(percentile * 100, 2)} percentile latency (ns)   : ${formatNs(stats.percentiles[i]!)}`,
    ),
  ];
}

const formatNs = (ns: number) => (Number.isNaN(ns) ? 'nan' : String(ns));

function parameters(effective: EffectiveSettings): string[] {
  return [
    `samples_per_query : ${effective.samplesPerQuery}`,
    `target_qps : ${formatReal(effective.targetQps)}`,
    `target_latency (ns): ${effective.targetLatencyNs}`,
    `max_async_queries : ${effective.maxAsyncQueries}`,
    `min_duration (ms): ${effective.minDurationNs / 1e6}`,
    `max_duration (ms): ${effective.maxDurationNs / 1e6}`,
    `min_query_count : ${effective.minQueryCount}`,
    `max_query_count : ${effective.maxQueryCount}`,
    `qsl_rng_seed : ${effective.qslRngSeed}`,
    `sample_index_rng_seed : ${effective.sampleIndexRngSeed}`,
    `schedule_rng_seed : ${effective.scheduleRngSeed}`,
    `accuracy_log_rng_seed : ${effective.accuracyLogRngSeed}`,
    `accuracy_log_probability : ${formatReal(effective.accuracyLogProbability)}`,
    `accuracy_log_sampling_target : ${effective.accuracyLogSamplingTarget}`,
    `print_timestamps : ${Number(effective.printTimestamps)}`,
    `performance_issue_unique : ${Number(effective.performanceIssueUnique)}`,
    `performance_issue_same : ${Number(effective.performanceIssueSame)}`,
    `performance_issue_same_index : ${effective.performanceIssueSameIndex}`,
    `performance_sample_count : ${effective.performanceSampleCount}`,
    `accuracy_sample_count : ${effective.accuracySampleCount}`,
  ];
}
