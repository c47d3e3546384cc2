import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { cacheDir, checksumNotesDir, makeFolder, writeFileWhole } from '../../src/base/files.js';
import { thrown } from '../plan/thrown.js';

vi.mock('node:os', async (original) => ({
  ...(await original<typeof import('node:os')>()),
  homedir: vi.fn(),
}));

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'baremark-files-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('making a folder', () => {
  it('makes those above it and tells the topmost', async () => {
    expect(await makeFolder(join(folder, 'a', 'b', 'c'))).toBe(join(folder, 'a'));
    expect(await makeFolder(join(folder, 'a', 'b', 'd'))).toBe(join(folder, 'a', 'b', 'd'));
    expect(await makeFolder(join(folder, 'a'))).toBeUndefined();
  });

  it('ends where the kernel refuses or a file is in the way', async () => {
    writeFileSync(join(folder, 'file'), '');
    await expect(makeFolder('/proc/baremark/a/b')).rejects.toMatchObject({ code: 'ENOENT' });
    await expect(makeFolder(join(folder, 'file', 'a'))).rejects.toMatchObject({ code: 'EEXIST' });
    await expect(makeFolder(join(folder, 'file'))).rejects.toMatchObject({ code: 'EEXIST' });
  });
});

describe('a file written whole', () => {
  it('is refused in one sentence where its folder cannot be made', async () => {
    await expect(writeFileWhole('/proc/baremark/out.csv', 'a')).rejects.toMatchObject({
      code: 'OUTPUT_NOT_WRITABLE',
      message: expect.stringMatching(/^\/proc\/baremark\/out\.csv cannot be written \(.+\); /),
    });
    expect(existsSync('/proc/baremark')).toBe(false);
  });
});

describe('the cache', () => {
  it('is where the environment says, and an empty variable says nothing', () => {
    expect(cacheDir({ BAREMARK_CACHE: '/a', XDG_CACHE_HOME: '/b' })).toBe('/a');
    expect(cacheDir({ BAREMARK_CACHE: '', XDG_CACHE_HOME: '/b' })).toBe('/b/baremark');
    vi.mocked(homedir).mockReturnValueOnce('/home/user');
    expect(cacheDir({ XDG_CACHE_HOME: '' })).toBe('/home/user/.cache/baremark');
  });

  it('is named in one sentence where there is no home folder', () => {
    vi.mocked(homedir).mockImplementation(() => {
      throw new Error('A system error occurred: uv_os_homedir returned ENOENT (no such file or directory)');
    });
    expect(thrown(() => cacheDir({}))).toEqual({
      code: 'OUTPUT_NOT_WRITABLE',
      message:
        'There is no place for the cache, because HOME is not set and this user has no home folder; set BAREMARK_CACHE to a folder you may write to.',
    });
    vi.stubEnv('BAREMARK_CACHE', undefined);
    vi.stubEnv('XDG_CACHE_HOME', undefined);
    expect(checksumNotesDir(), 'a run of a model file needs no cache').toBeUndefined();
    vi.unstubAllEnvs();
  });
});
