/** Every setting that cannot be run, at the edge of what can, and the sentence that says so. */
import { describe, expect, it } from 'vitest';
import { settingsProblems } from '../../src/loadgen/settings/problems.js';
import { defaultSettings, type Scenario, type TestSettings } from '../../src/loadgen/settings/settings.js';

const problems = (scenario: Scenario, changes: Partial<TestSettings>) =>
  settingsProblems({ ...defaultSettings(scenario), ...changes });

const whole = (least: number) => `give a whole number of at least ${least}.`;
const fraction = 'give a fraction between 0 and 1, e.g. 0.99.';

type Row = readonly [Scenario, keyof TestSettings, good: number, bad: number, sentence: string];
const rows: readonly Row[] = [
  [
    'SingleStream',
    'singleStreamExpectedLatencyNs',
    1,
    0,
    'The SingleStream expected latency in ns is 0; give an estimate above 0.',
  ],
  [
    'SingleStream',
    'singleStreamTargetLatencyPercentile',
    0.5,
    1,
    `The SingleStream latency percentile is 1; ${fraction}`,
  ],
  [
    'MultiStream',
    'multiStreamExpectedLatencyNs',
    1,
    -1,
    'The MultiStream expected latency in ns is -1; give an estimate above 0.',
  ],
  [
    'MultiStream',
    'multiStreamTargetLatencyPercentile',
    0.999,
    0,
    `The MultiStream latency percentile is 0; ${fraction}`,
  ],
  ['MultiStream', 'multiStreamSamplesPerQuery', 1, 0, `The MultiStream samples per query is 0; ${whole(1)}`],
  ['Server', 'serverTargetLatencyNs', 1, 0, 'The Server target latency in ns is 0; give a bound above 0.'],
  ['Server', 'serverTargetLatencyPercentile', 0.01, 1.5, `The Server latency percentile is 1.5; ${fraction}`],
  ['Server', 'serverMaxAsyncQueries', 0, -1, `The Server limit of asynchronous queries is -1; ${whole(0)}`],
  ['Offline', 'offlineExpectedQps', 1e-9, 0, 'The Offline expected QPS is 0; give a rate above 0.'],
  ['Server', 'minDurationMs', 0, -1, `The minimum duration in ms is -1; ${whole(0)}`],
  ['Server', 'maxDurationMs', 0, 10_000.5, `The maximum duration in ms is 10000.5; ${whole(0)}`],
  ['Server', 'minQueryCount', 1, 0, `The minimum query count is 0; ${whole(1)}`],
  ['Server', 'maxQueryCount', 0, 2 ** 53, `The maximum query count is 9007199254740992; ${whole(0)}`],
  ['Server', 'performanceIssueSameIndex', 0, -2, `The index of the one sample to issue is -2; ${whole(0)}`],
  [
    'Server',
    'performanceSampleCountOverride',
    0,
    1.5,
    `The performance sample count override is 1.5; ${whole(0)}`,
  ],
  [
    'Server',
    'accuracySampleCountOverride',
    0,
    Number.NaN,
    `The accuracy sample count override is NaN; ${whole(0)}`,
  ],
  ['Server', 'accuracyLogSamplingTarget', 0, -1, `The accuracy log sampling target is -1; ${whole(0)}`],
  [
    'Server',
    'accuracyLogProbability',
    1,
    1.01,
    'The accuracy log probability is 1.01; give a number from 0 to 1.',
  ],
  [
    'Offline',
    'accuracyLogProbability',
    0,
    -0.01,
    'The accuracy log probability is -0.01; give a number from 0 to 1.',
  ],
];

describe('a setting that cannot be run', () => {
  it.each(rows)('%s %s may be %d, not %d', (scenario, name, good, bad, sentence) => {
    expect(problems(scenario, { [name]: good })).toEqual([]);
    expect(problems(scenario, { [name]: bad })).toEqual([sentence]);
  });

  it('counts only where its scenario runs', () => {
    const off = { singleStreamExpectedLatencyNs: 0, multiStreamSamplesPerQuery: 0, serverTargetLatencyNs: 0 };
    expect(problems('Offline', off)).toEqual([]);
    expect(problems('MultiStream', off)).toHaveLength(1);
  });

  it('may be two settings that exclude each other', () => {
    const [unique, same] = [{ performanceIssueUnique: true }, { performanceIssueSame: true }];
    expect(problems('Server', { ...unique, ...same })).toEqual([
      'Issuing each sample once and issuing one sample only are both on; turn one of them off.',
    ]);
    expect([problems('Server', unique), problems('Server', same)]).toEqual([[], []]);
  });
});

describe('a minimum above its maximum', () => {
  const limits = { minDurationMs: 10, maxDurationMs: 9, minQueryCount: 6, maxQueryCount: 5 };
  const never = 'with which no run can be VALID; give a maximum of at least the minimum.';

  it('is refused, of the duration and of the queries', () => {
    expect(problems('Server', limits)).toEqual([
      `The minimum duration is 10 ms and the maximum is 9 ms, ${never}`,
      `The minimum query count is 6 and the maximum is 5, ${never}`,
    ]);
    expect(problems('SingleStream', { ...limits, maxDurationMs: 10 })).toHaveLength(1);
    expect(problems('MultiStream', { ...limits, maxQueryCount: 6 })).toHaveLength(1);
  });

  it('is none where they are equal, there is no maximum, or the run is not judged by it', () => {
    expect(problems('Server', { ...limits, maxDurationMs: 10, maxQueryCount: 6 })).toEqual([]);
    expect(problems('Server', { ...limits, maxDurationMs: 0, maxQueryCount: 0 })).toEqual([]);
    expect(problems('Offline', limits)).toEqual([]);
    expect(problems('Server', { ...limits, mode: 'AccuracyOnly' })).toEqual([]);
  });
});
