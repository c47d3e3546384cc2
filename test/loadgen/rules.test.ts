/** Early stopping, verdicts, limits, settings and logs, with values and texts that LoadGen 6.0.17 gave. */
import { describe, expect, it } from 'vitest';
import { accuracyLog, loggedSamples } from '../../src/loadgen/logs/accuracy.js';
import { detailLog } from '../../src/loadgen/logs/detail.js';
import { formatReal } from '../../src/loadgen/logs/number-format.js';
import { resultEntries } from '../../src/loadgen/logs/summary-entries.js';
import {
  type IssueEnd,
  type IssueEndLine,
  issueEnd,
  issueEndLine,
  issueRules,
} from '../../src/loadgen/run-limits.js';
import { effectiveSettings } from '../../src/loadgen/settings/effective.js';
import { settingsProblems } from '../../src/loadgen/settings/problems.js';
import { defaultSettings, type TestSettings } from '../../src/loadgen/settings/settings.js';
import { allowedOverlatency, minUnderlatencyQueries } from '../../src/loadgen/summary/early-stopping.js';
import { type RunFacts, summarize } from '../../src/loadgen/summary/summary.js';
import { messageCounts, summaryText } from '../../src/loadgen/summary/text.js';

const qsl = { totalSampleCount: 10, performanceSampleCount: 10 };
const effective = (settings: TestSettings) => effectiveSettings(settings, qsl);

/** A Server run of constant latency, of which LoadGen's own run of this size was INVALID for early stopping alone. */
function serverRun(
  count: number,
  latencyNs: number,
  otherReasons?: string[],
  changes: Partial<RunFacts> = {},
  changed: Partial<TestSettings> = {},
) {
  const settings = { ...defaultSettings('Server'), serverTargetQps: 1000.5, minDurationMs: 50 };
  return summarize({
    effective: effective({ ...settings, minQueryCount: 50, serverTargetLatencyNs: 50e6, ...changed }),
    sutName: 'SUT',
    latencies: { count, at: () => latencyNs },
    queryCount: count,
    sampleCount: count,
    maxLatencyNs: latencyNs,
    finalQueryScheduledNs: 52e6,
    finalQueryIssuedNs: 52e6,
    finalQueryAllSamplesDoneNs: 53e6,
    warnings: [],
    errors: ['one'],
    otherReasons,
    ...changes,
  });
}

describe('early stopping', () => {
  it('needs LoadGen’s numbers of queries', () => {
    expect([0, 1, 2, 3].map((t) => minUnderlatencyQueries(t, 0.9))).toEqual([44, 63, 79, 94]);
    expect(minUnderlatencyQueries(0, 0.99)).toBe(54 + 405);
    expect(minUnderlatencyQueries(5039, 0.99)).toBe(60155 - 5039 + 460424);
    expect(minUnderlatencyQueries(1, 0.95) + 1).toBe(130);
    expect(minUnderlatencyQueries(1, 0.999) + 1).toBe(6636);
  });

  it('allows one more than it discards', () => {
    expect([63, 64, 90, 2100].map((n) => allowedOverlatency(n, 0.9))).toEqual([0, 1, 2, 178]);
    expect([661, 662, 1000].map((n) => allowedOverlatency(n, 0.99))).toEqual([0, 1, 2]);
  });
});

describe('summarize', () => {
  it('is INVALID for too few queries although every one is in time', () => {
    const summary = serverRun(54, 1e6);
    expect(summary.constraints).toEqual({
      performance: true,
      minDuration: true,
      minQueries: true,
      earlyStopping: false,
    });
    expect(summary.valid).toBe(false);
    expect(summaryText(summary)).toContain('at least 405 more queries,\n with the run');
  });

  it('is VALID with enough of them, whatever was logged as an error', () => {
    const summary = serverRun(459, 1e6);
    expect(summary.valid).toBe(true);
    expect(summary.headline).toEqual({ value: 458 / 0.053, unit: 'samples/s' });
    expect(summaryText(summary).endsWith('\n1 ERROR encountered. See detailed log.\n')).toBe(true);
  });

  it('is INVALID for early stopping where a single query is missing', () => {
    const { constraints, earlyStopping } = serverRun(458, 1e6);
    expect(constraints).toMatchObject({ performance: true, earlyStopping: false });
    expect(earlyStopping.lines).toContain(' * Would need to run at least 1 more queries,');
  });

  it('is within a bound that it meets to the nanosecond, and not within one a nanosecond lower', () => {
    expect(serverRun(459, 50e6)).toMatchObject({ valid: true, overlatencyCount: 0 });
    const over = serverRun(459, 50e6 + 1);
    expect(over.constraints).toMatchObject({ performance: false, earlyStopping: false });
    expect(over.overlatencyCount).toBe(459);
  });

  it('of Server takes its duration from the last scheduled time, however late the query was issued', () => {
    const last = (finalQueryScheduledNs: number, finalQueryIssuedNs: number) =>
      serverRun(459, 1e6, [], { finalQueryScheduledNs, finalQueryIssuedNs }).constraints.minDuration;
    expect(last(50e6 - 1, 80e6)).toBe(false);
    expect(last(50e6, 50e6)).toBe(true);
  });

  it('judges the bound at its own percentile', () => {
    // Of 1,000 queries 60 take too long: within the bound at 90%, not at 97%.
    const latencies = { count: 1000, at: (i: number) => (i < 60 ? 60e6 : 1e6) };
    const at = (serverTargetLatencyPercentile: number) =>
      serverRun(1000, 1e6, [], { latencies }, { serverTargetLatencyPercentile });
    expect(at(0.9)).toMatchObject({ valid: true, percentileLatencyNs: 1e6 });
    expect(at(0.97)).toMatchObject({
      percentileLatencyNs: 60e6,
      constraints: { performance: false, earlyStopping: false },
    });
    // The 940th from 0 is the first of them.
    expect(at(0.94).percentileLatencyNs).toBe(60e6);
    expect(at(0.9399).percentileLatencyNs).toBe(1e6);
  });

  it('is INVALID for reasons of ours, and lists them', () => {
    const summary = serverRun(459, 1e6, ['3 queries failed.']);
    expect(summary.valid).toBe(false);
    expect(summaryText(summary)).toContain('Recommendations:\n * 3 queries failed.\n');
    expect(resultEntries(summary)).toContainEqual({
      key: 'result_invalid_reason',
      value: '"3 queries failed. "',
    });
  });

  it('leaves numbers out of the log where nothing was completed', () => {
    const keys = resultEntries(serverRun(0, 0)).map((entry) => entry.key);
    expect(keys).toContain('result_validity');
    expect(keys).not.toContain('result_min_latency_ns');
  });
});

describe('messageCounts', () => {
  it('is all there is to say of an accuracy run', () => {
    expect(messageCounts(2, 0)).toBe(
      '\n2 warnings encountered. See detailed log.\n\nNo errors encountered during test.\n',
    );
  });
});

describe('issueEnd', () => {
  const limits = { minDurationMs: 10, minQueryCount: 50, maxQueryCount: 60, maxDurationMs: 30 };
  const single = issueRules(effective({ ...defaultSettings('SingleStream'), ...limits }));
  const server = issueRules(effective({ ...defaultSettings('Server'), ...limits, serverMaxAsyncQueries: 2 }));

  it('goes on within the limits', () => {
    expect(issueEnd(single, 5, 1, 5e6)).toBeUndefined();
    expect(issueEnd(single, 50, 1, 9_999_999), 'the duration is not over').toBeUndefined();
    expect(issueEnd(single, 49, 1, 30e6), 'one query is missing').toBeUndefined();
    expect(issueEnd(server, 55, 2, 20e6)).toBeUndefined();
  });

  it('ends a stream naturally, but not Server', () => {
    expect(issueEnd(single, 60, 1, 40e6)).toEqual({ kind: 'natural' });
    expect(issueEnd(server, 60, 1, 20e6)).toEqual({ kind: 'max-queries', issued: 60 });
  });

  it('ends early at a maximum', () => {
    expect(issueEnd(single, 5, 1, 30_000_001)).toEqual({ kind: 'max-duration', durationNs: 30_000_001 });
    expect(issueEnd(server, 3, 2, 5e6), 'as many as are allowed').toBeUndefined();
    expect(issueEnd(server, 3, 3, 5e6)).toEqual({ kind: 'max-async', issued: 3, outstanding: 3 });
  });

  it('asks in the order in which LoadGen does', () => {
    expect(issueEnd(server, 60, 3, 40e6)?.kind).toBe('max-async');
    expect(issueEnd(server, 60, 2, 40e6)?.kind).toBe('max-queries');
  });

  it('lets accuracy runs issue all their queries', () => {
    const accuracy = issueRules(effective({ ...defaultSettings('SingleStream', 'AccuracyOnly'), ...limits }));
    expect(issueEnd(accuracy, 100, 9, 1e12)).toBeUndefined();
    expect(accuracy.allIssued).toEqual({ kind: 'all-issued' });
  });

  it('takes it as an early end that all queries are issued, but not in Server', () => {
    expect([single.allIssued, server.allIssued]).toEqual([{ kind: 'ran-out' }, { kind: 'all-issued' }]);
  });
});

describe('issueEndLine', () => {
  it.each<[IssueEnd, IssueEndLine | undefined]>([
    [{ kind: 'all-issued' }, undefined],
    [
      { kind: 'natural' },
      { level: 'plain', text: 'Ending naturally: Minimum query count and test duration met.' },
    ],
    [
      { kind: 'ran-out' },
      {
        level: 'error',
        text: 'Ending early: Ran out of generated queries to issue before the minimum query count and test duration were reached. Please update the relevant expected latency or target qps in the TestSettings so they are more accurate.',
      },
    ],
    [
      { kind: 'max-queries', issued: 60 },
      {
        level: 'error',
        text: 'IssueQueryThread 0 Ending early: Max query count reached. query_count 60',
      },
    ],
    [
      { kind: 'max-duration', durationNs: 30_000_001 },
      {
        level: 'error',
        text: 'IssueQueryThread 0 Ending early: Max test duration reached. duration_ns 30000001',
      },
    ],
    [
      { kind: 'max-async', issued: 3, outstanding: 3 },
      {
        level: 'error',
        text: 'IssueQueryThread 0 Ending early: Too many outstanding queries. issued 3 outstanding 3',
      },
    ],
  ])('has LoadGen’s words for %j', (end, line) => {
    expect(issueEndLine(end)).toEqual(line);
  });
});

describe('settingsProblems', () => {
  it.each([0, -5, Number.NaN, Number.POSITIVE_INFINITY])('refuses a target QPS of %d', (serverTargetQps) => {
    expect(settingsProblems({ ...defaultSettings('Server'), serverTargetQps })).toEqual([
      `The Server target QPS is ${serverTargetQps}; give a rate above 0.`,
    ]);
    expect(settingsProblems({ ...defaultSettings('Offline'), serverTargetQps })).toEqual([]);
  });

  it('accepts LoadGen’s defaults', () => {
    for (const scenario of ['SingleStream', 'MultiStream', 'Server', 'Offline'] as const)
      expect(settingsProblems(defaultSettings(scenario))).toEqual([]);
  });
});

describe('accuracy log', () => {
  it('is laid out as LoadGen lays it out', () => {
    const entries = [
      { sequence: 0, sample: 2, data: Uint8Array.of(2, 255, 32) },
      { sequence: 1, sample: 4, data: new Uint8Array() },
    ];
    expect([...accuracyLog(entries)].join('')).toBe(
      '[\n{ "seq_id" : 0, "qsl_idx" : 2, "data" : "02FF20" },\n{ "seq_id" : 1, "qsl_idx" : 4, "data" : "" }\n]\n',
    );
    expect([...accuracyLog([])].join('')).toBe('[\n]\n');
  });

  const logged = (settings: Partial<TestSettings>, count = 40) => {
    const base = { ...defaultSettings('Server'), minDurationMs: 0, minQueryCount: 40, ...settings };
    const isLogged = loggedSamples(effective(base), count);
    return Array.from({ length: count }, (_, i) => i).filter(isLogged);
  };

  it('samples the responses LoadGen samples', () => {
    expect(logged({})).toEqual([]);
    expect(logged({ accuracyLogProbability: 0.3 })).toEqual([5, 17, 19, 23, 26, 27, 38, 39]);
    expect(logged({ accuracyLogProbability: 0.3, accuracyLogRngSeed: 7n })).toEqual([
      1, 2, 7, 8, 9, 11, 13, 15, 18, 20, 30, 32, 34, 35,
    ]);
    expect(logged({ accuracyLogSamplingTarget: 5, accuracyLogProbability: 0.9 })).toEqual([19, 26, 27, 38]);
  });
});

describe('detailLog', () => {
  it('writes lines that a log parser reads', () => {
    const summary = serverRun(459, 1e6);
    const lines = [
      ...detailLog({
        effective: summary.facts.effective,
        qsl,
        qslName: 'QSL',
        sutName: 'SUT',
        version: 'baremark',
        openedAt: 1000,
        beganAt: 1500,
        endedAt: Date.UTC(2026, 10, 22, 0, 17, 26, 591),
        pid: 12,
        sets: [
          {
            loaded: Uint32Array.of(3, 1),
            queries: { queryCount: 2, samplesPerQuery: 1, scheduledNs: Float64Array.of(0, 7) },
          },
        ],
        warnings: [],
        errors: summary.facts.errors,
        summary,
      }),
    ];
    const parsed = lines.map((line) => {
      expect(line.startsWith(':::MLLOG {') && line.endsWith('}\n')).toBe(true);
      return JSON.parse(line.slice(':::MLLOG '.length));
    });
    const value = (key: string) => parsed.find((entry) => entry.key === key)?.value;
    expect(value('requested_scenario')).toBe('Server');
    expect(value('loaded_qsl_set')).toEqual([3, 1]);
    expect(value('power_end')).toBe('11-22-2026 00:17:26.591');
    expect(value('result_validity')).toBe('VALID');
    expect(value('num_errors')).toBe(1);
    expect(parsed.filter((entry) => entry.metadata.is_error).map((entry) => entry.value)).toEqual(['one']);
  });
});

describe('formatReal', () => {
  it.each([
    [5_000_000, '5e+06'],
    [1234567.891, '1.23457e+06'],
    [1000 / 3, '333.333'],
    [106371.66, '106372'],
    [999999.5, '1e+06'],
    [0.00001234, '1.234e-05'],
    [150, '150'],
    [0, '0'],
  ])('prints %d as a C++ stream does', (number, text) => {
    expect(formatReal(number)).toBe(text);
  });
});
