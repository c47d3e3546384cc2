/** What wins among LoadGen's defaults, the model's bound, conf files, a plan, and a probed rate. */
import { describe, expect, it } from 'vitest';
import { parseConf } from '../../src/loadgen/settings/conf.js';
import { buildPlan } from '../../src/plan/build.js';
import type { ConfFile } from '../../src/plan/conf.js';
import type { OptionName } from '../../src/plan/options/table.js';
import { needsProbe, requestedSettings } from '../../src/plan/requested.js';
import type { PlannedRun } from '../../src/plan/types.js';
import { thrown } from './thrown.js';

const rates = { serverTargetQps: 500, offlineExpectedQps: 1300, samplesPerSecond: 1000 };

function run(scenario: string, options: Partial<Record<OptionName, unknown>> = {}): PlannedRun {
  const given = { model: 'bert-99', scenario, backend: 'simulated', ...options };
  return buildPlan({ options: given, folder: process.cwd() }).runs[0]!;
}

const conf = (text: string): ConfFile => ({ path: '/made-up.conf', ...parseConf(text) });

describe('the settings that a run asks for', () => {
  it("are the model's bound and MLPerf's duration where nobody says otherwise", () => {
    const settings = requestedSettings(run('Server'), rates);
    expect(settings).toMatchObject({
      scenario: 'Server',
      mode: 'PerformanceOnly',
      serverTargetLatencyNs: 130e6,
      serverTargetLatencyPercentile: 0.99,
      minDurationMs: 600_000,
      // LoadGen's own default.
      minQueryCount: 100,
    });
  });

  it("are the model's percentile in every scenario that has a bound, and an option's over it", () => {
    const bound = { ns: 70e6, percentile: 0.95 };
    const of = (scenario: 'Server' | 'SingleStream' | 'MultiStream', options = {}) => {
      const planned = run(scenario, options);
      const model = { ...planned.model, latencyBounds: { [scenario]: bound } };
      return requestedSettings({ ...planned, model }, rates);
    };
    expect(of('Server')).toMatchObject({
      serverTargetLatencyNs: 70e6,
      serverTargetLatencyPercentile: 0.95,
    });
    expect(of('SingleStream').singleStreamTargetLatencyPercentile).toBe(0.95);
    expect(of('MultiStream').multiStreamTargetLatencyPercentile).toBe(0.95);
    expect(of('Server', { 'latency-percentile': 0.9 }).serverTargetLatencyPercentile).toBe(0.9);
  });

  it('take a conf file over the bound, a user.conf over an mlperf.conf, and an option over both', () => {
    const mlperfConf = conf('bert.Server.target_latency = 120\n*.Server.min_query_count = 270336\n');
    const userConf = conf('bert.Server.target_latency = 110\n');
    const both = { ...run('Server'), mlperfConf, userConf };
    expect(requestedSettings({ ...both, userConf: undefined }, rates)).toMatchObject({
      serverTargetLatencyNs: 120e6,
      minQueryCount: 270_336,
    });
    expect(requestedSettings(both, rates)).toMatchObject({
      serverTargetLatencyNs: 110e6,
      minQueryCount: 270_336,
    });
    const option = { ...run('Server', { 'target-latency': '100ms' }), mlperfConf, userConf };
    expect(requestedSettings(option, rates).serverTargetLatencyNs).toBe(100e6);
  });

  it('take seeds from an mlperf.conf alone, as LoadGen does', () => {
    const seed = conf('*.*.schedule_rng_seed = 7\n');
    const unseeded = { ...run('Server'), settings: { serverTargetQps: 10 } };
    expect(requestedSettings({ ...unseeded, mlperfConf: seed }, rates).scheduleRngSeed).toBe(7n);
    expect(requestedSettings({ ...unseeded, userConf: seed }, rates).scheduleRngSeed).toBe(0n);
  });

  it('take the probed rate where the plan leaves it open, and only there', () => {
    expect(needsProbe(run('Server'))).toBe(true);
    expect(needsProbe(run('Offline'))).toBe(true);
    expect(needsProbe(run('Server', { 'target-qps': '40' }))).toBe(false);
    expect(needsProbe(run('SingleStream'))).toBe(false);
    expect(requestedSettings(run('Server'), rates).serverTargetQps).toBe(500);
    expect(requestedSettings(run('Offline'), rates).offlineExpectedQps).toBe(1300);
    expect(requestedSettings(run('Server', { 'target-qps': '40' }), rates).serverTargetQps).toBe(40);
  });

  it('expect of a stream a latency that the measured rate will not beat', () => {
    // 1,000 samples/s: 1 ms for one sample, 8 ms for MultiStream's 8.
    expect(requestedSettings(run('SingleStream'), rates).singleStreamExpectedLatencyNs).toBe(1e6);
    expect(requestedSettings(run('MultiStream'), rates).multiStreamExpectedLatencyNs).toBe(8e6);
    const four = run('MultiStream', { 'samples-per-query': '4' });
    expect(requestedSettings(four, rates).multiStreamExpectedLatencyNs).toBe(4e6);
  });

  it('are refused where no run can have them', () => {
    const rateless = { ...run('Server'), settings: { serverTargetQps: 0 } };
    expect(thrown(() => requestedSettings(rateless, rates))).toEqual({
      code: 'BAD_OPTION',
      message: 'The Server target QPS is 0; give a rate above 0.',
    });
  });
});
