import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { codeOf, failureText } from '../../src/cli/failure.js';

const main = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'baremark-environment-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Runs a command line of a shell, in which `$baremark` is the command. */
function shell(script: string): Promise<{ code: unknown; stdout: string; stderr: string }> {
  const env = { ...process.env, baremark: `${process.execPath} ${main}` };
  return new Promise((resolve) => {
    execFile('sh', ['-c', script], { cwd: folder, env }, (error, stdout, stderr) =>
      resolve({ code: error?.code ?? 0, stdout, stderr }),
    );
  });
}

describe('one sentence and exit code 2 where', () => {
  it.each(['datasets check x', 'run quick --dry-run'])(
    'the working folder of %s was removed',
    async (args) => {
      expect(await shell(`mkdir -p gone && cd gone && rmdir ../gone && $baremark ${args}`)).toEqual({
        code: 2,
        stdout: '',
        stderr: 'baremark: the working folder was removed; change to a folder that exists.\n',
      });
    },
  );

  it.each(['models build bert-tiny', 'run quick --dry-run', 'compare a b'])(
    '%s cannot open the files of baremark itself',
    async (args) => {
      expect(await shell(`ulimit -n 32 && $baremark ${args}`)).toEqual({
        code: 2,
        stdout: '',
        stderr: 'baremark: no more files can be opened; raise the limit, for example with ulimit -n 4096.\n',
      });
    },
  );

  it('Node finds no entry of a package, because it cannot open its description', () => {
    const missing = (name: string) => {
      const message = `Cannot find package '${join(folder, name, 'index.js')}' imported from /x.js`;
      return codeOf(Object.assign(new Error(message), { code: 'ERR_MODULE_NOT_FOUND' }));
    };
    for (const name of ['whole', 'damaged']) mkdirSync(join(folder, name));
    for (const name of ['whole', 'damaged'])
      writeFileSync(join(folder, name, 'package.json'), '{ "main": "./main.js" }');
    writeFileSync(join(folder, 'whole', 'main.js'), '');
    // Where a file is missing for good, the stack tells more than a sentence about limits.
    expect(['whole', 'damaged', 'absent'].map(missing)).toEqual([2, 1, 1]);
  });

  it('no more files can be opened', () => {
    const error = Object.assign(new Error('EMFILE: too many open files'), { code: 'EMFILE' });
    expect(codeOf(error)).toBe(2);
    expect(failureText(error)).toBe(
      'baremark: no more files can be opened; raise the limit, for example with ulimit -n 4096.',
    );
  });
});

it('another system error stays a bug with its stack', () => {
  const error = Object.assign(new Error('ENOENT: no such file'), { code: 'ENOENT' });
  expect(codeOf(error)).toBe(1);
  expect(failureText(error)).toContain('at ');
});
