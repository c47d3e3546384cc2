import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { goldenPath } from '../../helpers/golden.js';
import { baremark } from '../baremark.js';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'baremark-outputs-'));
  cpSync(goldenPath('submission', 'closed', 'Example'), join(dir, 'Example'), { recursive: true });
});
afterEach(() => rmSync(dir, { recursive: true }));

const rack = 'Example/results/rack';
const allFiles = () => (readdirSync(dir, { recursive: true }) as string[]).sort();

/** Ends with code 2 and this sentence before anything is printed; nothing is written or changed. */
async function refused(...args: readonly string[]): Promise<string> {
  const before = allFiles();
  const { code, stdout, stderr } = await baremark(dir, ...args);
  expect({ code, stdout, files: allFiles() }).toEqual({ code: 2, stdout: '', files: before });
  return stderr;
}

describe('reports', () => {
  it('are refused in one file, before results are read', async () => {
    expect(await refused('compare', 'absent', 'absent', '--csv', 'x', '--html', './x')).toBe(
      'baremark: --csv x and --html ./x are the same file; give each a file of its own.\n',
    );
  });

  it.each([`${rack}/bert-99/Offline/performance/run_1/mlperf_log_summary.txt`, 'Example/systems/rack.json'])(
    'are refused onto %s, which is read',
    async (path) => {
      const before = readFileSync(join(dir, path), 'utf8');
      const sentence = `baremark: --md is ${path}, which is part of the results; give another file.\n`;
      expect(await refused('report', rack, '--md', path)).toBe(sentence);
      expect(await refused('compare', rack, `${rack}-vm`, '--md', path)).toBe(sentence);
      expect(readFileSync(join(dir, path), 'utf8')).toBe(before);
    },
  );

  it('are written together, or none where one cannot be', async () => {
    const before = allFiles();
    const full = await baremark(dir, 'report', rack, '--csv', 'a.csv', '--md', '/dev/full');
    expect(full.stdout).toMatch(/^bert-99 +Offline /m);
    expect(full.stderr).toBe(
      'baremark: /dev/full cannot be written because the disk is full; free some space or choose another file with --md.\n',
    );
    expect({ code: full.code, files: allFiles() }).toEqual({ code: 2, files: before });
    const whole = await baremark(dir, 'report', rack, '--csv', `${rack}/a.csv`, '--md', '/dev/stdout');
    expect(whole.code).toBe(0);
    expect(whole.stdout).toContain('# Runs of rack');
    expect(allFiles()).toEqual([...before, `${rack}/a.csv`].sort());
    // Its own report may be written again.
    expect((await baremark(dir, 'report', rack, '--csv', `${rack}/a.csv`)).code).toBe(0);
  });
});

describe('tune', () => {
  const what = ['tune', '--model', 'bert-tiny', '--backend', 'simulated', '--backend-option', 'fixedMs=1'];

  it('refuses a file that cannot be written before it tries anything', async () => {
    expect(await refused(...what, '--out-file', '/proc/tuned.json')).toMatch(
      /^baremark: \/proc\/tuned\.json cannot be written .*; choose another file with --out-file\.\n$/,
    );
    expect(await refused(...what, '--out-file', '.')).toMatch(
      /^baremark: --out-file is .*, which is a folder; /,
    );
  });

  it('prints the winner although its file cannot be written', async () => {
    const few = ['--batches', '4', '--instances', '1', '--waits', '0', '--probe-duration', '0.1'];
    const given = [...what, '--target-latency', '20s', ...few, '--out-file', '/dev/full'];
    const { code, stdout, stderr } = await baremark(dir, ...given);
    expect(JSON.parse(stdout)).toMatchObject({ schema: 'baremark-tuned/1', offline: { maxBatch: 4 } });
    expect(stderr).toMatch(/^baremark: \/dev\/full cannot be written because the disk is full; /m);
    expect(code).toBe(2);
  });
});
