/** Reserves the folder of a run before it starts, so that a result that took an hour always has a place to go. */
import { mkdir, readdir, rmdir, statfs } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { BaremarkError, hasErrno } from '../../base/errors.js';
import { isFolder, makeFolder, outputError } from '../../base/files.js';
import { toldApart } from '../../base/memory.js';
import type { Scenario } from '../../loadgen/settings/settings.js';
import { files, runNumberOf, scenarioFolder } from '../layout.js';
import type { RunDocument } from '../types.js';

/** A reserved, empty folder for one run. */
export interface RunFolder {
  /** The results folder (`--out`). */
  readonly out: string;
  readonly path: string;
  readonly system: string;
  readonly benchmark: string;
  readonly scenario: Scenario;
  readonly mode: RunDocument['mode'];
  /** N of `run_N`; absent for an accuracy run, of which a scenario has one. */
  readonly runNumber?: number;
  /** The topmost folder that had to be made for it. */
  readonly created: string;
}

export interface PrepareOptions {
  /** N of `run_N`; where absent, the one after the highest that exists. */
  readonly runNumber?: number;
  /** The most bytes that the run will write; see `recordFileBytes`. At least 16 MiB must be free in any case. */
  readonly expectedBytes?: number;
}

const leastFreeBytes = 16 * 2 ** 20;

/**
 * Reserves the folder atomically: of two processes asking for the same one, one gets it.
 * @throws BaremarkError BAD_OPTION (a name that cannot be a folder), OUTPUT_NOT_WRITABLE (permission, disk nearly full),
 *   OUTPUT_EXISTS (this run number, or this scenario's accuracy run, exists already)
 */
export async function reserveRunFolder(
  out: string,
  system: string,
  benchmark: string,
  scenario: Scenario,
  mode: RunDocument['mode'],
  options: PrepareOptions = {},
): Promise<RunFolder> {
  const folder = scenarioFolder(resolve(out), system, benchmark, scenario);
  const { runNumber } = options;
  if (runNumber !== undefined && !(Number.isInteger(runNumber) && runNumber >= 1 && runNumber <= 999_999))
    throw new BaremarkError(
      'BAD_OPTION',
      `The run number ${runNumber} is not a whole number from 1 to 999999.`,
    );
  const base = { out: resolve(out), system, benchmark, scenario, mode };
  const reserved =
    mode === 'AccuracyOnly'
      ? { ...base, ...(await reserve(folder, 'accuracy')) }
      : { ...base, ...(await reserveRun(join(folder, 'performance'), runNumber)) };
  try {
    await checkSpace(reserved.path, Math.max(options.expectedBytes ?? 0, leastFreeBytes));
  } catch (error) {
    await discardRun(reserved);
    throw error;
  }
  return reserved;
}

/**
 * Asks before a plan begins what `reserveRunFolder` would say when its turn comes.
 * @throws BaremarkError OUTPUT_EXISTS where the scenario's accuracy run is there already
 */
export async function checkAccuracyIsFree(
  out: string,
  system: string,
  benchmark: string,
  scenario: Scenario,
): Promise<void> {
  const path = join(scenarioFolder(resolve(out), system, benchmark, scenario), 'accuracy');
  if (await isFolder(path)) throw await existsError(path);
}

/** Removes a reserved folder, and the folders made for it, where nothing has been written into them. */
export async function discardRun(folder: RunFolder): Promise<void> {
  for (let path = folder.path; path.length >= folder.created.length; path = dirname(path)) {
    try {
      await rmdir(path);
    } catch {
      return;
    }
  }
}

async function reserveRun(
  performance: string,
  wanted: number | undefined,
): Promise<{ path: string; created: string; runNumber: number }> {
  for (;;) {
    const taken = (await list(performance)).map(runNumberOf).filter((n) => n !== undefined);
    const runNumber = wanted ?? Math.max(0, ...taken) + 1;
    try {
      return { ...(await reserve(performance, `run_${runNumber}`)), runNumber };
    } catch (error) {
      const clash = error instanceof BaremarkError && error.code === 'OUTPUT_EXISTS';
      if (!clash || wanted !== undefined) throw error;
    }
  }
}

async function reserve(parent: string, name: string): Promise<{ path: string; created: string }> {
  const path = join(parent, name);
  for (let attempt = 0; ; attempt++) {
    try {
      const created = await makeFolder(parent);
      await mkdir(path);
      return { path, created: created ?? path };
    } catch (error) {
      // Another process may remove an empty parent between the two calls.
      if (hasErrno(error, 'ENOENT') && attempt < 10) continue;
      if (hasErrno(error, 'EEXIST') && (await isFolder(parent))) throw await existsError(path);
      throw outputError(path, error);
    }
  }
}

async function existsError(path: string): Promise<BaremarkError> {
  const finished = (await list(path)).includes(files.run);
  return new BaremarkError(
    'OUTPUT_EXISTS',
    finished
      ? `${path} already holds a run; choose another folder with --out or another name with --system, or remove it first.`
      : `${path} already exists without a finished run (it is still running, or was cut off); go on with --resume, choose another folder with --out, or remove it.`,
  );
}

async function list(path: string): Promise<string[]> {
  return readdir(path).catch(() => []);
}

/** Throws OUTPUT_NOT_WRITABLE where the disk of this folder has fewer bytes free. */
export async function checkSpace(path: string, bytes: number): Promise<void> {
  const { bavail, bsize } = await statfs(path).catch(() => ({ bavail: Number.POSITIVE_INFINITY, bsize: 1 }));
  const free = bavail * bsize;
  if (free >= bytes) return;
  const [has, needs] = toldApart(free, bytes);
  throw new BaremarkError(
    'OUTPUT_NOT_WRITABLE',
    `${path} is on a disk with ${has} free, and this run may write ${needs}; free some space or choose another folder with --out.`,
  );
}
