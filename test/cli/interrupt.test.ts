/** A run that is stopped while its device hangs: what was measured is written, and soon. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readRecord } from '../../src/results/read/record.js';
import type { RunDocument } from '../../src/results/types.js';
import { serverRun, startBaremark, underway } from './child.js';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'baremark-interrupt-'));
  execFileSync('mkfifo', [join(dir, 'pipe')]);
});
afterEach(() => rmSync(dir, { recursive: true }));

const folder = () => join(dir, 'results', 'sim', 'bert-tiny', 'Server', 'performance', 'run_1');
const written = () => JSON.parse(readFileSync(join(folder(), 'run.json'), 'utf8')) as RunDocument;

/** Its third batch after the warm-up of one never returns, and it has one instance. */
const hangs = serverRun('60s', '--warmup', '1', '--backend-option', 'hangAt=4', '--instances', '1');

/** The run of a backend that gets stuck in native code; the last --backend is the one that counts. */
function stuckRun(at: string): readonly string[] {
  const backend = fileURLToPath(new URL('../helpers/stuck-backend.js', import.meta.url));
  const options = ['--backend-option', `pipe=${join(dir, 'pipe')}`, '--backend-option', `at=${at}`];
  return serverRun('60s', '--backend', backend, '--warmup', '1', '--instances', '1', ...options);
}

describe('Ctrl-C while a batch hangs', () => {
  it('waits a moment for the batch, and writes what was measured', async () => {
    const child = startBaremark(dir, hangs);
    await child.shown(underway);
    child.process.kill('SIGINT');
    const { code } = await child.ended;
    const { outcome, result } = written();
    expect(outcome.kind).toBe('aborted');
    expect(outcome).toMatchObject({
      reasons: expect.arrayContaining([
        'The run was stopped by the user.',
        'Worker thread 0 was still running a batch when the run was stopped, and was given up; 1 sample was lost with it.',
      ]),
    });
    expect(result).toMatchObject({ samples: 2, failed: 1 });
    expect((await readRecord(join(folder(), 'queries.arrow'))).failed[2]).toBe(1);
    expect(code).toBe(1);
  });

  it('does not wait at the second Ctrl-C, and still writes', async () => {
    const child = startBaremark(dir, hangs);
    await child.shown(underway);
    child.process.kill('SIGINT');
    await child.shown(/Stopping: /);
    child.process.kill('SIGINT');
    const { code, stderr } = await child.ended;
    expect(stderr).toContain('Quitting: what still runs is left, what was measured is written.');
    expect(written()).toMatchObject({ outcome: { kind: 'aborted' }, result: { samples: 2 } });
    expect(code).toBe(1);
  });

  it('ends by the signal where the thread is stuck in native code', async () => {
    const child = startBaremark(dir, stuckRun('4'));
    await child.shown(/stuck now/);
    child.process.kill('SIGINT');
    const { code, signal, stderr } = await child.ended;
    expect(written()).toMatchObject({ outcome: { kind: 'aborted' }, result: { samples: 2 } });
    expect(stderr).toMatch(/stuck in the backend, so this process ends by a signal\.\n$/);
    expect({ code, signal }).toEqual({ code: null, signal: 'SIGINT' });
  });

  it('writes nothing where a session hangs while it opens', async () => {
    const child = startBaremark(dir, stuckRun('open'));
    await child.shown(/stuck now/);
    child.process.kill('SIGTERM');
    const { signal } = await child.ended;
    expect(signal).toBe('SIGTERM');
    expect(existsSync(join(dir, 'results', 'sim'))).toBe(false);
  });
});
