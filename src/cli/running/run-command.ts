/** What `run` and `peak` do: build the plan, show it or run it, print what came of it, and say whether everything holds. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { toJson } from '../../base/json.js';
import { planOutcome } from '../../checks/plan-outcome.js';
import type { OptionName } from '../../plan/options/table.js';
import { preparePlan } from '../../plan/prepare.js';
import type { BenchmarkPlan, PlannedRun } from '../../plan/types.js';
import type { RunDocument } from '../../results/types.js';
import type { RunEvent } from '../../run/types.js';
import { givenFlags } from '../flags.js';
import { keepsMeasured, stopOnSignal } from '../interrupt.js';
import { print, say } from '../output/print.js';
import { planText, printWarnings } from '../plan-text.js';
import { createProgress } from '../progress.js';
import { relaunchFor } from '../relaunch.js';
import { howFar, near, takeUp } from '../resume.js';
import { styleOf } from '../text-table.js';

/** @param complete what the command adds to the options that were given */
export async function runCommand(
  command: Command,
  plan: string | undefined,
  complete: (options: GivenOptions) => GivenOptions = (options) => options,
): Promise<void> {
  const { json, 'dry-run': dryRun, resume, ...options } = givenFlags<OptionName>(command);
  const built = await preparePlan({ plan, options: complete(options), folder: process.cwd() });
  printWarnings(built);
  const how = { json: json === true, resume: resume === true };
  if (dryRun) await show(built, how);
  else process.exitCode = await launch(built, how);
}

type GivenOptions = Readonly<Partial<Record<OptionName, unknown>>>;

interface How {
  readonly json: boolean;
  readonly resume: boolean;
}

/** Prints what would run. */
async function show(plan: BenchmarkPlan, { json, resume }: How): Promise<void> {
  const runs = resume ? (await howFar(plan, say)).remaining : plan.runs;
  const rest = { ...plan, runs };
  if (runs.length > 0 || json) print(json ? toJson(rest) : planText(rest));
}

/** Runs the plan here, or in a process started with the environment that its devices need. */
async function launch(plan: BenchmarkPlan, how: How): Promise<number> {
  return (await relaunchFor(plan)) ?? runAndReport(plan, how);
}

/** Whatever happens to a later run, those that are finished are printed. */
async function runAndReport(plan: BenchmarkPlan, { json, resume }: How): Promise<number> {
  const { runPlan } = await import('../../run/index.js');
  const progress = createProgress(plan, process.stderr);
  const stop = stopOnSignal((sentence) => progress.say(sentence), keepsMeasured);
  const documents = new Map<PlannedRun, RunDocument>();
  const onEvent = (event: RunEvent) => {
    if (event.type === 'finished') documents.set(event.run, event.document);
    progress.event(event);
  };
  const inOrder = () => plan.runs.flatMap((run) => documents.get(run) ?? []);
  try {
    const rest = resume ? await takeUp(plan, documents, progress.say) : plan;
    if (rest.runs.length > 0) await runPlan(rest, { ...stop, onEvent, resume });
  } catch (error) {
    progress.close();
    if (documents.size > 0) await printDocuments(plan, inOrder(), json);
    throw error;
  } finally {
    stop.release();
    progress.close();
  }
  await printDocuments(plan, inOrder(), json);
  return planOutcome(plan, inOrder()) === 'holds' ? 0 : 1;
}

async function printDocuments(
  plan: BenchmarkPlan,
  documents: readonly RunDocument[],
  json: boolean,
): Promise<void> {
  if (json) process.stdout.write(`${toJson(documents)}\n`);
  else await printTable(plan, documents);
}

async function printTable(plan: BenchmarkPlan, documents: readonly RunDocument[]): Promise<void> {
  const { runTable } = await import('../../report/runs/run-table.js');
  const { accuracyLines } = await import('../../report/runs/accuracy-text.js');
  const { runsPeaks } = await import('../../report/text/peak-sections.js');
  const style = styleOf(process.stdout);
  const runs = documents.map((document) => ({ ...document, document }));
  const peaks = runsPeaks({ name: plan.system, runs }, style);
  process.stdout.write(`\n${runTable(documents, style)}${peaks}`);
  for (const line of documents.flatMap(accuracyLines)) print(line);
  const csv = join(plan.out, 'summary.csv');
  if (existsSync(csv)) print(`\nCSV: ${near(csv)}`);
}
