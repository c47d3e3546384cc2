/** Reads the runs of one scenario folder: `performance/run_N` and `accuracy`. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { QualityTarget, QualityTargets } from '../../accuracy/quality.js';
import { BaremarkError, messageOf } from '../../base/errors.js';
import { withoutCopies } from '../check/copies.js';
import { files, runNumberOf } from '../layout.js';
import type { ResultRun } from '../types.js';
import { parseAccuracy } from './accuracy-text.js';
import { readBaremarkRun } from './baremark-run.js';
import { folderNames, type ScenarioFolder } from './find-scenarios.js';
import { readLines } from './log-text.js';
import { type Report, readMlperfRun } from './mlperf-run.js';

/** All runs that can be trusted; `report` gets one sentence for each that cannot. */
export async function readScenario(
  place: ScenarioFolder,
  targets: QualityTargets,
  report: Report,
): Promise<ResultRun[]> {
  const performance = join(place.path, 'performance');
  const loose = (await fileNames(performance)).filter((name) => name.startsWith('mlperf_log_'));
  if (loose.length > 0)
    report(`${performance} holds ${loose[0]} outside a folder run_N; move each run into its own.`);
  const runs: ResultRun[] = [];
  for (const name of await folderNames(performance)) {
    const runNumber = runNumberOf(name);
    if (runNumber === undefined) {
      report(`${join(performance, name)} is not named run_N and was left out.`);
      continue;
    }
    const run = await guarded(report, () => readRun(place, join(performance, name), report));
    if (run?.mode === 'PerformanceOnly') runs.push({ ...run, runNumber });
    else if (run) report(`${run.path} holds an accuracy run among the performance runs and was left out.`);
  }
  const accuracyRun = await guarded(report, () =>
    readAccuracyRun(place, targets.get(place.benchmark), report),
  );
  if (runs.length === 0 && accuracyRun)
    report(`${place.path} has only an accuracy run; there is no performance run to read.`);
  const accuracy = accuracyRun?.accuracy;
  const all = (await withoutCopies(runs, report)).map((run) => ({
    ...run,
    accuracy: run.accuracy ?? accuracy,
  }));
  return accuracyRun?.run ? [...all, accuracyRun.run] : all;
}

async function readRun(place: ScenarioFolder, path: string, report: Report): Promise<ResultRun | undefined> {
  const names = await fileNames(path);
  const summaries = names.filter((name) => /^mlperf_log_summary.*\.txt$/.test(name));
  if (summaries.length > 1)
    throw new BaremarkError(
      'BAD_RESULTS',
      `${path} holds ${summaries.length} runs (${summaries.join(', ')}); give each its own folder run_N.`,
    );
  if (names.includes(files.run)) return readBaremarkRun(place, path);
  const unfinished = names.length === 0 || names.includes(files.record) || names.includes(files.telemetry);
  if (unfinished)
    throw new BaremarkError(
      'BAD_RESULTS',
      `${path} has no finished run in it: it was cut off or is still running; remove it or wait.`,
    );
  return readMlperfRun(place, path, report);
}

interface AccuracyRun {
  readonly accuracy?: ResultRun['accuracy'];
  /** Ours only: LoadGen's accuracy logs have no figures of their own. */
  readonly run?: ResultRun;
}

async function readAccuracyRun(
  place: ScenarioFolder,
  target: QualityTarget | undefined,
  report: Report,
): Promise<AccuracyRun | undefined> {
  const path = join(place.path, 'accuracy');
  const names = await fileNames(path);
  if (names.length === 0) return undefined;
  if (names.includes(files.run)) {
    const run = await readBaremarkRun(place, path);
    return { run, accuracy: run.accuracy };
  }
  if (!names.includes(files.accuracyText)) {
    report(`${path} has no ${files.accuracyText}; the accuracy of its runs is not known.`);
    return {};
  }
  const textPath = join(path, files.accuracyText);
  const { lines } = await readLines(textPath, 2 ** 20, 2 ** 20);
  return { accuracy: parseAccuracy(textPath, lines, target) };
}

/** Reports what cannot be read; any other error is a bug and is thrown. */
async function guarded<T>(report: Report, read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    const fault = error instanceof BaremarkError || (error instanceof Error && 'syscall' in error);
    if (!fault) throw error;
    report(messageOf(error));
    return undefined;
  }
}

async function fileNames(path: string): Promise<string[]> {
  const entries = await readdir(path, { withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => !entry.isDirectory()).map((entry) => entry.name);
}
