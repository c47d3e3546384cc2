/** Each key of a conf file: the settings that it sets, in their units, and the values that it takes. */
import { describe, expect, it } from 'vitest';
import { applyConf, parseConf } from '../../src/loadgen/settings/conf.js';
import { KEYS } from '../../src/loadgen/settings/conf-keys.js';
import { defaultSettings, scenarios, type TestSettings } from '../../src/loadgen/settings/settings.js';

/** What this text changes of the settings, for whichever scenario. */
function changed(text: string, kind: 'mlperf' | 'user' = 'mlperf') {
  const before = defaultSettings('Server');
  const { entries, problems } = parseConf(text);
  expect(problems).toEqual([]);
  const after = applyConf(before, entries, 'bert', 'Server', kind);
  return Object.fromEntries(
    Object.entries(after).filter(([name, value]) => before[name as keyof TestSettings] !== value),
  );
}

type Row = readonly [key: string, value: string, changes: Partial<TestSettings>];
const byUser: readonly Row[] = [
  ['mode', '0', { mode: 'SubmissionRun' }],
  ['mode', '3', { mode: 'FindPeakPerformance' }],
  [
    'target_latency',
    '2.5',
    {
      singleStreamExpectedLatencyNs: 2_500_000,
      multiStreamExpectedLatencyNs: 2_500_000,
      serverTargetLatencyNs: 2_000_000,
    },
  ],
  [
    'target_latency_percentile',
    '50',
    {
      singleStreamTargetLatencyPercentile: 0.5,
      multiStreamTargetLatencyPercentile: 0.5,
      serverTargetLatencyPercentile: 0.5,
    },
  ],
  ['target_qps', '2.5', { serverTargetQps: 2.5, offlineExpectedQps: 2.5 }],
  ['samples_per_query', '9.7', { multiStreamSamplesPerQuery: 9 }],
  ['coalesce_queries', '1', { serverCoalesceQueries: true }],
  ['max_async_queries', '3', { serverMaxAsyncQueries: 3 }],
  ['min_duration', '600', { minDurationMs: 600 }],
  ['max_duration', '700', { maxDurationMs: 700 }],
  ['min_query_count', '24', { minQueryCount: 24 }],
  ['max_query_count', '25', { maxQueryCount: 25 }],
  ['accuracy_log_rng_seed', '18446744073709551615.9', { accuracyLogRngSeed: 18446744073709551615n }],
  ['accuracy_log_sampling_target', '4', { accuracyLogSamplingTarget: 4 }],
  ['print_timestamps', '1', { printTimestamps: true }],
  ['performance_issue_unique', '1', { performanceIssueUnique: true }],
  ['performance_issue_same', '2', { performanceIssueSame: true }],
  ['performance_issue_same_index', '6', { performanceIssueSameIndex: 6 }],
  ['performance_sample_count_override', '7', { performanceSampleCountOverride: 7 }],
  ['accuracy_sample_count_override', '8', { accuracySampleCountOverride: 8 }],
  ['sample_concatenate_permutation', '1', { sampleConcatenatePermutation: true }],
  ['use_token_latencies', 'anything', {}],
  ['infer_token_latencies', '1', {}],
  ['ttft_latency', '1', {}],
  ['tpot_latency', '1', {}],
  ['token_latency_scaling_factor', '1', {}],
];
const byMlperfOnly: readonly Row[] = [
  ['qsl_rng_seed', '11', { qslRngSeed: 11n }],
  ['sample_index_rng_seed', '12', { sampleIndexRngSeed: 12n }],
  ['schedule_rng_seed', '13', { scheduleRngSeed: 13n }],
  ['test05', '1', { test05: true }],
  ['test05_qsl_rng_seed', '14', { test05QslRngSeed: 14n }],
  ['test05_sample_index_rng_seed', '15', { test05SampleIndexRngSeed: 15n }],
  ['test05_schedule_rng_seed', '16', { test05ScheduleRngSeed: 16n }],
  ['accuracy_log_probability', '25', { accuracyLogProbability: 0.25 }],
];

describe('keys of a conf file', () => {
  it.each(byUser)('%s = %s, in mlperf.conf and in a user.conf', (key, value, changes) => {
    expect(changed(`*.*.${key} = ${value}`)).toEqual(changes);
    expect(changed(`*.*.${key} = ${value}`, 'user')).toEqual(changes);
  });

  it.each(byMlperfOnly)('%s = %s, in mlperf.conf alone', (key, value, changes) => {
    expect(changed(`*.*.${key} = ${value}`)).toEqual(changes);
    expect(changed(`*.*.${key} = ${value}`, 'user')).toEqual({});
  });

  it('are all among these', () => {
    const here = new Set([...byUser, ...byMlperfOnly].map(([key]) => key));
    expect(Object.keys(KEYS).filter((key) => !here.has(key))).toEqual([]);
  });

  it('for one scenario are looked up under it, whichever runs', () => {
    const text = scenarios
      .flatMap((scenario, i) => [
        `*.${scenario}.target_latency = ${i + 1}`,
        `*.${scenario}.target_latency_percentile = ${10 * (i + 1)}`,
        `*.${scenario}.target_qps = ${i + 5}`,
        `*.${scenario}.samples_per_query = ${i + 9}`,
        `*.${scenario}.coalesce_queries = ${scenario === 'Server' ? 1 : 0}`,
        `*.${scenario}.max_async_queries = ${i + 20}`,
      ])
      .join('\n');
    // Offline, Server, SingleStream, MultiStream are 1st to 4th.
    expect(changed(text)).toEqual({
      offlineExpectedQps: 5,
      serverTargetLatencyNs: 2e6,
      serverTargetLatencyPercentile: 0.2,
      serverTargetQps: 6,
      serverCoalesceQueries: true,
      serverMaxAsyncQueries: 21,
      singleStreamExpectedLatencyNs: 3e6,
      singleStreamTargetLatencyPercentile: 0.3,
      multiStreamExpectedLatencyNs: 4e6,
      multiStreamTargetLatencyPercentile: 0.4,
      multiStreamSamplesPerQuery: 12,
    });
  });

  it('that are flags are off at 0, and test05 is on at 1 alone', () => {
    expect(changed('*.*.performance_issue_same = 0')).toEqual({});
    expect(changed('*.*.test05 = 2')).toEqual({});
  });
});

describe('values', () => {
  const messageOf = (value: string, key: string) => parseConf(`*.*.${key} = ${value}`).problems[0]?.message;

  it.each(['10', '0.5', '.5', '5.', '+5', '-5', '1e3', '1E3', '1.5e-3', '2e+03'])(
    '%s is a number',
    (value) => {
      expect(messageOf(value, 'target_qps')).toBeUndefined();
    },
  );

  it.each(['x5', '5x', '.', 'e3', '1e', '1e3x', '--5', '1.2.3', '1e+', '1e-3.'])(
    '%s is not a number',
    (value) => {
      expect(messageOf(value, 'target_qps')).toBe(
        `"${value}" is not a number; write digits, e.g. 10 or 0.5.`,
      );
    },
  );

  it.each(['9', '1000', '9.', '9.75'])('%s is a whole number, or has one before its point', (value) => {
    expect(messageOf(value, 'min_query_count')).toBeUndefined();
  });

  it.each(['x9', '9x', '9.7x', '-9', '+9', '.5', '1e3'])('%s is not a whole number', (value) => {
    expect(messageOf(value, 'min_query_count')).toBe(
      `"${value}" is not a whole number; write digits only, e.g. 1000.`,
    );
  });

  it.each(['4', '10', '-1', '01', 'a'])('%s is not a mode', (value) => {
    expect(messageOf(value, 'mode')).toBe(`"${value}" is not a mode; use 0, 1, 2 or 3.`);
  });
});

describe('lines that are no entry', () => {
  const messageOf = (line: string) => parseConf(line).problems[0]?.message;
  const form =
    'is not of the form "model.scenario.key = value" with spaces around the equals sign; rewrite it.';
  const parts = 'parts instead of three; write model.scenario.key, with * for any model or scenario.';

  it.each([
    [
      '*.*.min_duration = 5 # ms',
      '"*.*.min_duration = 5 # ms" has a comment behind the value; put the comment on its own line.',
    ],
    ['*.*.min_duration == 5', `"*.*.min_duration == 5" ${form}`],
    ['*.*.min_duration = 5 6', `"*.*.min_duration = 5 6" ${form}`],
    ['min_duration = 5', `"min_duration" has 1 ${parts}`],
    ['*.*.a.b = 5', `"*.*.a.b" has 4 ${parts}`],
    ['*..min_duration = 5', `"*..min_duration" has 3 ${parts}`],
    [
      '*.server.min_duration = 5',
      '"server" in "*.server.min_duration" is not a scenario; use one of *, Offline, Server, SingleStream, MultiStream.',
    ],
    ['*.*.toString = 5', '"toString" in "*.*.toString" is not a key that LoadGen knows; check its spelling.'],
  ])('%s', (line, message) => expect(messageOf(line)).toBe(message));

  it('are quoted whole up to 80 characters', () => {
    expect(messageOf('y'.repeat(80))).toBe(`"${'y'.repeat(80)}" ${form}`);
    expect(messageOf('y'.repeat(81))).toBe(`"${'y'.repeat(77)}..." ${form}`);
  });

  it('show the code of what a terminal would obey, in at least four digits', () => {
    expect(messageOf('x\u200ey')).toBe(`"x\\u200ey" ${form}`);
    expect(messageOf('x\u{e0001}y')).toBe(`"x\\ue0001y" ${form}`);
  });
});
