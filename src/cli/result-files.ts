/** Result folders and report files, as `compare` and `report` take them. */
import { resolve } from 'node:path';
import { writeFileWhole } from '../base/files.js';
import { qualityTargets } from '../plan/models.js';
import { readResults } from '../results/read/results.js';
import { onlySystem } from '../results/read/system.js';
import type { ResultSystem } from '../results/types.js';

/** All systems of a folder; says on standard error what could not be read. Throws `BAD_RESULTS`. */
export async function systemsIn(dir: string): Promise<readonly ResultSystem[]> {
  const { systems, problems } = await readResults(dir, qualityTargets());
  for (const problem of problems) process.stderr.write(`baremark: ${problem}\n`);
  return systems;
}

/** The one system of a folder. Throws `BAD_RESULTS` where there are several. */
export async function systemIn(dir: string): Promise<ResultSystem> {
  return onlySystem(dir, await systemsIn(dir));
}

export interface ReportFiles {
  readonly csv?: string;
  readonly md?: string;
  readonly html?: string;
}

/** Writes the reports that were asked for and says on standard error where each one is. */
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

/** How this command was called, shown in a report as the way to make it again. */
export function commandLine(): string {
  const quote = (word: string) =>
    /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
  return ['baremark', ...process.argv.slice(2).map(quote)].join(' ');
}
