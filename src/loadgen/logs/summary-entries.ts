/** A summary as the keys and values LoadGen writes to `mlperf_log_detail.txt`, in its order. */

import {
  type LatencyStats,
  REPORTED_PERCENTILES,
  type Summary,
  TOO_FEW_QUERIES,
} from '../summary/summary.js';
import { effectiveEntries, flag, type LogEntry, real, requestedEntries, text, whole } from './entries.js';

/** Requested settings, effective settings, results and the number of errors. */
export function summaryEntries(summary: Summary): LogEntry[] {
  const { effective } = summary.facts;
  return [
    ...requestedEntries(effective.requested),
    ...effectiveEntries(effective),
    ...resultEntries(summary),
  ];
}

/** The results of a performance run and the number of errors. */
export function resultEntries(summary: Summary): LogEntry[] {
  const { facts, constraints, earlyStopping, rates } = summary;
  const entries = [text('result_validity', summary.valid ? 'VALID' : 'INVALID')];
  if (constraints.performance !== undefined)
    entries.push(flag('result_perf_constraints_met', constraints.performance));
  entries.push(
    flag('result_min_duration_met', constraints.minDuration),
    flag('result_min_queries_met', constraints.minQueries),
    flag('early_stopping_met', earlyStopping.met),
  );
  if (!summary.valid) entries.push(text('result_invalid_reason', invalidReason(summary)));
  entries.push(
    text('early_stopping_result', earlyStopping.lines.join(' ')),
    whole('result_query_count', facts.queryCount),
  );
  switch (facts.effective.scenario) {
    case 'SingleStream':
      entries.push(
        real('result_qps_with_loadgen_overhead', rates.qpsWithOverhead!),
        real('result_qps_without_loadgen_overhead', rates.qpsWithoutOverhead!),
        whole('early_stopping_latency_ss', earlyStopping.latencyNs ?? 0),
        whole('early_stopping_latency_ms', earlyStopping.latency99Ns ?? 0),
      );
      break;
    case 'MultiStream':
      entries.push(
        ...latencyEntries(summary.queryLatency!, 'query_', 'per_query_'),
        whole('early_stopping_latency_ms', earlyStopping.latencyNs ?? 0),
      );
      break;
    case 'Server':
      entries.push(
        whole('result_overlatency_query_count', summary.overlatencyCount!),
        real('result_scheduled_samples_per_sec', rates.scheduledSamplesPerSecond!),
        real('result_completed_samples_per_sec', rates.completedSamplesPerSecond!),
      );
      break;
    case 'Offline':
      entries.push(real('result_samples_per_second', rates.samplesPerSecond!));
  }
  return [
    ...entries,
    ...latencyEntries(summary.sampleLatency, '', ''),
    whole('num_errors', facts.errors.length),
  ].filter((entry) => !/^-?(NaN|nan|inf)$/.test(entry.value));
}

function invalidReason(summary: Summary): string {
  return summary.recommendations
    .map((reason) => (reason === TOO_FEW_QUERIES ? reason : `${reason} `))
    .join('');
}

function latencyEntries(stats: LatencyStats, of: string, percentileOf: string): LogEntry[] {
  return [
    whole(`result_min_${of}latency_ns`, stats.min),
    whole(`result_max_${of}latency_ns`, stats.max),
    whole(`result_mean_${of}latency_ns`, stats.mean),
    ...REPORTED_PERCENTILES.map((percentile, i) =>
      whole(
        `result_${(percentile * 100).toFixed(2)}_percentile_${percentileOf}latency_ns`,
        stats.percentiles[i]!,
      ),
    ),
  ];
}
