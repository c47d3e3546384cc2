/** Result folders and report files, as `compare` and `report` take them. */
import { realpath } from 'node:fs/promises';
import { basename, dirname, resolve, sep } from 'node:path';
import { checkOutputs } from '../base/output/check.js';
import type { Target } from '../base/output/target.js';
import { type Written, writeOutputs } from '../base/output/write.js';
import { qualityTargets } from '../plan/models.js';
import { problemLines } from '../report/text/problems.js';
import { isResultFile } from '../results/layout.js';
import { readResults } from '../results/read/results.js';
import { onlySystem } from '../results/read/system.js';
import type { ResultSystem, ResultsFolder } from '../results/types.js';
import { say } from './output/print.js';

/** What a folder holds; says on standard error what could not be read. Throws `BAD_RESULTS`. */
export async function resultsIn(dir: string): Promise<ResultsFolder> {
  const results = await readResults(dir, qualityTargets());
  for (const problem of problemLines(results.problems)) say(`baremark: ${problem}`);
  return results;
}

/** All systems of a folder, read by `resultsIn`. */
export async function systemsIn(dir: string): Promise<readonly ResultSystem[]> {
  return (await resultsIn(dir)).systems;
}

/** The one system of a folder. Throws `BAD_RESULTS` where there are several. */
export async function systemIn(dir: string): Promise<ResultSystem> {
  return onlySystem(dir, await systemsIn(dir));
}

export interface ReportFiles {
  readonly csv?: string;
  readonly md?: string;
  readonly html?: string;
  readonly svg?: string;
}

const kinds = ['csv', 'md', 'html', 'svg'] as const;

/**
 * Where the reports go; asked before anything is read.
 * @param dirs the results that will be read
 * @throws BaremarkError as `checkOutputs`
 */
export async function checkReports(files: ReportFiles, dirs: readonly string[]): Promise<ReportTargets> {
  const asked = kinds.flatMap((kind) => {
    const path = files[kind];
    return path === undefined ? [] : [{ kind, output: { flag: `--${kind}`, path } }];
  });
  const roots = await Promise.all(dirs.map((dir) => realpath(dir).catch(() => resolve(dir))));
  const targets = await checkOutputs(
    asked.map(({ output }) => output),
    (path) => (roots.some((root) => isReadFrom(root, path)) ? 'part of the results' : undefined),
  );
  return asked.map(({ kind }, i) => ({ kind, target: targets[i]! }));
}

type ReportTargets = readonly { readonly kind: keyof ReportFiles; readonly target: Target }[];

/** A file of a run at or below this folder, or the description of its system, which stands above it. */
function isReadFrom(root: string, path: string): boolean {
  const folder = dirname(path);
  if (basename(folder) === 'systems' && path.endsWith('.json'))
    return `${root}${sep}`.startsWith(`${dirname(folder)}${sep}`) || path.startsWith(`${root}${sep}`);
  return path.startsWith(`${root}${sep}`) && isResultFile(basename(path));
}

/** Makes all reports that the command offers, then writes all or none, and says on standard error where each one is. */
export async function writeReports(
  targets: ReportTargets,
  make: Readonly<Partial<Record<keyof ReportFiles, () => string | Promise<string>>>>,
): Promise<void> {
  const made: Written[] = [];
  for (const { kind, target } of targets) {
    const text = await make[kind]?.();
    if (text !== undefined) made.push({ target, text });
  }
  await writeOutputs(made);
  for (const { target } of targets) say(`written: ${target.path}`);
}
