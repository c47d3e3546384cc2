/** The detail log of a small run, line by line. */
import { describe, expect, it } from 'vitest';
import { type DetailFacts, detailLog } from '../../src/loadgen/logs/detail.js';
import { effectiveSettings } from '../../src/loadgen/settings/effective.js';
import { defaultSettings, type TestMode } from '../../src/loadgen/settings/settings.js';
import { summarize } from '../../src/loadgen/summary/summary.js';

const qsl = { totalSampleCount: 12, performanceSampleCount: 5 };
const openedAt = Date.UTC(2026, 0, 2, 3, 4, 5, 678);

function linesOf(mode: TestMode, changes: Partial<DetailFacts> = {}): string[] {
  const facts: DetailFacts = {
    effective: effectiveSettings(defaultSettings('Offline', mode), qsl),
    qsl,
    qslName: 'squad',
    sutName: 'A "quoted" SUT',
    version: 'baremark 1',
    openedAt,
    beganAt: openedAt + 1500,
    endedAt: openedAt + 61_500.25,
    pid: 7,
    sets: [],
    warnings: [],
    errors: [],
    ...changes,
  };
  return [...detailLog(facts)];
}

/** A line as LoadGen's parsers see it, with the rest that is the same in all. */
const line = (
  key: string,
  value: string,
  time: string,
  file: string,
  level = '"is_error": false, "is_warning": false',
) =>
  `:::MLLOG {"key": "${key}", "value": ${value}, "time_ms": ${time}, "namespace": "mlperf::logging", ` +
  `"event_type": "POINT_IN_TIME", "metadata": {${level}, "file": "${file}", "line_no": 0, "pid": 7, "tid": 7}}\n`;

describe('the detail log', () => {
  it('begins with what wrote it, when, and what was measured', () => {
    expect(linesOf('PerformanceOnly').slice(0, 7)).toEqual([
      line('loadgen_version', '"baremark 1"', '0.000000', 'version'),
      line('test_datetime', '"2026-01-02T03:04:05Z"', '0.000000', 'loadgen'),
      line('sut_name', '"A \\"quoted\\" SUT"', '0.000000', 'loadgen'),
      line('qsl_name', '"squad"', '0.000000', 'loadgen'),
      line('qsl_reported_total_count', '12', '0.000000', 'loadgen'),
      line('qsl_reported_performance_count', '5', '0.000000', 'loadgen'),
      line('requested_scenario', '"Offline"', '0.000000', 'settings'),
    ]);
  });

  it('says which mode began, what each set holds, and when the run began and ended', () => {
    const queries = (scheduledNs: number[]) => ({
      queryCount: scheduledNs.length,
      samplesPerQuery: 2,
      scheduledNs: Float64Array.from(scheduledNs),
    });
    const sets = [
      { loaded: Uint32Array.of(3, 1, 2), queries: queries([0, 70, 90]) },
      { loaded: Uint32Array.of(0), queries: queries([]) },
    ];
    const lines = linesOf('AccuracyOnly', { sets });
    const began = (key: string, value: string) => line(key, value, '1500.000000', 'loadgen');
    const from = lines.indexOf(began('generic_message', '"Starting accuracy mode"'));
    expect(lines.slice(from + 1)).toEqual([
      began('loaded_qsl_set', '[3,1,2]'),
      began('generated_query_count', '3'),
      began('generated_samples_per_query', '2'),
      began('generated_query_duration', '90'),
      began('loaded_qsl_set', '[0]'),
      began('generated_query_count', '0'),
      began('generated_samples_per_query', '2'),
      began('generated_query_duration', '0'),
      line('power_begin', '"01-02-2026 03:04:07.178"', '61500.250000', 'loadgen'),
      line('power_end', '"01-02-2026 03:05:07.178"', '61500.250000', 'loadgen'),
    ]);
  });

  it('says how the run ended, its errors and its warnings, each at its level', () => {
    const ended = (key: string, value: string, level?: string) =>
      line(key, value, '61500.250000', 'issue', level);
    const lines = linesOf('PerformanceOnly', {
      endMessage: 'Ending naturally.',
      errors: ['An "error".'],
      warnings: ['A warning.'],
    });
    const from = lines.indexOf(
      line('generic_message', '"Starting performance mode"', '1500.000000', 'loadgen'),
    );
    expect(lines.slice(from + 1, from + 4)).toEqual([
      ended('generic_message', '"Ending naturally."'),
      ended('error_runtime', '"An \\"error\\"."', '"is_error": true, "is_warning": false'),
      ended('warning_generic_message', '"A warning."', '"is_error": false, "is_warning": true'),
    ]);
    expect(lines[from + 4]).toContain('"key": "power_begin"');
  });

  it('says each result as one, with all reasons why the run is INVALID', () => {
    const effective = effectiveSettings({ ...defaultSettings('Server'), minQueryCount: 500 }, qsl);
    const summary = summarize({
      effective,
      sutName: 'SUT',
      latencies: { count: 3, at: () => 200e6 },
      queryCount: 3,
      sampleCount: 3,
      maxLatencyNs: 200e6,
      finalQueryScheduledNs: 1,
      finalQueryIssuedNs: 1,
      finalQueryAllSamplesDoneNs: 200e6,
      warnings: [],
      errors: [],
    });
    const reasons =
      'Reduce target QPS to improve latency. Increase the target QPS so the loadgen pre-generates more queries. ' +
      'The test exited early, before enough queries were issued.';
    const lines = linesOf('PerformanceOnly', { effective, summary });
    expect(lines).toContain(line('result_invalid_reason', `"${reasons}"`, '61500.250000', 'results'));
    expect(lines.at(-1)).toBe(line('num_errors', '0', '61500.250000', 'results'));
  });
});
