import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { RunDocument } from '../../src/results/types.js';
import { userBackends } from '../helpers/user-backend.js';
import { baremark } from './baremark.js';

const folder = mkdtempSync(join(tmpdir(), 'baremark-user-cli-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const module = userBackends();

/** No model and no data, so that only the backend is at work. */
const bare = "export const profile = { model: 'none', answers: false };";

const run = (backend: string, ...args: string[]) =>
  baremark(
    folder,
    ...['run', '--model', 'bert-tiny', '--scenario', 'Server', '--target-qps', '50', '--backend', backend],
    ...['--min-duration', '200ms', '--min-queries', '10', '--out', 'out', ...args],
  );

describe("a run of a user's backend", () => {
  it.each([
    [
      'return {};',
      '',
      /backend .*mjs opened no session that can be used: inputs is not a list; correct its open\(\)\.$/,
    ],
    ["throw new Error('no NPU here');", '', /backend .*mjs cannot open bert-tiny on cpu: no NPU here\.$/],
    [
      'return session({ run: () => ({}) });',
      '',
      /^baremark: The backend mine gave wrong outputs for batch 0 of 1 sample: output y is missing; correct .*\.$/,
    ],
    [
      'return session();',
      'export const profile = { defaults() { throw new Error("no cores"); } };',
      /profile's defaults\(\) of the backend .*mjs threw: no cores; correct it/,
    ],
  ])('ends with one sentence and exit code 2: %s %s', async (open, profile, sentence) => {
    const { code, stdout, stderr } = await run(module(open, profile || bare));
    const lines = stderr.trim().split('\n');
    expect(lines.at(-1)).toMatch(sentence);
    expect(lines.filter((line) => line.startsWith('baremark: '))).toHaveLength(1);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    const out = join(folder, 'out');
    expect(existsSync(out) ? readdirSync(out) : [], 'nothing is half-written').toEqual([]);
  });

  it('prints only its document to standard output, whatever the backend prints', async () => {
    const talkative = module(
      `console.log('in open');
      return session({ run({ size }) { console.log('in run'); process.stdout.write('written '); return right(size); } });`,
      `import { info } from 'node:console';
      console.log('at import');
      info('by name');
      export const profile = { model: 'none', answers: false, defaults() { console.table([1]); return {}; } };`,
    );
    const { stdout, stderr } = await run(talkative, '--json', '--out', 'talkative');
    const [document] = JSON.parse(stdout) as RunDocument[];
    expect(document!.result.failed).toBe(0);
    for (const text of ['at import', 'by name', '(index)', 'in open', 'in run', 'written '])
      expect(stderr).toContain(text);
  });
});

describe('an issuer that ends before it is ready', () => {
  it('ends the run with one sentence and exit code 2', async () => {
    // Loaded into every thread of the process; only the issuer's has no data.
    const hook = join(folder, 'hook.mjs');
    writeFileSync(
      hook,
      `import { isMainThread, workerData } from 'node:worker_threads';
      if (!isMainThread && !workerData) throw new Error('no room for it');`,
    );
    const before = process.env.NODE_OPTIONS;
    process.env.NODE_OPTIONS = `--import ${hook}`;
    try {
      const { code, stderr } = await run(module('return session();', bare));
      expect(stderr.trim().split('\n').at(-1)).toBe(
        'baremark: The thread that issues queries ended before it was ready: it threw: no room for it; free memory and processes, and run again.',
      );
      expect(code).toBe(2);
    } finally {
      if (before === undefined) delete process.env.NODE_OPTIONS;
      else process.env.NODE_OPTIONS = before;
    }
  });
});
