/** Conf files and what LoadGen 6.0.17's FromConfig made of the same text. */
import { describe, expect, it } from 'vitest';
import { applyConf, parseConf } from '../../src/loadgen/settings/conf.js';
import { defaultSettings, type Scenario, type TestSettings } from '../../src/loadgen/settings/settings.js';

/** The settings that differ from the defaults after this text was applied. */
function changed(text: string, scenario: Scenario = 'Server', kind?: 'mlperf' | 'user') {
  const before = defaultSettings(scenario);
  const { entries, problems } = parseConf(text);
  expect(problems).toEqual([]);
  const after = applyConf(before, entries, 'bert', scenario, kind);
  return Object.fromEntries(
    Object.entries(after).filter(([name, value]) => before[name as keyof TestSettings] !== value),
  );
}

describe('applyConf', () => {
  it.each([
    ['bert.Server.target_qps = 100\n*.Server.target_qps = 5\n*.*.target_qps = 7', 100, 7],
    ['*.*.target_qps = 7\n*.Server.target_qps = 5\nbert.*.target_qps = 100', 5, 100],
    ['bert.*.target_qps = 7\n*.Server.target_qps = 5', 5, 7],
    ['*.Server.target_qps = 5\n*.Server.target_qps = 7\n*.Offline.target_qps = 3', 7, 3],
  ])('lets the more specific entry win, and the last of equals: %j', (text, server, offline) => {
    expect(changed(text)).toEqual({ serverTargetQps: server, offlineExpectedQps: offline });
  });

  it('takes latencies in milliseconds and percentiles in percent', () => {
    expect(changed('*.*.target_latency = 7.5\n*.Server.target_latency_percentile = 97')).toEqual({
      singleStreamExpectedLatencyNs: 7_500_000,
      multiStreamExpectedLatencyNs: 7_500_000,
      serverTargetLatencyNs: 7_000_000,
      serverTargetLatencyPercentile: 0.97,
    });
  });

  it('looks settings without a scenario of their own up under the scenario that runs', () => {
    const text =
      '*.Offline.min_query_count = 24\n*.Server.min_query_count = 12\n*.Server.min_duration = 1000';
    expect(changed(text, 'Offline')).toEqual({ minQueryCount: 24 });
    expect(changed(text, 'Server')).toEqual({ minQueryCount: 12, minDurationMs: 1000 });
  });

  it('lets only mlperf.conf set the seeds', () => {
    const text = '*.*.schedule_rng_seed = 16159082839903944936\n*.*.accuracy_log_rng_seed = 8';
    expect(changed(text)).toEqual({ accuracyLogRngSeed: 8n });
    expect(changed(text, 'Server', 'mlperf')).toEqual({
      scheduleRngSeed: 16159082839903944936n,
      accuracyLogRngSeed: 8n,
    });
  });

  it('reads flags, modes, tabs, comment lines and Windows line ends', () => {
    const text = '# a comment\r\n\t*.*.performance_issue_unique\t=\t7\r\n  #x\r\n*.*.mode = 1\r\n';
    expect(changed(text)).toEqual({ performanceIssueUnique: true, mode: 'AccuracyOnly' });
  });

  it('lets a later file win whatever its specificity', () => {
    const first = applyConf(
      defaultSettings('Server'),
      parseConf('bert.Server.target_latency = 130').entries,
      'bert',
      'Server',
      'mlperf',
    );
    const second = applyConf(first, parseConf('*.*.target_latency = 7').entries, 'bert', 'Server');
    expect([first.serverTargetLatencyNs, second.serverTargetLatencyNs]).toEqual([130e6, 7e6]);
  });
});

describe('parseConf', () => {
  it.each([
    '*.*.target_qps 5',
    '*.*.target_qps=5',
    'a b c d',
    'garbage',
    'target_qps = 5',
    '*.*.x.target_qps = 5',
    '*.*.target_qps = abc',
    '*.*.target_qps = 5abc',
    '*.*.target_qps =',
    '*.*.target_qps = = 5',
    '*.*.min_query_count = 9 # ten',
    '*.*.min_query_count = -9',
    '*.*.min_query_count = 1e3',
    '*.server.target_qps = 5',
    '*.*.target_qsp = 5',
    '*.*.mode = 4',
  ])('names the line of %j', (bad) => {
    const { entries, problems } = parseConf(`*.*.min_duration = 5\n\n${bad}\n*.*.max_duration = 6`);
    expect(problems).toHaveLength(1);
    expect(problems[0]!.line).toBe(3);
    expect(problems[0]!.message).toMatch(/^".*; .*\.$/);
    expect(entries.map((entry) => entry.line)).toEqual([1, 4]);
  });

  it.each([
    ['\u001b[2J', '"\\u001b[2J"'],
    ['*.*.min_duration = \u009b31m', '"\\u009b31m" is not a whole number'],
    ['*.\u202eServer.mode = 1', '"\\u202eServer" in "*.\\u202eServer.mode" is not a scenario'],
    ['*.*.mo\u0000de = 1', '"mo\\u0000de" in '],
  ])('quotes nothing that a terminal would obey: %j', (bad, quoted) => {
    const [problem] = parseConf(bad).problems;
    expect(problem!.message).toContain(quoted);
    expect(problem!.message).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  });

  it('quotes the beginning of a line that is very long', () => {
    const [problem] = parseConf('x'.repeat(1e6)).problems;
    expect(problem!.message).toContain(`"${'x'.repeat(77)}..." is not of the form`);
    expect(problem!.message.length).toBeLessThan(250);
  });
});
