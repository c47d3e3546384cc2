import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildPlan } from '../../src/plan/build.js';
import { planNames } from '../../src/plan/plan-file.js';
import type { PlannedRun } from '../../src/plan/types.js';
import { thrown } from './thrown.js';

let dir: string;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'baremark-plans-'));
});
afterAll(() => rmSync(dir, { recursive: true }));

function write(text: string): string {
  const path = join(dir, 'mine.yaml');
  writeFileSync(path, text);
  return path;
}
const load = (text: string) => buildPlan({ plan: write(text), options: {}, folder: '/' });
const faultOf = (text: string) => thrown(() => load(text));
const titles = (runs: readonly PlannedRun[]) => runs.map((run) => `${run.benchmark} ${run.scenario}`);

/**
 * Seeds by round as published: qsl_rng_seed, sample_index_rng_seed and schedule_rng_seed in the MODEL_CONFIG of
 * github.com/mlcommons/inference, and for v6.1 in the mlperf.conf that is compiled into LoadGen 6.0.17.
 */
const rounds = [
  {
    plan: 'mlperf-v1.1',
    source: 'tools/submission/submission_checker.py at 0009b1e3, "v1.1"',
    seeds: [1624344308455410291n, 517984244576520566n, 10051496985653635065n],
  },
  {
    plan: 'mlperf-v4.1',
    source: 'tools/submission/submission_checker.py, "v4.1"',
    seeds: [3066443479025735752n, 10688027786191513374n, 14962580496156340209n],
  },
  {
    plan: 'mlperf-v6.0',
    source: 'tools/submission/submission_checker/constants.py at 9e3d1054, "v6.0"',
    seeds: [2465351861681999779n, 14276810075590677512n, 3936089224930324775n],
  },
  {
    plan: 'mlperf-v6.1',
    source: 'LoadGen 6.0.17',
    seeds: [2085463073848966840n, 2747215439041700203n, 16159082839903944936n],
  },
];

describe('the plans that come with baremark', () => {
  it('are these', () =>
    expect(planNames()).toEqual(['mlperf-v1.1', 'mlperf-v4.1', 'mlperf-v6.0', 'mlperf-v6.1', 'quick']));

  it('quick runs both topologies in both scenarios, for less than two minutes of clock', () => {
    const { runs } = buildPlan({
      plan: 'quick',
      options: { model: 'bert-tiny,ssd-resnet34-small' },
      folder: '/',
    });
    expect(titles(runs)).toEqual([
      'bert-tiny Offline',
      'bert-tiny Server',
      'ssd-resnet34-small Offline',
      'ssd-resnet34-small Server',
    ]);
    expect(runs.reduce((sum, run) => sum + run.settings.minDurationMs!, 0)).toBeLessThan(120_000);
    // Early stopping lets a p99 bound pass with one query over it from 662 queries on: golden/loadgen-6.0.17.
    for (const { scenario, settings } of runs)
      if (scenario === 'Server') expect(settings.minQueryCount).toBeGreaterThanOrEqual(662);
  });

  it('mlperf-v1.1 has the counts of that round', () => {
    const { runs } = buildPlan({ plan: 'mlperf-v1.1', options: {}, folder: '/' });
    expect(titles(runs).toSorted()).toEqual([
      'bert-99 Offline',
      'bert-99 Server',
      'bert-99.9 Offline',
      'bert-99.9 Server',
      'ssd-resnet34 Offline',
      'ssd-resnet34 Server',
    ]);
    for (const { scenario, settings } of runs)
      expect(settings).toMatchObject({
        minDurationMs: 600_000,
        minQueryCount: scenario === 'Server' ? 270_336 : 24_576,
      });
  });

  it('mlperf-v4.1 leaves the number of Server queries to early stopping', () => {
    const { runs } = buildPlan({ plan: 'mlperf-v4.1', options: {}, folder: '/' });
    expect(
      Object.fromEntries(runs.map((run) => [`${run.benchmark} ${run.scenario}`, run.settings.minQueryCount])),
    ).toEqual({
      'bert-99 Offline': 10_833,
      'bert-99.9 Offline': 10_833,
      'ssd-resnet34 Offline': 24_576,
      'bert-99 Server': 100,
      'bert-99.9 Server': 100,
      'ssd-resnet34 Server': 100,
    });
  });

  it.each(['mlperf-v6.0', 'mlperf-v6.1'])('%s runs BERT at the edge alone', (plan) => {
    const { runs } = buildPlan({ plan, options: {}, folder: '/' });
    expect(titles(runs).toSorted()).toEqual([
      'bert-99 Offline',
      'bert-99 SingleStream',
      'bert-99.9 Offline',
      'bert-99.9 SingleStream',
    ]);
  });

  describe('of a round of MLPerf', () => {
    it('is in the table of published seeds, each round with its own', () => {
      expect(planNames().filter((name) => name.startsWith('mlperf-'))).toEqual(
        rounds.map(({ plan }) => plan),
      );
      const seeds = rounds.flatMap((round) => round.seeds);
      expect(new Set(seeds).size).toBe(seeds.length);
    });

    it.each(rounds)('$plan has the seeds of $source', ({ plan, seeds }) => {
      const { runs } = buildPlan({ plan, options: {}, folder: '/' });
      expect(runs.length).toBeGreaterThan(0);
      for (const { settings } of runs) {
        expect([settings.qslRngSeed, settings.sampleIndexRngSeed, settings.scheduleRngSeed]).toEqual(seeds);
        expect(settings.minDurationMs).toBe(600_000);
      }
    });
  });
});

describe('a plan file', () => {
  it('gives its own values to all runs, and a run its own over them', () => {
    const plan = load(`name: mine
min-duration: 20s
repeat: 2
runs:
  - { model: bert-tiny, scenario: [Server, Offline], target-qps: 5 }
  - { model: bert-base, scenario: Offline, min-duration: 1m }
`);
    expect([plan.name, plan.repeat]).toEqual(['mine', 2]);
    const once = ['bert-tiny Server', 'bert-tiny Offline', 'bert-base Offline'];
    expect(titles(plan.runs)).toEqual([...once, ...once]);
    expect(plan.runs.map((run) => run.repeat)).toEqual([1, 1, 1, 2, 2, 2]);
    expect(plan.runs.slice(0, 3).map((run) => run.settings.minDurationMs)).toEqual([20_000, 20_000, 60_000]);
    expect(plan.runs[0]!.settings.serverTargetQps).toBe(5);
    // The rate is Server's, because the entry has both scenarios.
    expect(plan.runs[1]!.settings.offlineExpectedQps).toBe('auto');
    expect(plan.runs[2]!.settings.offlineExpectedQps).toBe('auto');
  });

  it('has its paths from its own folder', () => {
    mkdirSync(join(dir, 'data', 'squad'), { recursive: true });
    writeFileSync(join(dir, 'data', 'squad', 'dev-v1.1.json'), '{}');
    const plan = load('out: there\nruns:\n  - { model: bert-tiny, scenario: Offline, dataset: data }\n');
    expect(plan.out).toBe(join(dir, 'there'));
    expect(plan.runs[0]!.dataset).toMatchObject({ kind: 'squad', dir: join(dir, 'data', 'squad') });
  });

  const run = '  - { model: bert-tiny, scenario: Server }\n';
  it.each([
    ['runs: [\n', 'BAD_YAML', /^mine\.yaml line 2 is not valid YAML: .+; correct the file\.$/],
    [
      `min-durtion: 20s\nruns:\n${run}`,
      'BAD_YAML',
      /^mine\.yaml line 1: there is no key "min-durtion" here; did you mean min-duration\?$/,
    ],
    [
      `runs:\n${run}  - model: bert-tiny\n    senario: Server\n`,
      'BAD_YAML',
      /^mine\.yaml line 4: there is no key "senario" here; did you mean scenario\?$/,
    ],
    [
      `runs:\n  - { model: bert-tiny, scenario: Server, out: x }\n`,
      'BAD_YAML',
      /^mine\.yaml line 2: there is no key "out" here; move it to the top of the plan\.$/,
    ],
    [`json: true\nruns:\n${run}`, 'BAD_YAML', /^mine\.yaml line 1: there is no key "json" here; /],
    ['name: mine\n', 'BAD_YAML', /^mine\.yaml line 1: runs is missing; it must be a list of runs/],
    ['runs: []\n', 'BAD_YAML', /^mine\.yaml line 1: runs is an empty list; it must be a list of runs/],
    [
      'runs:\n  - bert-tiny\n',
      'BAD_YAML',
      /^mine\.yaml line 2: the run is "bert-tiny"; it must be a map of options/,
    ],
    ['', 'BAD_YAML', /^mine\.yaml line 1: the plan is empty; it must be a map of options/],
    [`name: [a]\nruns:\n${run}`, 'BAD_YAML', /^mine\.yaml line 1: name is "a"; it must be a string\.$/],
    [`runs:\n${run}    target-qps: 0\n`, 'BAD_YAML', /^mine\.yaml line 3 is not valid YAML/],
    [
      `target-qps: 0\nruns:\n${run}`,
      'BAD_OPTION',
      /^mine\.yaml line 1: target-qps is 0; it must be auto or a number above 0\.$/,
    ],
    [
      `target-qps: .nan\nruns:\n${run}`,
      'BAD_OPTION',
      /^mine\.yaml line 1: target-qps is NaN; it must be auto or a number above 0\.$/,
    ],
    [
      `runs:\n  - model: bert-tiny\n    scenario: Server\n    max-batch: 0\n`,
      'BAD_OPTION',
      /^mine\.yaml line 4: max-batch is 0; it must be auto or a whole number from 1 to 65536\.$/,
    ],
    [
      `runs:\n  - model: brt-tiny\n    scenario: Server\n`,
      'UNKNOWN_MODEL',
      /^mine\.yaml line 2: model is "brt-tiny", which is not a known model or benchmark; did you mean bert-tiny\?$/,
    ],
    [
      `runs:\n  - model: bert-tiny\n    scenario: Sever\n`,
      'UNKNOWN_SCENARIO',
      /^mine\.yaml line 3: scenario is "Sever"; it must be Offline, Server, SingleStream or MultiStream \(did you mean Server\?\)\.$/,
    ],
    [
      `device: cudaa\nruns:\n${run}`,
      'UNKNOWN_DEVICE',
      /^mine\.yaml line 1: device is "cudaa", which onnxruntime does not have; did you mean cuda\?$/,
    ],
    [
      'runs:\n  - { model: bert-tiny }\n',
      'BAD_OPTION',
      /^mine\.yaml line 2: scenario is missing; add it to this run\.$/,
    ],
    [`runs:\n${run}${run}`, 'BAD_OPTION', /^the plan runs bert-tiny Server twice; /],
    ['a: 1\na: 2\n', 'BAD_YAML', /^mine\.yaml line 2 is not valid YAML: .*unique/],
    [
      `a: &a [1]\nruns: [${'*b, '.repeat(3)}]\n`,
      'BAD_YAML',
      /^mine\.yaml line 2 is not valid YAML|^mine\.yaml is not usable YAML/,
    ],
  ])('is refused in one sentence with its line (%#)', (text, code, sentence) => {
    const fault = faultOf(text);
    expect(fault.message).toMatch(sentence);
    expect(fault.code).toBe(code);
  });

  it('must be there and be a file', () => {
    const read = (plan: string) => thrown(() => buildPlan({ plan, options: {}, folder: '/' }));
    expect(read('quik')).toEqual({
      code: 'UNKNOWN_PLAN',
      message: 'there is no plan "quik"; did you mean quick?',
    });
    expect(read(join(dir, 'absent.yaml')).message).toMatch(
      /^there is no plan file .*absent\.yaml; give the path/,
    );
    expect(read(dir).message).toMatch(/cannot be read \(it is a folder\); give a readable YAML file\.$/);
  });
});
