import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { unzip } from '../../src/assets/unzip.js';
import { zipFile } from './zip-file.js';

const scratch = mkdtempSync(join(tmpdir(), 'baremark-unzip-'));

function archive(name: string, bytes: Buffer): string {
  const path = join(scratch, name);
  writeFileSync(path, bytes);
  return path;
}

const files = { 'full/a': 'one', 'full/b': 'two', full: 'three' };

describe('unpacking an archive', () => {
  it('takes the files whose names match', async () => {
    expect(await unzip(archive('good.zip', zipFile(files)), /^full\/a$/, scratch)).toBe(1);
    expect(readFileSync(join(scratch, 'full/a'), 'utf8')).toBe('one');
    expect(existsSync(join(scratch, 'full/b'))).toBe(false);
  });

  it('says what is wrong with an archive, and what helps', async () => {
    const cut = archive('cut.zip', zipFile(files).subarray(0, 60));
    await expect(unzip(cut, /a/, scratch, 'fetch it again')).rejects.toMatchObject({
      code: 'DOWNLOAD_FAILED',
      message: expect.stringMatching(/cut\.zip cannot be unpacked: .+; fetch it again\.$/) as string,
    });
    await expect(unzip(archive('good.zip', zipFile(files)), /absent/, scratch)).rejects.toThrow(
      'it has no file that matches absent; remove it and pull the data set again.',
    );
  });

  it.skipIf(!existsSync('/dev/full'))('blames the disk where that is full (needs /dev/full)', async () => {
    await expect(unzip(archive('good.zip', zipFile(files)), /^full$/, '/dev')).rejects.toMatchObject({
      code: 'OUTPUT_NOT_WRITABLE',
      message: expect.stringContaining('/dev cannot be written because the disk is full') as string,
    });
  });
});
