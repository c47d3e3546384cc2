/** Names and places in the MLPerf submission layout: `<system>/<benchmark>/<scenario>/performance/run_N` and `…/accuracy`. */
import { join } from 'node:path';
import { BaremarkError } from '../base/errors.js';

export const files = {
  summary: 'mlperf_log_summary.txt',
  detail: 'mlperf_log_detail.txt',
  accuracyLog: 'mlperf_log_accuracy.json',
  accuracyText: 'accuracy.txt',
  run: 'run.json',
  record: 'queries.arrow',
  telemetry: 'telemetry.csv',
} as const;

/** The folder in a run's own with the probes of a search that has not come to its end. */
export const probesFolder = 'probes';

/** The table of all runs in a results folder. */
export const summaryTable = 'summary.csv';

/** Whether a file of this name in results is one that baremark or LoadGen wrote. */
export function isResultFile(name: string): boolean {
  return (
    name === summaryTable || name.startsWith('mlperf_log_') || Object.values<string>(files).includes(name)
  );
}

/** Folders of a results folder that hold something other than a system's runs. */
export const reservedNames: readonly string[] = ['systems', 'published'];

/**
 * Checks that a system's or benchmark's name can be the name of a folder on every file system.
 * @throws BaremarkError BAD_OPTION naming what is wrong with it
 */
function checkName(what: 'system' | 'benchmark', name: string): string {
  const wrong = folderNameFault(name);
  if (wrong)
    throw new BaremarkError(
      'BAD_OPTION',
      `The ${what} name ${JSON.stringify(name)} ${wrong}; choose a name that can be a folder, such as "${what === 'system' ? 'R7525_A100x3' : 'bert-99'}".`,
    );
  return name;
}

/** Why a name cannot be that of a system's or benchmark's folder, as the end of a sentence. */
export function folderNameFault(name: string): string | undefined {
  if (name.trim() === '') return 'is empty';
  if (name !== name.trim()) return 'begins or ends with a space';
  if (/^\.+$/.test(name) || name.startsWith('.') || name.endsWith('.')) return 'begins or ends with a dot';
  if (/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/.test(name)) return 'has a control character';
  const bad = /[/\\:*?"<>|]/.exec(name);
  if (bad) return `has the character ${JSON.stringify(bad[0])}`;
  if (Buffer.byteLength(name) > 200) return 'is longer than 200 bytes';
  if (reservedNames.includes(name.toLowerCase())) return 'is one that the results folder keeps for itself';
  return undefined;
}

/** The folder of a scenario's runs. */
export function scenarioFolder(out: string, system: string, benchmark: string, scenario: string): string {
  return join(out, checkName('system', system), checkName('benchmark', benchmark), scenario);
}

/** A run's folder below its results folder, with forward slashes: `vm/bert-99/Offline/performance/run_1`. */
export function folderOfRun(run: {
  readonly system: string;
  readonly benchmark: string;
  readonly scenario: string;
  readonly runNumber?: number;
}): string {
  const { system, benchmark, scenario, runNumber } = run;
  const part = runNumber === undefined ? 'accuracy' : `performance/run_${runNumber}`;
  return `${system}/${benchmark}/${scenario}/${part}`;
}

/** `run_7` → 7; undefined for any other name. */
export function runNumberOf(name: string): number | undefined {
  const match = /^run_(\d{1,6})$/.exec(name);
  return match ? Number(match[1]) : undefined;
}
