/** A process that is stopped and goes on later, as by Ctrl-Z and `fg`. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { RunDocument } from '../../src/results/types.js';
import { serverRun, startBaremark, underway } from './child.js';

let dir: string;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'baremark-stopped-'));
});
afterAll(() => rmSync(dir, { recursive: true }));

it('makes the run INVALID, with how long it stood still', async () => {
  const child = startBaremark(dir, serverRun('2s', '--min-queries', '100', '--json'));
  await child.shown(underway);
  const pid = child.process.pid!;
  process.kill(pid, 'SIGSTOP');
  const state = () => readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\) /, '')[0];
  await expect.poll(state).toBe('T');
  // How long it is stopped is what the run has to find out.
  const before = performance.now();
  await sleep(1000);
  process.kill(pid, 'SIGCONT');
  const stoppedS = (performance.now() - before) / 1000;
  const { code, stdout } = await child.ended;
  const [{ outcome }] = JSON.parse(stdout) as [RunDocument];
  expect(outcome).toEqual({
    kind: 'invalid',
    reasons: [expect.stringMatching(/^The process stood still for \d\.\d s, [\d.]+% of the run/)],
  });
  const reason = 'reasons' in outcome ? outcome.reasons[0]! : '';
  // The stop was as long as here at least, but for the 50 ms between beats.
  expect(Number(/for ([\d.]+) s/.exec(reason)?.[1])).toBeGreaterThan(stoppedS - 0.1);
  expect(code).toBe(1);
});
