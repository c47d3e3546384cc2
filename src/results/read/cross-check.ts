/** LoadGen writes every figure twice, into the summary and into the detail log; a run whose logs disagree gives no number. */
import type { DetailLog } from './detail-log.js';
import { percentileNames } from './percentile-names.js';
import type { SummaryLog } from './summary-log.js';

/** A sentence's middle ("says 5 where ... says 6 ...") for the first figure that differs; undefined where all agree. */
export function disagreement(summary: SummaryLog, detail: DetailLog): string | undefined {
  for (const [name, value, key] of pairs(summary)) {
    const other = detail.values.get(key);
    if (
      other === undefined ||
      value === undefined ||
      agree(value, other, name.endsWith('samples per second') ? 2 : undefined)
    )
      continue;
    return `says ${value} for "${name}" where its detail log says ${JSON.stringify(other)} for "${key}"`;
  }
  const [requested, effective] = ['requested_server', 'effective'].map((prefix) =>
    detail.values.get(`${prefix}_target_latency_percentile`),
  );
  if (
    summary.scenario === 'Server' &&
    requested !== undefined &&
    effective !== undefined &&
    requested !== effective
  )
    return `has a detail log that says both ${requested} and ${effective} for the percentile of the latency bound`;
  return undefined;
}

type Pair = readonly [name: string, value: number | string | undefined, key: string];

function pairs(summary: SummaryLog): Pair[] {
  const { parameters, latencyNs } = summary;
  // MultiStream prints the latencies of queries; the detail log has those of samples beside them.
  const perQuery = summary.scenario === 'MultiStream';
  const latency = (name: string) =>
    percentileNames.some((percentile) => percentile === name)
      ? `result_${name}_percentile_${perQuery ? 'per_query_' : ''}latency_ns`
      : `result_${name}_${perQuery ? 'query_' : ''}latency_ns`;
  const verdict = { valid: 'VALID', invalid: 'INVALID', aborted: 'INVALID' }[summary.outcome.kind];
  return [
    ['Scenario', summary.scenario, 'effective_scenario'],
    ['Result is', verdict, 'result_validity'],
    ['samples_per_query', parameters.get('samples_per_query'), 'effective_samples_per_query'],
    ['target_qps', parameters.get('target_qps'), 'effective_target_qps'],
    ['target_latency (ns)', parameters.get('target_latency (ns)'), 'effective_target_latency_ns'],
    ['min_duration (ms)', parameters.get('min_duration (ms)'), 'effective_min_duration_ms'],
    ['min_query_count', parameters.get('min_query_count'), 'effective_min_query_count'],
    [
      'performance_sample_count',
      parameters.get('performance_sample_count'),
      'effective_performance_sample_count',
    ],
    ['Scheduled samples per second', summary.scheduled, 'result_scheduled_samples_per_sec'],
    ['Completed samples per second', summary.completed, 'result_completed_samples_per_sec'],
    ...(summary.scenario === 'Offline'
      ? [['Samples per second (Offline)', summary.headline.value, 'result_samples_per_second'] as const]
      : []),
    ...Object.entries(latencyNs).map(
      ([name, value]) => [`${name} latency (ns)`, value, latency(name)] as const,
    ),
    ...tokenPairs(summary),
  ];
}

function tokenPairs({ tokens }: SummaryLog): Pair[] {
  return percentileNames.flatMap(
    (name) =>
      [
        [
          `${name} percentile first token latency (ns)`,
          tokens?.ttftNs?.[name],
          `result_first_token_${name}_percentile_latency_ns`,
        ],
        [
          `${name} percentile time to output token (ns)`,
          tokens?.tpotNs?.[name],
          `result_time_per_output_token_${name}_percentile_ns`,
        ],
      ] as const,
  );
}

/**
 * Whether both are equal to the digits that both have: the detail log prints six significant ones, and the summary prints Server's rates
 * with two decimals.
 */
function agree(value: number | string, other: unknown, decimals?: number): boolean {
  if (typeof value === 'string') return value === other;
  const number = typeof other === 'string' ? Number(other) : other;
  if (typeof number !== 'number') return false;
  if (number === value || Number(value.toPrecision(6)) === number) return true;
  return decimals !== undefined && Math.abs(number - value) < 0.501 * 10 ** -decimals;
}
