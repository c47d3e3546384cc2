/** What a plan says of a run whose rate is searched. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { buildPlan, type PlanRequest } from '../../src/plan/build.js';
import type { PlannedRun } from '../../src/plan/types.js';
import { thrown } from './thrown.js';

const folder = mkdtempSync(join(tmpdir(), 'baremark-peak-plan-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const sut = { model: 'bert-tiny', scenario: 'Server', backend: 'simulated' };
const runsOf = (options: PlanRequest['options'], plan?: string): readonly PlannedRun[] =>
  buildPlan({ plan, options, folder }).runs;
const runOf = (options: PlanRequest['options'], plan?: string): PlannedRun =>
  runsOf({ ...(plan === undefined ? sut : {}), mode: 'peak', ...options }, plan)[0]!;

let plans = 0;
function planFile(text: string): string {
  const path = join(folder, `plan-${plans++}.yaml`);
  writeFileSync(path, text);
  return path;
}

const faultOf = (options: PlanRequest['options'], plan?: string) =>
  thrown(() => buildPlan({ plan, options: plan === undefined ? { ...sut, ...options } : options, folder }));

describe('mode peak', () => {
  it('is a performance run whose rate is open, searched to 2% in three runs’ time', () => {
    const run = runOf({});
    expect(run.mode).toBe('PerformanceOnly');
    expect(run.settings.serverTargetQps).toBe('auto');
    // MLPerf's least duration is 600 s.
    expect(run.peak).toEqual({ precision: 0.02, budgetMs: 1_800_000 });
    expect(runsOf(sut)[0]!.peak).toBeUndefined();
  });

  it('has at least 400 s for the search of short runs, and takes a duration from a conf file', () => {
    expect(runOf({ 'min-duration': '10s' }).peak!.budgetMs).toBe(400_000);
    expect(runOf({ 'min-duration': '200s' }).peak!.budgetMs).toBe(600_000);
    const conf = join(folder, 'user.conf');
    writeFileSync(conf, '*.Server.min_duration = 300000\n');
    expect(runOf({ 'user-conf': conf }).peak!.budgetMs).toBe(900_000);
  });

  it.each([
    ['2%', 0.02],
    ['0.5 %', 0.005],
    ['0.03', 0.03],
    ['0.2%', 0.002],
    ['50%', 0.5],
  ])('takes %s as its precision', (text, share) => {
    expect(runOf({ 'precision-of-peak': text, budget: '15m' }).peak).toEqual({
      precision: expect.closeTo(share, 12),
      budgetMs: 900_000,
    });
  });

  it('stands in a plan file, for one run or by a flag for all that the plan gives a rate', () => {
    const own = planFile(
      'runs:\n  - { model: bert-tiny, scenario: Server, mode: peak, precision-of-peak: 1%, budget: 5m }\n',
    );
    expect(runsOf({}, own)[0]!.peak).toEqual({ precision: 0.01, budgetMs: 300_000 });
    const fixed = planFile('runs:\n  - { model: bert-tiny, scenario: Server, target-qps: 30 }\n');
    const searched = runOf({}, fixed);
    expect(searched.settings.serverTargetQps).toBe('auto');
    expect(searched.peak).toBeDefined();
    // What the plan says of searches has no say where a flag makes it none.
    expect(runsOf({ mode: 'performance' }, own)[0]!.peak).toBeUndefined();
  });

  it('tries batch and instances where there is no rate to search, and a rate then sizes Offline', () => {
    const runs = runsOf({ ...sut, mode: 'peak', scenario: 'Offline,Server,SingleStream,MultiStream' });
    expect(runs.map(({ triesChoices, peak }) => [triesChoices, peak !== undefined])).toEqual([
      [true, false],
      [undefined, true],
      [true, false],
      [true, false],
    ]);
    const offline = runOf({ scenario: 'Offline', 'target-qps': '100' });
    expect(offline.settings.offlineExpectedQps).toBe(100);
    expect(runsOf({ ...sut, scenario: 'Offline' })[0]!.triesChoices).toBeUndefined();
  });

  it('wins over the rate of a conf file, and says so', () => {
    const conf = join(folder, 'rate.conf');
    writeFileSync(conf, '*.Server.target_qps = 40\n');
    const { runs, warnings } = buildPlan({ options: { ...sut, mode: 'peak', 'user-conf': conf }, folder });
    expect(runs[0]!.settings.serverTargetQps).toBe('auto');
    expect(warnings).toEqual([
      `${conf} line 1: target_qps has no effect, because mode peak searches the rate.`,
    ]);
    expect(buildPlan({ options: { ...sut, 'user-conf': conf }, folder }).warnings).toEqual([]);
  });

  it('goes with a conf file that names a search or a performance run, and no other', () => {
    const conf = join(folder, 'mode.conf');
    const mode = (number: number) => writeFileSync(conf, `*.*.mode = ${number}\n`);
    for (const fits of [2, 3]) {
      mode(fits);
      expect(runOf({ 'mlperf-conf': conf }).peak).toBeDefined();
    }
    expect(faultOf({ 'mlperf-conf': conf }).message).toMatch(/FindPeakPerformance.* give --mode peak\.$/);
    mode(1);
    expect(faultOf({ mode: 'peak', 'mlperf-conf': conf }).code).toBe('BAD_CONF');
  });
});

describe('what contradicts a search is refused', () => {
  it.each<[string, PlanRequest['options'], string]>([
    [
      'a rate',
      { mode: 'peak', 'target-qps': '100' },
      '--target-qps is 100, but --mode is peak, which searches that rate; remove one of them.',
    ],
    [
      'a precision that is no share',
      { mode: 'peak', 'precision-of-peak': '2' },
      '--precision-of-peak is "2"; it must be a share from 0.2% to 50%, such as 2% or 0.02.',
    ],
    [
      'a precision beyond what can be found',
      { mode: 'peak', 'precision-of-peak': '0.1%' },
      '--precision-of-peak is "0.1%"; it must be a share from 0.2% to 50%, such as 2% or 0.02.',
    ],
    [
      'a precision that is no number',
      { mode: 'peak', 'precision-of-peak': 'high%' },
      '--precision-of-peak is "high%"; it must be a share from 0.2% to 50%, such as 2% or 0.02.',
    ],
    [
      'no time at all',
      { mode: 'peak', budget: '0' },
      '--budget is "0"; it must be a duration of at least 1000ms, such as 3 (seconds), 500ms or 1m.',
    ],
    [
      'a budget without a search',
      { budget: '5m' },
      '--budget has an effect in Server in mode peak alone, and there is no such run; remove it.',
    ],
  ])('%s', (_, options, message) => {
    expect(faultOf(options).message).toBe(message);
  });

  it('a rate beside a search in one plan file', () => {
    const path = planFile('runs:\n  - { model: bert-tiny, scenario: Server, mode: peak, target-qps: 30 }\n');
    const place = `${basename(path)} line 2`;
    expect(faultOf({}, path).message).toBe(
      `${place}: target-qps is 30, but ${place}: mode is peak, which searches that rate; remove one of them.`,
    );
    const fixed = planFile('runs:\n  - { model: bert-tiny, scenario: Server }\n');
    expect(faultOf({ mode: 'peak', 'target-qps': '9' }, fixed).message).toContain('--target-qps is 9');
  });
});
