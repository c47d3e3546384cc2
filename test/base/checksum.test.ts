import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { rememberedSha256 } from '../../src/base/checksum.js';

let folder: string;
let note: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'baremark-checksum-'));
  note = join(folder, 'notes', 'note.json');
});
afterEach(() => rmSync(folder, { recursive: true }));

const hashOf = (...parts: (string | Buffer)[]) =>
  parts.reduce((hash, part) => hash.update(part), createHash('sha256')).digest('hex');

/** A file that changed last long before this test. */
const settled = fileURLToPath(new URL('../../tsconfig.json', import.meta.url));
const marker = 'f'.repeat(64);

/** Puts another hash into the note, so that an answer shows whether it came from there. */
function mark(change: (text: string) => string = (text) => text): void {
  const text = readFileSync(note, 'utf8');
  writeFileSync(note, change(text.replace(/"sha256":"\w+"/, `"sha256":"${marker}"`)));
}

describe('the checksum of files', () => {
  it('is that of their bytes in order', async () => {
    const files = ['one', 'two'].map((text) => join(folder, text));
    for (const file of files) writeFileSync(file, file.slice(-3));
    expect(await rememberedSha256(files, note)).toBe(hashOf('onetwo'));
    expect(await rememberedSha256([...files].reverse(), note)).toBe(hashOf('twoone'));
    expect(await rememberedSha256(files, undefined)).toBe(hashOf('onetwo'));
  });

  it('is taken from the note for files that look the same', async () => {
    expect(await rememberedSha256([settled], note)).toBe(hashOf(readFileSync(settled)));
    mark();
    expect(await rememberedSha256([settled], note)).toBe(marker);
  });

  it.each(['size', 'mtimeNs', 'ctimeNs', 'ino'])(
    'is computed again where the %s is another',
    async (field) => {
      await rememberedSha256([settled], note);
      mark((text) => text.replace(new RegExp(`"${field}":"`), '$&1'));
      expect(await rememberedSha256([settled], note)).toBe(hashOf(readFileSync(settled)));
    },
  );

  it('is computed again where the file had changed just before it was read', async () => {
    await rememberedSha256([settled], note);
    const changedAtMs = Math.floor(statSync(settled).ctimeMs);
    mark((text) => text.replace(/"checkedAtMs":\d+/, `"checkedAtMs":${changedAtMs + 5}`));
    expect(await rememberedSha256([settled], note)).toBe(hashOf(readFileSync(settled)));
  });

  it('is computed again for a file that changed in place at the very same time', async () => {
    const file = join(folder, 'file');
    writeFileSync(file, 'before');
    const time = new Date('2020-01-01');
    utimesSync(file, time, time);
    expect(await rememberedSha256([file], note)).toBe(hashOf('before'));
    writeFileSync(file, 'after!');
    utimesSync(file, time, time);
    expect(await rememberedSha256([file], note)).toBe(hashOf('after!'));
  });

  it('is computed where the note is damaged or cannot be kept', async () => {
    await rememberedSha256([settled], note);
    for (const text of ['', 'null', '{"sha256": 1}', '[]']) {
      writeFileSync(note, text);
      expect(await rememberedSha256([settled], note)).toBe(hashOf(readFileSync(settled)));
    }
    const nowhere = join(folder, 'notes', 'note.json', 'below');
    expect(await rememberedSha256([settled], nowhere)).toBe(hashOf(readFileSync(settled)));
    expect(existsSync(nowhere)).toBe(false);
  });
});
