/** `baremark run`: runs a plan, or a model in a scenario. */
import type { Command } from 'commander';
import { runOptions } from '../../plan/options/table.js';
import { planNames } from '../../plan/plan-file.js';
import { backendsHelp } from '../backends-help.js';
import { addFlags } from '../flags.js';
import { runCommand } from '../running/run-command.js';

export function configure(command: Command): void {
  command.argument('[plan]', `name of a plan (${planNames().join(', ')}) or path of a plan file`);
  addFlags(command, runOptions);
  command.addHelpText('after', `\n${backendsHelp()}\n${examples}`);
  command.action((plan: string | undefined) => runCommand(command, plan));
}

const examples = `
Every option except --json, --resume and --dry-run is also a key of a plan file.
Exit codes: 0 all runs are VALID; 1 a run is INVALID, was aborted or misses its
accuracy target; 2 wrong usage or bad input.

Examples:
  baremark run quick
  baremark run mlperf-v4.1 --model bert-99 --scenario Server --device cuda:0
  baremark run --model bert-tiny --scenario Offline --min-duration 30s
  baremark run mlperf-v6.1 --repeat 5 --resume`;
