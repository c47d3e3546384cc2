import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Comparison } from '../../src/compare/types.js';
import { logText } from '../accuracy/log-file.js';
import { goldenPath } from '../helpers/golden.js';
import { itWithShared, sharedPath } from '../helpers/shared.js';
import { writeHandMade } from '../results/hand-made-run.js';
import { phaseResult, planned } from '../run/hand-made.js';
import { baremark } from './baremark.js';

let dir: string;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'baremark-compare-'));
});
afterAll(() => rmSync(dir, { recursive: true }));

describe('our own runs', () => {
  const run = (system: string, ...more: readonly string[]) => {
    const sut = [
      '--backend',
      'simulated',
      '--model',
      'bert-tiny',
      '--scenario',
      'Offline',
      '--system',
      system,
    ];
    const rules = ['--min-duration', '0', '--min-queries', '500', '--target-qps', '500', '--repeat', '3'];
    return baremark(dir, 'run', ...sut, ...rules, ...more);
  };

  const rateOf = (system: string, number: number): number => {
    const path = `results/${system}/bert-tiny/Offline/performance/run_${number}/run.json`;
    return JSON.parse(readFileSync(join(dir, path), 'utf8')).result.value;
  };

  it('are compared and reported', async () => {
    const ended = [
      await run('fast', '--backend-option', 'fixedMs=0', '--backend-option', 'perSampleMs=0.5'),
      await run('slow', '--backend-option', 'fixedMs=0', '--backend-option', 'perSampleMs=2'),
    ];
    expect(ended.map(({ code }) => code)).toEqual([0, 0]);
    const compared = await baremark(
      dir,
      'compare',
      'results/fast',
      'results/slow',
      '--json',
      '--html',
      'c.html',
    );
    const { candidates } = JSON.parse(compared.stdout) as Comparison;
    expect(candidates[0]!.pairs).toHaveLength(1);
    const [pair] = candidates[0]!.pairs;
    const [fast, slow] = ['fast', 'slow'].map((system) => [1, 2, 3].map((number) => rateOf(system, number)));
    // Of three runs a side it is the ratio of the geometric means.
    const product = (values: readonly number[]) => values.reduce((a, b) => a * b, 1);
    expect(pair!.ratio).toBeCloseTo(Math.cbrt(product(slow!) / product(fast!)), 12);
    // Samples of half a millisecond, and of two: a busy machine can only be slower.
    for (const value of fast!) expect(value).toBeLessThan(2010);
    for (const value of slow!) expect(value).toBeLessThan(502.5);
    expect([pair!.verdict.kind, compared.code]).toEqual(['slower', 1]);
    // What the two were told is among the differences.
    const told = pair!.differences.find(({ field }) => field === 'sut.options.perSampleMs');
    expect(told).toMatchObject({
      severity: 'confounds',
      baseline: { value: '0.5' },
      candidate: { value: '2' },
    });
    const turned = await baremark(dir, 'compare', 'results/slow', 'results/fast');
    expect(turned.stdout).toMatch(/^bert-tiny +Offline .* faster$/m);
    expect(turned.stdout).toMatch(/^confounds +backend option perSample\S* +2 +0\.5$/m);
    expect(turned.code).toBe(0);
    expect(readFileSync(join(dir, 'c.html'), 'utf8')).toMatch(/^<!doctype html>/i);
    const reported = await baremark(dir, 'report', 'results/slow', '--csv', 'r.csv', '--md', 'r.md');
    expect(reported.code).toBe(0);
    expect(reported.stdout).toMatch(/^bert-tiny +Offline .* VALID/m);
    expect(parse(readFileSync(join(dir, 'r.csv')), { columns: true })).toHaveLength(3);
    expect(existsSync(join(dir, 'r.md'))).toBe(true);
  });
});

describe('the exit code', () => {
  it('is 1 where the answers differ', async () => {
    const copy = join(dir, 'answers');
    cpSync(goldenPath('submission'), copy, { recursive: true });
    const results = join(copy, 'closed', 'Example', 'results');
    const answer = (system: string, label: number) =>
      writeFileSync(
        join(results, system, 'ssd-resnet34/Offline/accuracy/mlperf_log_accuracy.json'),
        logText([{ sample: 0, data: Float32Array.of(0, 0.2, 0.1, 0.6, 0.4, 0.9, label) }]),
      );
    answer('rack', 2);
    answer('rack-vm', 3);
    const { code, stdout } = await baremark(dir, 'compare', join(results, 'rack'), join(results, 'rack-vm'));
    expect(stdout).toContain('DIFFERENT ANSWERS');
    // As it is, the submission's exit code is 0: see below.
    expect(code).toBe(1);
  });

  it('is 1 where nothing could be compared', async () => {
    const systems = ['bert-99', 'ssd-resnet34'].map((benchmark, i) => {
      const system = join(dir, `only-${i}`);
      const from = goldenPath('submission', 'closed', 'Example', 'results', 'rack', benchmark);
      cpSync(from, join(system, benchmark), { recursive: true });
      return system;
    });
    const ended = await baremark(dir, 'compare', ...systems);
    expect(ended.code).toBe(1);
    expect(ended.stdout).toContain('nothing can be compared');
  });
});

describe('our own runs whose files disagree', () => {
  it('are named and refused, unless --force is given', async () => {
    const rows = Array.from({ length: 990 }, (_, i) => ({ scheduledMs: 0, latencyMs: i + 1 }));
    const offline = planned({ scenario: 'Offline', 'target-qps': '1000', 'min-duration': '900ms' });
    for (const out of ['honest', 'edited'])
      await writeHandMade(join(dir, out), offline, [phaseResult(rows, {}, 990)]);
    const folder = join(dir, 'edited', 'box', 'bert-99', 'Offline', 'performance', 'run_1');
    const text = readFileSync(join(folder, 'run.json'), 'utf8');
    writeFileSync(join(folder, 'run.json'), text.replace('"value": 1000,', '"value": 2000,'));
    const sentence = 'The result is 1000 samples/s in queries.arrow, but 2000 samples/s in run.json.';

    const report = await baremark(dir, 'report', 'edited');
    expect([report.code, report.stdout.replaceAll(/\s+/g, ' ')]).toEqual([
      1,
      expect.stringContaining(sentence),
    ]);
    expect((await baremark(dir, 'report', 'honest')).code).toBe(0);

    const refused = await baremark(dir, 'compare', 'honest', 'edited');
    expect([refused.code, refused.stderr]).toEqual([1, `baremark: ${folder}: ${sentence}\n`]);
    expect(refused.stdout).toMatch(/not comparable/);
    expect(refused.stdout.replaceAll(/\s+/g, ' ')).toMatch(
      /the files of .*run_1 disagree: The result is 1000/,
    );
    const forced = await baremark(dir, 'compare', 'honest', 'edited', '--force');
    expect(forced.code).toBe(0);
    expect(forced.stdout.replaceAll(/\s+/g, ' ')).toContain(
      `disagree, and the pair was compared all the same: ${sentence}`,
    );
  });

  it('of which one cannot be read are reported without it, with exit code 1', async () => {
    const out = join(dir, 'partly');
    const offline = planned({ scenario: 'Offline', 'target-qps': '1000', 'min-duration': '900ms' });
    const rows = Array.from({ length: 990 }, (_, i) => ({ scheduledMs: 0, latencyMs: i + 1 }));
    for (let run = 0; run < 2; run++) await writeHandMade(out, offline, [phaseResult(rows, {}, 990)]);
    const second = join(out, 'box', 'bert-99', 'Offline', 'performance', 'run_2', 'run.json');
    writeFileSync(second, readFileSync(second, 'utf8').slice(0, 500));
    const { code, stdout, stderr } = await baremark(dir, 'report', 'partly');
    expect([code, stderr]).toEqual([1, expect.stringContaining(second)]);
    expect(stdout.match(/1000 samples\/s/g)).toHaveLength(1);
  });
});

describe('one run as both sides', () => {
  it.each([
    ['of ours, its system renamed', 'run.json'],
    ['of ours, the same folder', undefined],
  ])('%s, is named and refused, unless --force is given', async (_, renamed) => {
    const place = mkdtempSync(join(dir, 'same-'));
    const rows = Array.from({ length: 990 }, (_, i) => ({ scheduledMs: 0, latencyMs: i + 1 }));
    const offline = planned({ scenario: 'Offline', 'target-qps': '1000', 'min-duration': '900ms' });
    await writeHandMade(join(place, 'bare'), offline, [phaseResult(rows, {}, 990)]);
    const run = join('box', 'bert-99', 'Offline', 'performance', 'run_1');
    if (renamed !== undefined) {
      cpSync(join(place, 'bare'), join(place, 'vm'), { recursive: true });
      renameSync(join(place, 'vm', 'box'), join(place, 'vm', 'other'));
      const file = join(place, 'vm', 'other', run.slice(4), renamed);
      writeFileSync(file, readFileSync(file, 'utf8').replace('"system": "box"', '"system": "other"'));
    }
    const candidate = renamed === undefined ? 'bare' : 'vm';
    const why =
      renamed === undefined
        ? `${join(place, 'bare', run)} is on both sides, so it is one measurement and not two`
        : `${join(place, 'vm', 'other', run.slice(4))} is a copy of ${join(place, 'bare', run)}, so they are one measurement and not two`;

    const refused = JSON.parse((await baremark(place, 'compare', 'bare', candidate, '--json')).stdout);
    expect(refused.candidates[0].pairs[0].verdict).toEqual({
      kind: 'not comparable',
      reason: 'same run',
      why,
    });
    expect((await baremark(place, 'compare', 'bare', candidate)).code).toBe(1);

    const forced = JSON.parse(
      (await baremark(place, 'compare', 'bare', candidate, '--json', '--force')).stdout,
    );
    const [pair] = forced.candidates[0].pairs;
    expect([pair.verdict.kind, pair.ratio]).toEqual(['undecided', 1]);
    expect(pair.notes).toContain(`Compared all the same, though ${why}.`);
  });
});

/** Compares two systems of a submission through the command line: one line per pair, its ratio last. */
async function comparedPairs(results: string, [baseline, candidate]: readonly [string, string]) {
  const args = ['compare', join(results, baseline), join(results, candidate), '--csv', 'pairs.csv'];
  const { code, stdout } = await baremark(dir, ...args);
  expect(code).toBe(0);
  expect(stdout.split('\n').filter((line) => line.length > 80)).toEqual([]);
  const rows = parse(readFileSync(join(dir, 'pairs.csv')), { columns: true }) as Record<string, string>[];
  return rows.map((row) => `${row.benchmark} ${row.scenario} ${Number(row.ratio).toFixed(3)}`);
}

describe('submissions', () => {
  it('of several systems say what could not be read of them, and that one is wanted', async () => {
    const copy = join(dir, 'submission');
    cpSync(goldenPath('submission'), copy, { recursive: true });
    const [summary] = readdirSync(copy, { recursive: true, encoding: 'utf8' }).filter((path) =>
      path.endsWith('performance/run_1/mlperf_log_summary.txt'),
    );
    writeFileSync(join(copy, summary!), 'nothing');
    const ended = await baremark(dir, 'report', copy);
    expect(ended.code).toBe(2);
    const lines = ended.stderr.trim().split('\n');
    expect(lines.slice(0, -1).join('\n')).toContain(summary);
    expect(lines.at(-1)).toMatch(/has 2 systems \(.+, .+\); give the folder of one of them\.$/);
  });

  it('have the ratios of what LoadGen printed', async () => {
    const results = goldenPath('submission', 'closed', 'Example', 'results');
    // 1153.24 / 1338.34, 384.24 / 410.11, 270.179 / 353.582, 105.92 / 109.93 samples/s.
    expect(await comparedPairs(results, ['rack', 'rack-vm'])).toEqual([
      'bert-99 Offline 0.862',
      'bert-99 Server 0.937',
      'ssd-resnet34 Offline 0.764',
      'ssd-resnet34 Server 0.964',
    ]);
  });

  const dell = 'mlperf-results/v1.1/closed/Dell/results';
  itWithShared([dell], 'have the ratios of the published table', async () => {
    const systems = ['R7525_A100-PCIE-40GBx3_TRT', 'R7525_vA100-PCIE-40GBx3_TRT'] as const;
    expect(await comparedPairs(sharedPath(dell), systems)).toEqual([
      'bert-99 Offline 1.001',
      'bert-99 Server 0.991',
      'bert-99.9 Offline 0.989',
      'bert-99.9 Server 0.944',
      'ssd-resnet34 Offline 1.001',
      'ssd-resnet34 Server 0.967',
    ]);
  });
});
