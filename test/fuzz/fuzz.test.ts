/** The fuzzer itself: it does the same for the same seed, sees what it is there to see, and begins with files that are right. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Done, Said } from './job.js';
import { complaint } from './judge.js';
import { mutate, randomFrom } from './mutate.js';
import { createRunner } from './runner.js';
import { planSubjects } from './subjects.js';

const text = Buffer.from('name: mine\nruns:\n  - { model: "a", scenario: "Server", target-qps: 12.5 }\n');

describe('mutate', () => {
  it('makes the same of the same seed, and of most seeds something else', () => {
    const made = Array.from({ length: 200 }, (_, seed) => mutate(text, randomFrom(seed)).toString('latin1'));
    const again = Array.from({ length: 200 }, (_, seed) => mutate(text, randomFrom(seed)).toString('latin1'));
    expect(again).toEqual(made);
    expect(new Set(made).size).toBeGreaterThan(150);
  });

  it('takes what is empty, and bytes that are not text', () => {
    for (let seed = 0; seed < 200; seed++) {
      expect(mutate(Buffer.alloc(0), randomFrom(seed)).length).toBeLessThan(100);
      mutate(Buffer.from([0, 255, 128, 10]), randomFrom(seed));
    }
  });
});

describe('complaint', () => {
  const done: Done = { code: 2, stdout: '', stderr: 'baremark: there is no plan "x"; choose quick.\n' };
  const before: Said = { figures: { run_1: '[99.5]' }, words: 1 };

  it('has nothing to say of a sentence and an exit code', () => expect(complaint(done)).toBeUndefined());

  it.each<[string, Partial<Done>, RegExp]>([
    ['a stack', { stderr: 'Error: x\n    at run (file:///a/b.js:10:5)\n' }, /stack: at run/],
    ['an error that only a bug throws', { stderr: 'TypeError: x is not a function' }, /stack: TypeError/],
    ['an exit code of its own', { code: 13 }, /exit code is 13/],
    ['silence', { stderr: '' }, /says nothing/],
    ['a control character', { stdout: 'a\u001b[2Jb' }, /"\\u001b" reaches/],
    ['text turned round', { stdout: 'a\u202eb' }, /reaches the terminal/],
    ['another number', { said: { figures: { run_1: '[98.5]' }, words: 1 } }, /run_1 changed without a word/],
    ['a run that is gone', { said: { figures: {}, words: 1 } }, /run_1 is gone without a word/],
    ['a run more', { said: { figures: { ...before.figures, run_2: '' }, words: 1 } }, /another run, run_2/],
  ])('names %s', (_, changes, sentence) => {
    expect(complaint({ ...done, ...changes }, before)).toMatch(sentence);
  });

  it('is content with another number where a sentence comes with it', () => {
    expect(complaint({ ...done, said: { figures: { run_1: '[98.5]' }, words: 2 } }, before)).toBeUndefined();
  });
});

describe('the child', () => {
  const runnerOf = (entry?: string) => {
    const runner = createRunner(entry);
    onTestFinished(() => runner.close());
    return runner;
  };

  it('that never answers is a hang, and the next job has a new one', async () => {
    const runner = runnerOf(fileURLToPath(new URL('odd-child.js', import.meta.url)));
    expect(await runner.run({ args: ['hang'], cwd: '/' }, 50)).toMatchObject({ lost: 'slow' });
    expect(await runner.run({ args: ['exit'], cwd: '/' })).toMatchObject({ lost: 'gone' });
  });

  it('plans every file as it is, and refuses one that is broken with 2', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'baremark-fuzz-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const runner = runnerOf();
    const subjects = planSubjects(folder);
    for (const { jobs } of subjects)
      for (const job of jobs) {
        const answer = await runner.run(job, 60_000);
        expect(answer).toMatchObject({ code: 0 });
        expect(complaint(answer)).toBeUndefined();
      }
    const [{ file, jobs }] = subjects as [(typeof subjects)[number]];
    writeFileSync(join(folder, file), `${readFileSync(join(folder, file), 'utf8')}nope: 1\n`);
    expect(await runner.run(jobs[0]!)).toMatchObject({ code: 2, stderr: expect.stringContaining('"nope"') });
  });
});
