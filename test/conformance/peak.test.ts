/** The check of peak searches itself: its truths, its judgement, and the searches that ours is compared with. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { randomNumbers } from '../../src/base/random.js';
import type { VirtualSystem } from '../../src/search/virtual/system.js';
import { md1System as md1, md1PeakQps, md1Within } from '../helpers/md1.js';
import { pooled, rootOf } from './peak/isotonic.js';
import { isotonicSearch } from './peak/isotonic-search.js';
import { judged, judgedLine, summaryLines } from './peak/judge.js';
import { loadgenSearch } from './peak/loadgen-search.js';
import { longRun } from './peak/long-run.js';
import { randomSystem } from './peak/make-systems.js';
import { type KnownSystem, ownSystems, systemOf, systemsIn } from './peak/systems.js';
import { truthOf } from './peak/truth.js';
import { judgeAll } from './peak.js';

const ms = 1e6;
const withDevice = (device: Partial<VirtualSystem['device']>, others: Partial<VirtualSystem> = {}) => ({
  ...md1,
  ...others,
  device: { ...md1.device, ...device },
});

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'baremark-systems-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('the share over the bound in the long run', () => {
  it.each([0.3, 0.5, 0.7])('is that of M/D/1 at load %d', (load) => {
    const expected = 1 - md1Within(5, load);
    const { share, error } = longRun(md1, 100 * load, 4e6 / (100 * load), 3);
    expect(Math.abs(share - expected)).toBeLessThan(4 * error);
    expect(error / expected).toBeLessThan(load > 0.4 ? 0.05 : 0.2);
  });

  it('of a device that stalls is that of queries which come during a stall or just before', () => {
    // Stalls of 50 ms, 2 s apart; service 10 ms, bound 15 ms, and hardly ever two at once. A query is late that comes in
    // a stall with more than 5 ms left of it, or less than 10 ms before one; or less than 5 ms after another query.
    const device = { stalls: { everyNs: 2e9, forNs: 50 * ms } };
    const system = withDevice(device, { bound: { ns: 15 * ms, percentile: 0.99 } });
    const { share, error } = longRun(system, 0.05, 2e7, 4);
    const expected = (45 + 10) / 2050 + 0.05 * 0.005;
    expect(Math.abs(share / expected - 1)).toBeLessThan(0.01 + (4 * error) / expected);
    expect(error / expected).toBeLessThan(0.01);
  });

  it('is all where the queue grows without end', () => {
    expect(longRun(md1, 110, 10_000, 5).share).toBe(1);
  });
});

describe('a truth', () => {
  it('of one instance with a fixed service time is that of M/D/1', () => {
    const { qps, error, known } = truthOf(md1, 1, 0.002);
    expect(known).toBe(true);
    expect(error).toBeLessThan(0.002);
    expect(Math.abs(qps / md1PeakQps(10, 60, 0.99) - 1)).toBeLessThan(0.006);
  });

  it('is 0 where a query alone takes longer than the bound', () => {
    expect(truthOf({ ...md1, bound: { ns: 9.9 * ms, percentile: 0.99 } }, 1)).toEqual({
      qps: 0,
      error: 0,
      known: true,
    });
  });
});

describe('our own systems', () => {
  const files = ownSystems();
  const systems = files.map(systemOf);

  it('are as many and as unlike as asked for', () => {
    expect(systems.length).toBeGreaterThanOrEqual(200);
    expect(new Set(systems.map(({ name }) => name)).size).toBe(systems.length);
    expect(systems.every(({ truth }) => truth !== undefined)).toBe(true);
    const share = (has: (system: VirtualSystem) => boolean) => systems.filter(has).length / systems.length;
    expect(share(({ rules }) => rules === 'quick')).toBeCloseTo(0.5, 1);
    expect(share(({ device }) => device.slice !== undefined)).toBeCloseTo(0.3, 1);
    expect(share(({ device }) => device.stalls !== undefined)).toBeCloseTo(0.3, 1);
    expect(share(({ device }) => device.drift !== undefined)).toBeCloseTo(0.2, 1);
    expect(new Set(systems.map(({ instances }) => instances))).toEqual(new Set([1, 2, 3, 4, 5, 6, 7, 8]));
    expect(new Set(systems.map(({ maxBatch }) => maxBatch))).toEqual(new Set([1, 2, 4, 8, 16, 32, 64]));
  });

  it('are those that are made from their numbers', () => {
    for (const i of [0, 7, 16]) {
      const { truth, ...system } = JSON.parse(files.find(({ text }) => text.includes(`"s${i}"`))!.text);
      const made = randomSystem(
        `s${i}`,
        randomNumbers(1 + 2 ** 32 * (i + 1)),
        i % 2 === 0 ? 'quick' : 'mlperf',
      );
      expect(system).toEqual(JSON.parse(JSON.stringify(made)));
      expect(truth).toBeGreaterThan(0);
    }
  });

  it('are mostly found: a few of them', async () => {
    const few = files.filter(({ text }) => /"s(4|6|16|20)"/.test(text));
    const all = await judgeAll('baremark', few, 1, 1);
    expect(all).toHaveLength(4);
    expect(all.filter(({ near }) => near).length).toBeGreaterThanOrEqual(3);
  });
});

describe('the judgement', () => {
  const system: KnownSystem = { ...md1, truth: 100 };
  const found = (qps: number, half = 2) => ({ qps, lowQps: qps - half, highQps: qps + half, simulatedS: 80 });

  it.each([
    [102, 100, { near: true, inside: true }],
    [98, 100, { near: true, inside: true }],
    [102.1, 100, { near: false, inside: false }],
    [97.9, 100, { near: false, inside: false }],
    [0, 0, { near: true, inside: undefined }],
    [5, 0, { near: false, inside: undefined }],
    [0, 100, { near: false, inside: false }],
    [Number.NaN, 100, { near: false, inside: undefined }],
  ])('of a peak of %d where the truth is %d', (qps, truth, expected) => {
    expect(judged({ ...system, truth }, found(qps))).toMatchObject(expected);
  });

  it('is told in a line each, and in three over all', () => {
    const all = [
      judged(system, found(101)),
      judged(system, found(97)),
      judged({ ...system, rules: 'mlperf', truth: 0 }, { ...found(0, 0), simulatedS: 500 }),
    ];
    expect(judgedLine(all[0]!)).toBe('ok      md1  peak 101  [99, 103]  truth 100  +1.00%  inside  80 s');
    expect(judgedLine(all[1]!)).toBe('FAILED  md1  peak 97  [95, 99]  truth 100  -3.00%  outside  80 s');
    expect(summaryLines(all)).toEqual([
      'within 2% of the truth: 2 of 3 (66.7%)',
      'intervals that contain the truth: 1 of 2 (50%)',
      'simulated time, median: 80 s by quick rules (2 systems) and 500 s by mlperf rules (1 systems)',
    ]);
  });
});

describe("LoadGen's search", () => {
  it('doubles and halves to a tenth of a query per second, a run each', () => {
    const { qps, lowQps, simulatedS } = loadgenSearch(md1, 1);
    expect(qps / md1PeakQps(10, 60, 0.99)).toBeCloseTo(1, 0.5);
    expect(lowQps).toBeNaN();
    // From 50 of 100 a second to a tenth: nine halvings, each run of ten seconds, and those before.
    expect(simulatedS).toBeGreaterThan(100);
    expect(simulatedS).toBeLessThan(160);
  });

  it('finds that none holds', () => {
    expect(loadgenSearch({ ...md1, bound: { ns: 9 * ms, percentile: 0.99 } }, 1).qps).toBe(0);
  });
});

describe('the isotonic search', () => {
  it('pools what falls', () => {
    const level = (value: number, weight = 1) => ({ at: 0, value, weight });
    expect(pooled([level(1), level(3), level(2), level(4)])).toEqual([1, 2.5, 2.5, 4]);
    expect(pooled([level(4, 2), level(1, 1), level(2, 1)])).toEqual([2.75, 2.75, 2.75]);
  });

  it('finds the root of a smooth rising curve through points', () => {
    expect(rootOf([0, 1, 2, 3], [-3, -1, 1, 3])).toBeCloseTo(1.5, 9);
    // PCHIP through a parabola's points, whose end slopes are secants: SciPy's differ there, so the middle is compared.
    expect(rootOf([1, 2, 3, 4, 5], [-8, -5, 0, 7, 16])).toBeCloseTo(3, 9);
    expect(rootOf([1, 2], [1, 2])).toBeUndefined();
  });

  it('comes near a truth, with an interval', () => {
    const truth = md1PeakQps(10, 60, 0.99);
    const { qps, lowQps, highQps } = isotonicSearch(md1, 1);
    expect(qps / truth).toBeCloseTo(1, 1);
    expect(lowQps).toBeLessThan(qps);
    expect(highQps).toBeGreaterThan(qps);
  });
});

describe('npm run conformance -- peak', () => {
  const conformance = (...args: string[]) =>
    spawnSync(process.execPath, ['--import', 'tsx', 'test/conformance/main.ts', 'peak', ...args], {
      encoding: 'utf8',
    });

  it('searches the systems of a folder that have a truth, and counts', () => {
    const none = 'bound: 9ms\nrules: quick\ndevice: { fixed: 10ms }\n';
    writeFileSync(join(folder, 'a.yaml'), `name: a\ntruth: 0\n${none}`);
    writeFileSync(join(folder, 'b.yml'), `name: b\ntruth: 12\n${none}`);
    writeFileSync(join(folder, 'c.yaml'), `name: c\n${none}`);
    writeFileSync(join(folder, 'd.txt'), 'no system');
    expect(systemsIn(folder).map(({ path }) => path)).toEqual([
      join(folder, 'a.yaml'),
      join(folder, 'b.yml'),
    ]);
    const { stdout, stderr, status } = conformance(folder, '--jobs', '2');
    const lines = stdout.trim().split('\n');
    expect(stderr).toBe('');
    expect(lines[0]).toMatch(/^ok {6}a {2}peak 0 {2}\[0, 0\] {2}truth 0 {2}0\.00% {2}\d+ s$/);
    expect(lines[1]).toMatch(
      /^FAILED {2}b {2}peak 0 {2}\[0, 0\] {2}truth 12 {2}-100\.00% {2}outside {2}\d+ s$/,
    );
    expect(lines.at(-1)).toBe('1 passed, 1 failed');
    expect(status).toBe(1);
  });

  it.each([
    [['absent'], /^absent cannot be read \(.*\); use npm run conformance -- peak DIR\.$/],
    [['src'], /^src has no system with a truth; give a folder of \*\.yaml with one in each\.$/],
    [['--count', '0'], /^--count is "0", not a whole number; use npm run conformance -- peak \[DIR\]/],
    [['--rival'], /^Unknown option '--rival'.*; use npm run conformance -- peak \[DIR\]/],
  ])('refuses %j with one sentence', (args, sentence) => {
    const { stdout, stderr, status } = conformance(...args);
    expect({ stdout, status }).toEqual({ stdout: '', status: 2 });
    expect(stderr.trim()).toMatch(sentence);
  });
});
