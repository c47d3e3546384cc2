/** Result folders and report files, as the commands that compare and report take them. */
import { resolve } from 'node:path';
import { BaremarkError } from '../base/errors.js';
import { writeFileWhole } from '../base/files.js';
import { type RunSeries, type SeriesByRun, seriesOf } from '../report/runs/series.js';
import { readRecord } from '../results/read/record.js';
import { readResults } from '../results/read/results.js';
import type { ResultRun, ResultSystem } from '../results/types.js';

/** All systems of a folder; what could not be read is told on standard error. Throws `BAD_RESULTS`. */
export async function systemsIn(dir: string): Promise<readonly ResultSystem[]> {
  const { systems, problems } = await readResults(dir);
  for (const problem of problems) process.stderr.write(`baremark: ${problem}\n`);
  return systems;
}

/** The one system of a folder. Throws `BAD_RESULTS` where there are several. */
export async function systemIn(dir: string): Promise<ResultSystem> {
  const systems = await systemsIn(dir);
  if (systems.length === 1) return systems[0]!;
  throw new BaremarkError(
    'BAD_RESULTS',
    `${dir} has ${systems.length} systems (${systems.map(({ name }) => name).join(', ')}); give the folder of one of them.`,
  );
}

/** The curves of all runs that have a record beside them. */
export async function seriesByRun(runs: readonly ResultRun[]): Promise<SeriesByRun> {
  const series = new Map<string, RunSeries>();
  for (const run of runs)
    if (run.record !== undefined) series.set(run.path, seriesOf(await readRecord(run.record)));
  return series;
}

/** When each sample of the Offline runs completed, in nanoseconds, by the run's path. */
export async function offlineCompletions(runs: readonly ResultRun[]): Promise<Map<string, Float64Array>> {
  const completions = new Map<string, Float64Array>();
  for (const { path, record, scenario, mode } of runs) {
    if (record === undefined || scenario !== 'Offline' || mode !== 'PerformanceOnly') continue;
    const { completedNs, failed } = await readRecord(record);
    completions.set(
      path,
      completedNs.filter((ns, row) => Number.isFinite(ns) && failed[row] !== 1),
    );
  }
  return completions;
}

export interface ReportFiles {
  readonly csv?: string;
  readonly md?: string;
  readonly html?: string;
}

/** Writes the reports that were asked for and says where each one is, on standard error. */
export async function writeReports(
  files: ReportFiles,
  make: Readonly<Record<keyof ReportFiles, () => string | Promise<string>>>,
): Promise<void> {
  for (const kind of ['csv', 'md', 'html'] as const) {
    const path = files[kind];
    if (path === undefined) continue;
    await writeFileWhole(resolve(path), await make[kind]());
    process.stderr.write(`written: ${path}\n`);
  }
}

/** How this command was called, to be shown in a report as the way to make it again. */
export function commandLine(): string {
  const quote = (word: string) =>
    /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
  return ['baremark', ...process.argv.slice(2).map(quote)].join(' ');
}
