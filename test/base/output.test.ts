import { execFileSync, spawn } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { writeFileWhole } from '../../src/base/files.js';
import { checkOutputs } from '../../src/base/output/check.js';
import { writeOutputs } from '../../src/base/output/write.js';
import { temporaryFolder } from '../results/sample-run.js';

let dir: string;
beforeEach(async () => {
  dir = await temporaryFolder();
});
const at = (name: string) => join(dir, name);
const out = (name: string, flag = '--csv') => ({ flag, path: name.startsWith('/') ? name : at(name) });
const noInput = () => undefined;

/** Checks and writes these texts by file name, with the flags --1, --2 and so on. */
async function write(texts: Readonly<Record<string, string>>): Promise<void> {
  const outputs = Object.keys(texts).map((name, i) => out(name, `--${i + 1}`));
  const targets = await checkOutputs(outputs, noInput);
  await writeOutputs(targets.map((target, i) => ({ target, text: Object.values(texts)[i]! })));
}

describe('an output is refused before anything is done', () => {
  const refused = (names: readonly string[], inputOf: (path: string) => string | undefined = noInput) =>
    checkOutputs(
      names.map((name, i) => out(name, ['--csv', '--md'][i])),
      inputOf,
    ).then(
      () => 'accepted',
      (error: Error & { code: string }) => `${error.code}: ${error.message.replaceAll(dir, 'DIR')}`,
    );

  it('where two are one file, by name, by a link, by a linked folder or by a hard link', async () => {
    mkdirSync(at('real'));
    symlinkSync('real', at('linked'));
    symlinkSync('absent.csv', at('link.csv'));
    writeFileSync(at('here'), '');
    linkSync(at('here'), at('also'));
    for (const [a, b] of [
      ['x', 'x'],
      ['x', 'real/../x'],
      ['link.csv', 'absent.csv'],
      ['real/new', 'linked/new'],
      ['real/deep/new', 'linked/deep/new'],
      ['here', 'also'],
    ] as const)
      expect(await refused([a, b])).toBe(
        `BAD_OPTION: --csv DIR/${a} and --md ${at(b).replace(dir, 'DIR')} are the same file; give each a file of its own.`,
      );
    expect(await refused(['real/new', 'new'])).toBe('accepted');
    expect(await refused(['/dev/null', '/dev/null'])).toBe('accepted');
  });

  it('where it is an input, a folder or no place at all', async () => {
    writeFileSync(at('plan.yaml'), 'kept');
    symlinkSync('plan.yaml', at('link'));
    const inputOf = (path: string) => (path.endsWith('plan.yaml') ? 'the plan' : undefined);
    expect(await refused(['link'], inputOf)).toBe(
      'BAD_OPTION: --csv is DIR/link, which is the plan; give another file.',
    );
    expect(await refused(['.'])).toMatch(
      /^BAD_OPTION: --csv is DIR, which is a folder; give the path of a file/,
    );
    expect(await checkOutputs([{ flag: '--csv', path: '' }], noInput).catch(String)).toMatch(/is a folder/);
    expect(await checkOutputs([{ flag: '--csv', path: `${dir}/new/` }], noInput).catch(String)).toMatch(
      /is a folder/,
    );
    symlinkSync('b', at('a'));
    symlinkSync('a', at('b'));
    expect(await refused(['a'])).toMatch(/^OUTPUT_NOT_WRITABLE: .*too many links/);
    expect(await refused(['plan.yaml/x'])).toMatch(
      /^OUTPUT_NOT_WRITABLE: .*; choose another file with --csv\.$/,
    );
    expect(await refused(['/proc/x.csv'])).toMatch(/^OUTPUT_NOT_WRITABLE: /);
    expect(await refused(['/proc/a/b/x.csv'])).toMatch(/^OUTPUT_NOT_WRITABLE: /);
    expect(await refused(['x'.repeat(300)])).toMatch(/^OUTPUT_NOT_WRITABLE: /);
    expect(readdirSync(dir).sort()).toEqual(['a', 'b', 'link', 'plan.yaml']);
  });

  it.skipIf(process.getuid?.() === 0)(
    'where it may not be written (skipped: root may write anywhere)',
    async () => {
      writeFileSync(at('mine'), 'kept');
      chmodSync(at('mine'), 0o444);
      expect(await refused(['mine'])).toMatch(/permission denied; choose another file with --csv/);
      mkdirSync(at('locked'));
      chmodSync(at('locked'), 0o555);
      expect(await refused(['locked/x'])).toMatch(/permission denied/);
    },
  );
});

describe('outputs', () => {
  it('are written with the folders above them, and nothing else is left', async () => {
    await write({ 'new/deep/a.csv': 'a', 'b.md': 'b' });
    expect(readFileSync(at('new/deep/a.csv'), 'utf8')).toBe('a');
    expect(readFileSync(at('b.md'), 'utf8')).toBe('b');
    expect(readdirSync(dir).sort()).toEqual(['b.md', 'new']);
    expect(readdirSync(at('new/deep'))).toEqual(['a.csv']);
  });

  it('go through a link, which stays one, and keep the permissions of what they replace', async () => {
    writeFileSync(at('real.csv'), 'old');
    chmodSync(at('real.csv'), 0o640);
    symlinkSync('real.csv', at('link.csv'));
    symlinkSync('later/absent.csv', at('dangling.csv'));
    await write({ 'link.csv': 'new', 'dangling.csv': 'made' });
    expect(lstatSync(at('link.csv')).isSymbolicLink()).toBe(true);
    expect(readFileSync(at('real.csv'), 'utf8')).toBe('new');
    expect(statSync(at('real.csv')).mode & 0o777).toBe(0o640);
    expect(readFileSync(at('later/absent.csv'), 'utf8')).toBe('made');
  });

  it('are written into a FIFO and a device, which stay what they are', async () => {
    execFileSync('mkfifo', [at('fifo')]);
    const reading = readFile(at('fifo'), 'utf8');
    await write({ fifo: 'through', '/dev/null': 'gone' });
    expect(await reading).toBe('through');
    expect(lstatSync(at('fifo')).isFIFO()).toBe(true);
    expect(lstatSync('/dev/null').isCharacterDevice()).toBe(true);
  });

  it('are all in place or none: a full device leaves every file as it was', async () => {
    writeFileSync(at('a.csv'), 'old');
    await expect(write({ 'a.csv': 'new', 'fresh/b.md': 'b', '/dev/full': 'c' })).rejects.toMatchObject({
      code: 'OUTPUT_NOT_WRITABLE',
      message:
        '/dev/full cannot be written because the disk is full; free some space or choose another file with --3.',
    });
    expect(readFileSync(at('a.csv'), 'utf8')).toBe('old');
    expect(readdirSync(dir)).toEqual(['a.csv']);
  });

  it('are taken back where the last one cannot be put in place', async () => {
    writeFileSync(at('a.csv'), 'old');
    const targets = await checkOutputs([out('a.csv'), out('b.md'), out('c.html', '--html')], noInput);
    // Somebody makes a folder there while the reports are made.
    mkdirSync(at('c.html'));
    const written = writeOutputs(targets.map((target) => ({ target, text: 'new' })));
    await expect(written).rejects.toMatchObject({ code: 'OUTPUT_NOT_WRITABLE' });
    expect(readFileSync(at('a.csv'), 'utf8')).toBe('old');
    expect(existsSync(at('b.md'))).toBe(false);
    expect(readdirSync(dir).sort()).toEqual(['a.csv', 'c.html']);
  });
});

it('a table that is kept beside runs goes through a link, too', async () => {
  writeFileSync(at('real.csv'), 'old');
  symlinkSync('real.csv', at('summary.csv'));
  await writeFileWhole(at('summary.csv'), 'new');
  expect(lstatSync(at('summary.csv')).isSymbolicLink()).toBe(true);
  expect(readFileSync(at('real.csv'), 'utf8')).toBe('new');
});

describe('an output that is an open stream of the process', () => {
  /** What a process prints that writes `text` to `path` between two lines of its own; its output goes into a file. */
  async function printed(path: string): Promise<string> {
    const file = at('printed');
    const program = `
      import { checkOutputs } from ${JSON.stringify(new URL('../../dist/base/output/check.js', import.meta.url).href)};
      import { writeOutputs } from ${JSON.stringify(new URL('../../dist/base/output/write.js', import.meta.url).href)};
      console.log('before');
      const [target] = await checkOutputs([{ flag: '--csv', path: '${path}' }], () => undefined);
      await writeOutputs([{ target, text: 'text\\n' }]);
      console.log('after');`;
    const child = spawn('sh', [
      '-c',
      `exec "$0" --input-type=module -e "$1" > "$2"`,
      process.execPath,
      program,
      file,
    ]);
    let stderr = '';
    child.stderr.on('data', (chunk) => {
      stderr += chunk;
    });
    await new Promise((resolve) => child.on('close', resolve));
    return readFileSync(file, 'utf8') + stderr;
  }

  it.each(['/dev/stdout', '/dev/fd/1', '/proc/self/fd/1'])('(%s) is written in its turn', async (path) => {
    expect(await printed(path)).toBe('before\ntext\nafter\n');
  });

  it('is refused by the name of the file it goes to', async () => {
    expect(await printed(at('printed'))).toMatch(/which is where this command prints; give another file/);
  });
});
