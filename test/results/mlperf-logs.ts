import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const rule = '='.repeat(48);
const section = (title: string) => [rule, title, rule];

export interface Figures {
  readonly scenario: 'Server' | 'Offline';
  readonly verdict?: string;
  /** Rounds up to v2.1 headline the scheduled rate. */
  readonly headline?: 'Scheduled' | 'Completed';
  readonly mode?: string;
}

/** Nanoseconds: the figures of every log made here. */
const latencies: readonly (readonly [string, number])[] = [
  ['Min latency (ns)                ', 3_000_001],
  ['Max latency (ns)                ', 132_000_117],
  ['Mean latency (ns)               ', 71_000_853],
  ['50.00 percentile latency (ns)   ', 71_200_531],
  ['90.00 percentile latency (ns)   ', 92_100_885],
  ['95.00 percentile latency (ns)   ', 97_600_178],
  ['97.00 percentile latency (ns)   ', 101_100_455],
  ['99.00 percentile latency (ns)   ', 104_000_497],
  ['99.90 percentile latency (ns)   ', 117_500_109],
];

export const rates = { scheduled: 7871.94, completed: 7871.17, offline: 8465.57 };
const target = { Server: 7870, Offline: 10200 };

/** A summary in the form LoadGen writes it. */
export function summaryText({
  scenario,
  verdict = 'VALID',
  headline = 'Scheduled',
  mode = 'PerformanceOnly',
}: Figures) {
  const server = scenario === 'Server';
  const rate = {
    Scheduled: `Scheduled samples per second : ${rates.scheduled}`,
    Completed: `Completed samples per second    : ${rates.completed}`,
  };
  const other = headline === 'Scheduled' ? 'Completed' : 'Scheduled';
  return [
    ...section('MLPerf Results Summary'),
    'SUT name : Test SUT',
    `Scenario : ${scenario}`,
    `Mode     : ${mode}`,
    server ? rate[headline] : `Samples per second: ${rates.offline}`,
    `Result is : ${verdict}`,
    ...(server ? [`  Performance constraints satisfied : ${verdict === 'VALID' ? 'Yes' : 'NO'}`] : []),
    '  Min duration satisfied : Yes',
    '  Min queries satisfied : Yes',
    ...(verdict === 'VALID' ? [] : ['Recommendations:', ' * Reduce target QPS to improve latency.']),
    '',
    ...section('Additional Stats'),
    ...(server ? [rate[other], ''] : []),
    ...latencies.map(([name, ns]) => `${name}: ${ns}`),
    '',
    ...section('Test Parameters Used'),
    `samples_per_query : ${server ? 1 : 24576}`,
    `target_qps : ${target[scenario]}`,
    `target_latency (ns): ${server ? 130_000_000 : 0}`,
    'max_async_queries : 0',
    'min_duration (ms): 600000',
    'max_duration (ms): 0',
    `min_query_count : ${server ? 270_336 : 1}`,
    'max_query_count : 0',
    'qsl_rng_seed : 1624344308455410291',
    'performance_sample_count : 10833',
    '',
    'No warnings encountered during test.',
    '',
    'No errors encountered during test.',
    '',
  ].join('\n');
}

/** A detail log with the same figures. */
export function detailText({ scenario, verdict = 'VALID' }: Figures) {
  const server = scenario === 'Server';
  const entry = (key: string, value: unknown) => line(key, JSON.stringify(value));
  return [
    entry('loadgen_version', '1.1'),
    entry('test_datetime', '2021-08-11T00:26:51Z'),
    entry('sut_name', 'Test SUT'),
    entry('requested_scenario', scenario),
    entry('requested_server_target_latency_percentile', 0.99),
    entry('requested_min_duration_ms', 600_000),
    entry('effective_scenario', scenario),
    entry('effective_samples_per_query', server ? 1 : 24_576),
    entry('effective_target_qps', target[scenario]),
    entry('effective_target_latency_ns', server ? 130_000_000 : 0),
    entry('effective_target_latency_percentile', 0.99),
    entry('effective_min_duration_ms', 600_000),
    entry('effective_min_query_count', server ? 270_336 : 1),
    line('effective_qsl_rng_seed', '10051496985653635065'),
    entry('effective_performance_sample_count', 10_833),
    entry('generated_query_count', server ? 4_723_166 : 1),
    entry('result_validity', verdict),
    ...(server
      ? [
          entry('result_scheduled_samples_per_sec', rates.scheduled),
          entry('result_completed_samples_per_sec', rates.completed),
        ]
      : [entry('result_samples_per_second', rates.offline)]),
    ...latencies.map(([name, ns]) => {
      const [first = '', second] = name.split(' ');
      return entry(
        `result_${first.toLowerCase()}_${second === 'percentile' ? 'percentile_' : ''}latency_ns`,
        ns,
      );
    }),
    '',
  ].join('\n');
}

function line(key: string, value: string): string {
  return `:::MLLOG {"key": "${key}", "value": ${value}, "time_ms": 0.02, "namespace": "mlperf::logging"}`;
}

/** Writes `<out>/<system>/<benchmark>/<scenario>/performance/run_1` and returns that folder. */
export async function writeLogs(
  out: string,
  figures: Figures,
  texts: { summary?: string | Uint8Array | null; detail?: string | Uint8Array | null } = {},
  place: { system?: string; benchmark?: string; run?: string } = {},
): Promise<string> {
  const { system = 'box', benchmark = 'bert-99', run = 'run_1' } = place;
  const folder = join(out, system, benchmark, figures.scenario, 'performance', run);
  await mkdir(folder, { recursive: true });
  const { summary = summaryText(figures), detail = detailText(figures) } = texts;
  if (summary !== null) await writeFile(join(folder, 'mlperf_log_summary.txt'), summary);
  if (detail !== null) await writeFile(join(folder, 'mlperf_log_detail.txt'), detail);
  return folder;
}
