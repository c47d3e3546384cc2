/** Keeps `summary.csv`: one row per finished run of a results folder, rewritten as a whole each time. */
import { readdir } from 'node:fs/promises';
import { join, relative, resolve, sep } from 'node:path';
import { messageOf } from '../../base/errors.js';
import { writeFileWhole } from '../../base/files.js';
import { csv } from '../../base/text/csv.js';
import { scenarios } from '../../loadgen/settings/settings.js';
import { readDocument } from '../document/file.js';
import { files, reservedNames, summaryTable } from '../layout.js';
import { runPlacesIn } from '../read/run-folders.js';
import type { RunDocument } from '../types.js';
import { summaryColumns } from './summary-columns.js';

/** A run with its folder, relative to the results folder and with forward slashes; or why it cannot be read. */
type SummaryRun = { readonly folder: string } & (
  | { readonly kind: 'read'; readonly run: RunDocument }
  | { readonly kind: 'damaged'; readonly why: string }
);

/** The table as CSV. Text that a spreadsheet would take for a formula gets an apostrophe in front. */
function formatSummary(runs: readonly SummaryRun[]): string {
  const rows = runs.map((run) => {
    if (run.kind === 'read') return summaryColumns.map(({ value }) => value(run.run, run.folder));
    const cells = damagedCells(run.folder, run.why);
    return summaryColumns.map(({ name }) => cells.get(name));
  });
  return csv(
    summaryColumns.map(({ name }) => name),
    rows,
  );
}

/** A run that cannot be read has a row too, so that nobody takes the table for the whole: its place, and why. */
function damagedCells(folder: string, why: string): ReadonlyMap<string, string> {
  const [system = '', benchmark = '', scenario = '', part] = folder.split('/');
  return new Map([
    ['system', system],
    ['benchmark', benchmark],
    ['scenario', scenario],
    ['validity', 'DAMAGED'],
    ['reasons', why],
    ['mode', part === 'accuracy' ? 'AccuracyOnly' : 'PerformanceOnly'],
    ['run_folder', folder],
  ]);
}

/**
 * Writes `summary.csv` from all runs of a results folder, by system, benchmark, scenario, mode and run number.
 * Returns one sentence for each `run.json` that cannot be read; in the row of its run that stands for the figures.
 */
export async function writeSummaryCsv(out: string): Promise<{ path: string; problems: readonly string[] }> {
  const folder = resolve(out);
  const path = join(folder, summaryTable);
  for (;;) {
    const found = await findRuns(folder);
    const { runs, problems } = await readAll(folder, found);
    await writeFileWhole(path, formatSummary(runs));
    // Another process may have finished a run in between and written its table just before ours.
    if ((await findRuns(folder)).join('\n') === found.join('\n')) return { path, problems };
  }
}

async function readAll(
  out: string,
  paths: readonly string[],
): Promise<{ runs: SummaryRun[]; problems: string[] }> {
  const runs: SummaryRun[] = [];
  const problems: string[] = [];
  for (const path of paths) {
    const folder = relative(out, path).split(sep).join('/');
    try {
      runs.push({ kind: 'read', run: await readDocument(join(path, files.run)), folder });
    } catch (error) {
      problems.push(messageOf(error));
      runs.push({ kind: 'damaged', why: messageOf(error), folder });
    }
  }
  return { runs, problems };
}

/** Files that are placed only when a run has ended, `run.json` last. */
const placed: readonly string[] = [files.run, files.record, files.telemetry];

/** Folders of all runs that have ended, in the order of the table. */
async function findRuns(out: string): Promise<string[]> {
  const found: string[] = [];
  for (const system of await folders(out)) {
    if (reservedNames.includes(system)) continue;
    for (const benchmark of await folders(join(out, system)))
      for (const scenario of await folders(join(out, system, benchmark))) {
        if (!(scenarios as readonly string[]).includes(scenario)) continue;
        for (const { path } of await runPlacesIn(join(out, system, benchmark, scenario)))
          if ((await names(path)).some((name) => placed.includes(name))) found.push(path);
      }
  }
  return found;
}

async function names(path: string): Promise<string[]> {
  return readdir(path).catch(() => []);
}

async function folders(path: string): Promise<string[]> {
  const entries = await readdir(path, { withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
    .map((entry) => entry.name)
    .sort((a, b) => (a < b ? -1 : 1));
}
