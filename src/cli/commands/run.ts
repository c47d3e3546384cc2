/** `baremark run`: builds the plan, shows it or runs it, and says whether everything holds. */
import { existsSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { Command } from 'commander';
import { toJson } from '../../base/json.js';
import { planOutcome } from '../../checks/plan-outcome.js';
import { type OptionName, runOptions } from '../../plan/options/table.js';
import { planNames } from '../../plan/plan-file.js';
import { preparePlan } from '../../plan/prepare.js';
import type { BenchmarkPlan } from '../../plan/types.js';
import type { RunDocument } from '../../results/types.js';
import { backendsHelp } from '../backends-help.js';
import { addFlags, givenFlags } from '../flags.js';
import { stopOnSignal } from '../interrupt.js';
import { planText, printWarnings } from '../plan-text.js';
import { createProgress } from '../progress.js';
import { relaunchFor } from '../relaunch.js';
import { styleOf } from '../text-table.js';

export function configure(command: Command): void {
  command.argument('[plan]', `name of a plan (${planNames().join(', ')}) or path of a plan file`);
  addFlags(command, runOptions);
  command.addHelpText('after', `\n${backendsHelp()}\n${examples}`);
  command.action(async (plan: string | undefined) => {
    const { json, 'dry-run': dryRun, ...options } = givenFlags<OptionName>(command);
    const built = await preparePlan({ plan, options, folder: process.cwd() });
    printWarnings(built);
    if (dryRun) process.stdout.write(`${json ? toJson(built) : planText(built)}\n`);
    else process.exitCode = await launch(built, json === true);
  });
}

const examples = `
Every option except --json and --dry-run is also a key of a plan file.
Exit codes: 0 all runs are VALID; 1 a run is INVALID, was aborted or misses its
accuracy target; 2 wrong usage or bad input.

Examples:
  baremark run quick
  baremark run mlperf-v6.0 --model bert-99 --scenario Server --device cuda:0
  baremark run --model bert-tiny --scenario Offline --min-duration 30s`;

/** Runs the plan here, or in a process started with the environment that its devices need. */
async function launch(plan: BenchmarkPlan, json: boolean): Promise<number> {
  return (await relaunchFor(plan)) ?? runAndReport(plan, json);
}

async function runAndReport(plan: BenchmarkPlan, json: boolean): Promise<number> {
  const { runPlan } = await import('../../run/index.js');
  const progress = createProgress(plan, process.stderr);
  const stop = stopOnSignal((sentence) => progress.say(sentence));
  let documents: readonly RunDocument[];
  try {
    documents = await runPlan(plan, { onEvent: progress.event, signal: stop.signal });
  } finally {
    stop.release();
    progress.close();
  }
  if (json) process.stdout.write(`${toJson(documents)}\n`);
  else await printTable(plan, documents);
  return planOutcome(plan, documents) === 'holds' ? 0 : 1;
}

async function printTable(plan: BenchmarkPlan, documents: readonly RunDocument[]): Promise<void> {
  const { runTable } = await import('../../report/runs/run-table.js');
  const { accuracyLines } = await import('../../report/runs/accuracy-text.js');
  process.stdout.write(`\n${runTable(documents, styleOf(process.stdout))}`);
  for (const line of documents.flatMap(accuracyLines)) process.stdout.write(`${line}\n`);
  const csv = join(plan.out, 'summary.csv');
  if (existsSync(csv)) process.stdout.write(`\nCSV: ${relative(process.cwd(), csv)}\n`);
}
