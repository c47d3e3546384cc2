import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { baremark } from '../../cli/baremark.js';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'baremark-simulate-'));
  write('system.yaml', 'name: plain\nbound: 60ms\nrules: quick\ndevice: { fixed: 10ms }\n');
});
afterEach(() => rmSync(dir, { recursive: true }));

const write = (name: string, text: string) => writeFileSync(join(dir, name), text);
const simulate = (...args: string[]) => baremark(dir, 'simulate', ...args);
const quick = ['--precision-of-peak', '10%', '--budget', '100s'];

describe('baremark simulate', () => {
  it('prints the peak, what a lone query takes, and what would be if', async () => {
    const { code, stdout, stderr } = await simulate('system.yaml', ...quick);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^plain\nPeak \d.* queries\/s, 95% interval /);
    expect(stdout).toMatch(/^A query alone takes 10 ms \(p50\), \d.* ms \(p99\)\.$/m);
    expect(stdout).toMatch(/^as it is +\d.* 100%$/m);
    expect(stdout).toMatch(/^with 2 instances +\d.*%$/m);
    expect(stdout.split('\n').filter((line) => line.length > 80)).toEqual([]);
    expect(readdirSync(dir)).toEqual(['system.yaml']);
  });

  it('prints JSON alone, the same for the same seed', async () => {
    const runs = await Promise.all(
      ['1', '1', '2'].map((seed) => simulate('system.yaml', '--json', '--seed', seed, ...quick)),
    );
    for (const { code, stderr } of runs) expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(runs[0]!.stdout).toBe(runs[1]!.stdout);
    expect(runs[0]!.stdout).not.toBe(runs[2]!.stdout);
    const { peak, simulatedSeconds, probes } = JSON.parse(runs[0]!.stdout) as {
      peak: { qps: number; low: number; high: number };
      simulatedSeconds: number;
      probes: { durationS: number }[];
    };
    expect(Object.keys(peak)).toEqual(['qps', 'low', 'high']);
    expect(peak.low).toBeLessThan(peak.qps);
    expect(peak.high).toBeGreaterThan(peak.qps);
    // Only probes take time, and one follows at once upon the other.
    expect(probes.reduce((sum, { durationS }) => sum + durationS, 0)).toBeCloseTo(simulatedSeconds, 6);
    expect(simulatedSeconds).toBeLessThan(130);
  });

  it('ends with 1 where the time was up before anything was known', async () => {
    const { code, stdout } = await simulate('system.yaml', '--json', '--budget', '1s');
    expect(JSON.parse(stdout)).toMatchObject({
      kind: 'not found',
      peak: { qps: null, low: null, high: null },
    });
    expect(code).toBe(1);
  });

  it.each([
    [['absent.yaml'], /^absent\.yaml cannot be read \(.*\); give a readable YAML file\.$/],
    [['.'], /^\. cannot be read \(it is a folder\); give a readable YAML file\.$/],
    [['bad.yaml'], 'bad.yaml line 3: device.fixed is "soon"; it must be a duration such as 4ms or 20s.'],
    [['system.yaml', '--seed', '-1'], '--seed is "-1"; it must be a whole number from 0 to 4294967295.'],
    [
      ['system.yaml', '--precision-of-peak', '0'],
      /^--precision-of-peak is "0"; it must be a share from 0\.2% to 50%/,
    ],
    [[], /missing required argument 'system'/],
  ])('refuses %j with one sentence', async (args, sentence) => {
    write('bad.yaml', 'name: bad\nbound: 60ms\ndevice: { fixed: soon }\n');
    const { code, stdout, stderr } = await simulate(...args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/^baremark: [^\n]+\n$/);
    expect(stderr.slice('baremark: '.length).trimEnd()).toEqual(
      sentence instanceof RegExp ? expect.stringMatching(sentence) : sentence,
    );
  });
});
