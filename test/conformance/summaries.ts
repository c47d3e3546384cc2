/**
 * `summaries [DIR]`: summary text and detail-log entries for given latencies against what LoadGen printed, by default
 * the cases in test/golden.
 */
import { join } from 'node:path';
import type { LogEntry } from '../../src/loadgen/logs/entries.js';
import { summaryEntries } from '../../src/loadgen/logs/summary-entries.js';
import { effectiveSettings } from '../../src/loadgen/settings/effective.js';
import { defaultSettings, type Scenario, type TestSettings } from '../../src/loadgen/settings/settings.js';
import type { Values } from '../../src/loadgen/summary/percentiles.js';
import { type RunFacts, summarize } from '../../src/loadgen/summary/summary.js';
import { summaryText } from '../../src/loadgen/summary/text.js';
import { loadgenGolden } from '../helpers/golden.js';
import { parseLines, readText } from './lines.js';
import { type CaseResult, type Counts, report } from './report.js';

interface SummaryCase {
  readonly name: string;
  readonly scenario: Scenario;
  readonly server_target_qps: number;
  readonly server_target_latency_ns: number;
  readonly server_target_latency_percentile: number;
  readonly offline_expected_qps: number;
  readonly single_stream_expected_latency_ns: number;
  readonly multi_stream_expected_latency_ns: number;
  readonly multi_stream_samples_per_query: number;
  readonly min_duration_ms: number;
  readonly min_query_count: number;
  readonly qsl_total: number;
  readonly qsl_performance: number;
  readonly sample_count: number;
  readonly latency_base_ns: number;
  readonly latency_span_ns: number;
  readonly max_latency_s: number;
  readonly final_query_scheduled_s: number;
  readonly final_query_issued_s: number;
  readonly final_query_all_samples_done_s: number;
}

export async function run(args: string[]): Promise<Counts> {
  return report(checkSummaries(args[0]));
}

/** Checks every case of DIR/summary_cases.jsonl against the files in DIR/summaries. */
export function checkSummaries(folder = loadgenGolden()): CaseResult[] {
  const usage = 'summaries DIR';
  const path = join(folder, 'summary_cases.jsonl');
  return parseLines(path, readText(path, usage), (line) => JSON.parse(line) as SummaryCase).map(
    (reference) => {
      const summary = summarize(factsOf(reference));
      const place = join(folder, 'summaries', reference.name);
      const text = readText(`${place}.mlperf_log_summary.txt`, usage);
      const detail = readText(`${place}.detail.jsonl`, usage);
      return {
        name: reference.name,
        differences: [
          ...textDifferences(summaryText(summary), text),
          ...entryDifferences(summaryEntries(summary), detail),
        ],
      };
    },
  );
}

function factsOf(reference: SummaryCase): RunFacts {
  const settings: TestSettings = {
    ...defaultSettings(reference.scenario),
    serverTargetQps: reference.server_target_qps,
    serverTargetLatencyNs: reference.server_target_latency_ns,
    serverTargetLatencyPercentile: reference.server_target_latency_percentile,
    offlineExpectedQps: reference.offline_expected_qps,
    singleStreamExpectedLatencyNs: reference.single_stream_expected_latency_ns,
    multiStreamExpectedLatencyNs: reference.multi_stream_expected_latency_ns,
    multiStreamSamplesPerQuery: reference.multi_stream_samples_per_query,
    minDurationMs: reference.min_duration_ms,
    minQueryCount: reference.min_query_count,
    // The official seeds, which the references were made with.
    qslRngSeed: 2085463073848966840n,
    sampleIndexRngSeed: 2747215439041700203n,
    scheduleRngSeed: 16159082839903944936n,
  };
  const effective = effectiveSettings(settings, {
    totalSampleCount: reference.qsl_total,
    performanceSampleCount: reference.qsl_performance,
  });
  const samples: Values = {
    count: reference.sample_count,
    at: (i) => reference.latency_base_ns + ((Math.imul(i, 2654435761) >>> 0) % reference.latency_span_ns),
  };
  const perQuery = effective.scenario === 'MultiStream' ? effective.samplesPerQuery : 1;
  const offline = effective.scenario === 'Offline';
  const ns = (s: number) => Math.round(s * 1e9);
  return {
    effective,
    sutName: 'Golden SUT',
    latencies: perQuery === 1 ? samples : slowestOfEach(samples, perQuery),
    sampleLatencies: perQuery === 1 ? undefined : samples,
    queryCount: offline ? 1 : reference.sample_count / perQuery,
    sampleCount: reference.sample_count,
    maxLatencyNs: ns(reference.max_latency_s),
    finalQueryScheduledNs: ns(reference.final_query_scheduled_s),
    finalQueryIssuedNs: ns(reference.final_query_issued_s),
    finalQueryAllSamplesDoneNs: ns(reference.final_query_all_samples_done_s),
    warnings: [],
    errors: [],
  };
}

function slowestOfEach(samples: Values, perQuery: number): Values {
  return {
    count: samples.count / perQuery,
    at: (query) => {
      let slowest = 0;
      for (let i = 0; i < perQuery; i++) slowest = Math.max(slowest, samples.at(query * perQuery + i));
      return slowest;
    },
  };
}

function textDifferences(ours: string, theirs: string): string[] {
  if (ours === theirs) return [];
  const expected = theirs.split('\n');
  const found = ours.split('\n');
  const at = expected.findIndex((line, i) => line !== found[i]);
  if (at < 0) return [`summary has ${found.length} lines, expected ${expected.length}`];
  return [`summary line ${at + 1} is "${found[at]}", expected "${expected[at]}"`];
}

/** Keys in order, and values as written; numbers with a fraction or an exponent may be written differently. */
function entryDifferences(ours: readonly LogEntry[], detail: string): string[] {
  const theirs = parseLines('detail', detail, (line) => ({
    key: (JSON.parse(line) as { key: string }).key,
    value: /"value": (.*), "namespace"/.exec(line)?.[1] ?? '',
  }));
  const differences: string[] = [];
  for (let i = 0; i < Math.max(ours.length, theirs.length); i++) {
    const a = ours[i];
    const b = theirs[i];
    if (!a || !b || a.key !== b.key) return [...differences, `entry ${i} is ${a?.key}, expected ${b?.key}`];
    if (a.value !== b.value && !sameReal(a.value, b.value))
      differences.push(`${a.key} is ${a.value}, expected ${b.value}`);
  }
  return differences;
}

function sameReal(a: string, b: string): boolean {
  return /[.e]/.test(a + b) && !/"/.test(a + b) && Number(a) === Number(b);
}
