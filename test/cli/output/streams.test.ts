/** Standard output and error that are closed or full: a run ends and is written, other commands say what is wrong. */
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunDocument } from '../../../src/results/types.js';
import { serverRun, startBaremark } from '../child.js';

let dir: string;
let full: number;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'baremark-streams-'));
  full = openSync('/dev/full', 'w');
});
afterAll(() => {
  closeSync(full);
  rmSync(dir, { recursive: true });
});

/** A short run that is VALID, into a folder of this name. */
const run = (out: string) => serverRun('1s', '--min-queries', '500', '--out', join(dir, out));
const written = (out: string) =>
  JSON.parse(
    readFileSync(join(dir, out, 'sim/bert-tiny/Server/performance/run_1/run.json'), 'utf8'),
  ) as RunDocument;

const cannot = /^baremark: standard output could not take what was printed \(ENOSPC: .*\); .*\.$/m;

describe('a run', () => {
  it('ends and is written where both streams are closed after a line', async () => {
    const child = startBaremark(dir, run('closed'));
    await child.shown(/\n/);
    child.process.stdout!.destroy();
    child.process.stderr!.destroy();
    expect(await child.ended).toMatchObject({ code: 0 });
    expect(written('closed').outcome).toEqual({ kind: 'valid' });
  });

  it('ends and is written where standard error is full', async () => {
    const child = startBaremark(dir, run('stderr'), ['ignore', 'pipe', full]);
    expect(await child.ended).toMatchObject({ code: 0, stdout: expect.stringMatching(/ VALID /) });
    expect(written('stderr').outcome).toEqual({ kind: 'valid' });
  });

  it('is written, and says so with exit code 2, where standard output is full', async () => {
    const child = startBaremark(dir, run('stdout'), ['ignore', full, 'pipe']);
    expect(await child.ended).toMatchObject({ code: 2, stderr: expect.stringMatching(cannot) });
    expect(written('stdout').outcome).toEqual({ kind: 'valid' });
  });
});

it.each([['--help'], ['models', 'list'], ['run', 'quick', '--dry-run', '--model=bert-tiny']])(
  'baremark %s %s ends with a sentence and 2 where standard output is full',
  async (...args) => {
    const { code, stderr } = await startBaremark(dir, args.filter(Boolean), ['ignore', full, 'pipe']).ended;
    expect(stderr).toMatch(cannot);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(code).toBe(2);
  },
);
