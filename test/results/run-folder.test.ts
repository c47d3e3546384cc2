import { existsSync } from 'node:fs';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { discardRun, reserveRunFolder } from '../../src/results/write/run-folder.js';
import { temporaryFolder } from './sample-run.js';

describe('reserveRunFolder', () => {
  it('makes the submission layout below the out folder, run_1 first, then the next number', async () => {
    const out = join(await temporaryFolder(), 'new');
    const first = await reserveRunFolder(out, 'box', 'bert-99', 'Server', 'PerformanceOnly');
    const second = await reserveRunFolder(out, 'box', 'bert-99', 'Server', 'PerformanceOnly');
    expect(first.path).toBe(join(out, 'box/bert-99/Server/performance/run_1'));
    expect(second.path).toBe(join(out, 'box/bert-99/Server/performance/run_2'));
    expect(second.runNumber).toBe(2);
  });

  it('gives each of many that ask at once a folder of its own', async () => {
    const out = await temporaryFolder();
    const asked = Array.from({ length: 12 }, () =>
      reserveRunFolder(out, 'box', 'b', 'Offline', 'PerformanceOnly'),
    );
    const numbers = (await Promise.all(asked)).map((folder) => folder.runNumber);
    expect(numbers.sort((a, b) => a! - b!)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
  });

  it('refuses a run number that is taken, and a second accuracy run', async () => {
    const out = await temporaryFolder();
    const first = await reserveRunFolder(out, 'box', 'b', 'Offline', 'PerformanceOnly', { runNumber: 3 });
    await writeFile(join(first.path, 'run.json'), '{}');
    await expect(
      reserveRunFolder(out, 'box', 'b', 'Offline', 'PerformanceOnly', { runNumber: 3 }),
    ).rejects.toMatchObject({
      code: 'OUTPUT_EXISTS',
      message: expect.stringContaining('run_3 already holds a run'),
    });
    await reserveRunFolder(out, 'box', 'b', 'Offline', 'AccuracyOnly');
    await expect(reserveRunFolder(out, 'box', 'b', 'Offline', 'AccuracyOnly')).rejects.toMatchObject({
      code: 'OUTPUT_EXISTS',
      message: expect.stringContaining('without a finished run'),
    });
  });

  it.each([
    '',
    '  ',
    '..',
    '.',
    '.hidden',
    'a/b',
    '../up',
    'a\\b',
    'line\nbreak',
    'nul\u0000',
    'x'.repeat(201),
    'systems',
  ])('refuses the system name %j and makes nothing', async (system) => {
    const out = join(await temporaryFolder(), 'out');
    await expect(reserveRunFolder(out, system, 'b', 'Offline', 'PerformanceOnly')).rejects.toMatchObject({
      code: 'BAD_OPTION',
      message: expect.stringContaining('choose a name'),
    });
    expect(existsSync(out)).toBe(false);
  });

  it.each([0, -1, 1.5, Number.NaN])('refuses run number %d', async (runNumber) => {
    const out = await temporaryFolder();
    await expect(
      reserveRunFolder(out, 'box', 'b', 'Offline', 'PerformanceOnly', { runNumber }),
    ).rejects.toMatchObject({ code: 'BAD_OPTION' });
  });

  it('says so when the out folder is a file', async () => {
    const out = join(await temporaryFolder(), 'file');
    await writeFile(out, '');
    await expect(reserveRunFolder(out, 'box', 'b', 'Offline', 'PerformanceOnly')).rejects.toMatchObject({
      code: 'OUTPUT_NOT_WRITABLE',
    });
  });

  it('says so when the kernel does not let anybody write there', async () => {
    await expect(
      reserveRunFolder('/proc/results', 'box', 'b', 'Offline', 'PerformanceOnly'),
    ).rejects.toMatchObject({ code: 'OUTPUT_NOT_WRITABLE' });
  });

  it('asks for the space before the run and leaves no folder where there is not enough', async () => {
    const out = join(await temporaryFolder(), 'out');
    const expectedBytes = 2 ** 60;
    await expect(
      reserveRunFolder(out, 'box', 'b', 'Offline', 'PerformanceOnly', { expectedBytes }),
    ).rejects.toMatchObject({
      code: 'OUTPUT_NOT_WRITABLE',
      message: expect.stringMatching(/ is on a disk with [\d.]+ \wiB free, and this run may write 1 EiB; /),
    });
    expect(existsSync(out)).toBe(false);
  });
});

describe('discardRun', () => {
  it('removes the folders that were made for the run, and no others', async () => {
    const out = await temporaryFolder();
    await mkdir(join(out, 'box'));
    await discardRun(await reserveRunFolder(out, 'box', 'b', 'Offline', 'PerformanceOnly'));
    expect(await readdir(join(out, 'box'))).toEqual([]);
  });

  it('leaves a folder with something in it', async () => {
    const out = await temporaryFolder();
    const folder = await reserveRunFolder(out, 'box', 'b', 'Offline', 'PerformanceOnly');
    await writeFile(join(folder.path, 'kept'), '');
    await discardRun(folder);
    expect(await readdir(folder.path)).toEqual(['kept']);
  });
});
