/** Lines of conf files that contradict the command, and lines without an effect. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildPlan } from '../../src/plan/build.js';
import { requestedSettings } from '../../src/plan/requested.js';
import { thrown } from './thrown.js';

let dir: string;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'baremark-conf-'));
});
afterAll(() => rmSync(dir, { recursive: true }));

const rates = { serverTargetQps: 500, offlineExpectedQps: 1300, samplesPerSecond: 1000 };

function build(option: 'mlperf-conf' | 'user-conf', text: string, more: Record<string, unknown> = {}) {
  writeFileSync(join(dir, 'a.conf'), text);
  const options = { model: 'bert-tiny', scenario: 'Server', [option]: 'a.conf', ...more };
  return buildPlan({ options, folder: dir });
}

describe.each(['mlperf-conf', 'user-conf'] as const)('a mode in the file of --%s', (option) => {
  it.each([
    [0, undefined, 'SubmissionRun', 'performance; remove the line, or give --mode submission.'],
    [1, undefined, 'AccuracyOnly', 'performance; remove the line, or give --mode accuracy.'],
    [3, undefined, 'FindPeakPerformance', 'performance; remove the line, or give --mode peak.'],
    [2, 'accuracy', 'PerformanceOnly', 'accuracy; remove the line, or give --mode performance.'],
    [2, 'submission', 'PerformanceOnly', 'submission; remove the line, or give --mode performance.'],
  ])('is refused where it is %i and --mode is %s', (value, mode, name, end) => {
    const { code, message } = thrown(() =>
      build(option, `\n*.Server.mode = ${value}\n`, mode ? { mode } : {}),
    );
    expect(code).toBe('BAD_CONF');
    expect(message).toBe(
      `${join(dir, 'a.conf')} line 2: mode = ${value} is LoadGen's ${name}, but the run is one of mode ${end}`,
    );
  });

  it.each([
    [2, 'performance', ['PerformanceOnly']],
    [1, 'accuracy', ['AccuracyOnly']],
    [0, 'submission', ['AccuracyOnly', 'PerformanceOnly']],
  ])('is taken where it is %i and --mode is %s, and each run keeps its own', (value, mode, modes) => {
    const { runs } = build(option, `*.*.mode = ${value}\n`, { mode });
    expect(runs.map((run) => requestedSettings(run, rates).mode)).toEqual(modes);
  });

  it('of another scenario is no concern of this run', () => {
    expect(build(option, '*.Offline.mode = 1\n').runs).toHaveLength(1);
  });
});

describe("LoadGen's audit keys in an mlperf.conf", () => {
  const seeds =
    '*.*.test05_qsl_rng_seed = 1\n*.*.test05_sample_index_rng_seed = 2\n*.*.test05_schedule_rng_seed = 3\n';

  it('test05 replaces the seeds, whoever gave them', () => {
    const [run] = build('mlperf-conf', `*.*.test05 = 1\n${seeds}`, { 'qsl-seed': 9 }).runs;
    expect(requestedSettings(run!, rates)).toMatchObject({
      qslRngSeed: 1n,
      sampleIndexRngSeed: 2n,
      scheduleRngSeed: 3n,
    });
    const [off] = build('mlperf-conf', `*.*.test05 = 0\n${seeds}`, { 'qsl-seed': 9 }).runs;
    expect(requestedSettings(off!, rates).qslRngSeed).toBe(9n);
  });

  it('test05 needs its seeds, and is no accuracy run', () => {
    expect(thrown(() => build('mlperf-conf', '*.*.test05 = 1\n')).message).toMatch(
      /line 1: test05 = 1 needs test05_qsl_rng_seed, which the file does not give; add it\.$/,
    );
    expect(
      thrown(() => build('mlperf-conf', `*.*.test05 = 1\n${seeds}`, { mode: 'accuracy' })).message,
    ).toMatch(
      /line 1: test05 = 1 is an audit of performance, but the run is one of mode accuracy; remove the line\.$/,
    );
  });

  it('accuracy_log_probability is in percent', () => {
    const [run] = build('mlperf-conf', '*.*.accuracy_log_probability = 30\n').runs;
    expect(requestedSettings(run!, rates).accuracyLogProbability).toBeCloseTo(0.3, 15);
  });
});

describe('a line without an effect is warned of', () => {
  it('where it sets what a user.conf cannot set', () => {
    const { warnings } = build('user-conf', '*.*.qsl_rng_seed = 1\nbert.Server.test05 = 1\n');
    expect(warnings).toEqual([
      `${join(dir, 'a.conf')} line 1: qsl_rng_seed has no effect, because LoadGen takes it from an mlperf.conf alone.`,
      `${join(dir, 'a.conf')} line 2: test05 has no effect, because LoadGen takes it from an mlperf.conf alone.`,
    ]);
  });

  it('where it is about tokens, unless it is for another model', () => {
    const text = 'llama2-70b.*.use_token_latencies = 1\nbert.*.ttft_latency = 5\n';
    expect(build('mlperf-conf', text).warnings).toEqual([
      `${join(dir, 'a.conf')} line 2: ttft_latency has no effect, because baremark measures no tokens.`,
    ]);
  });
});
