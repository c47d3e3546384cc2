/** `baremark peak`: `run --mode peak`, of the Server runs of a plan or of a model unless another scenario is given. */
import type { Command } from 'commander';
import { runOptions } from '../../plan/options/table.js';
import { planNames } from '../../plan/plan-file.js';
import { backendsHelp } from '../backends-help.js';
import { addFlags } from '../flags.js';
import { runCommand } from '../running/run-command.js';

// The mode is what the command is called for.
const { mode: _, ...options } = runOptions;

export function configure(command: Command): void {
  command.argument('[plan]', `name of a plan (${planNames().join(', ')}) or path of a plan file`);
  addFlags(command, { ...options, scenario: { ...options.scenario, help: scenarioHelp } });
  command.addHelpText('after', `\n${backendsHelp()}\n${about}`);
  command.action((plan: string | undefined) =>
    runCommand(command, plan, (given) => ({ scenario: 'Server', ...given, mode: 'peak' })),
  );
}

const scenarioHelp = 'the scenario whose best is searched (default: Server)';

const about = `
Searches the highest Server rate whose latencies hold the bound, then makes a
full run at it. The same as baremark run --mode peak --scenario Server. In the
other scenarios it tries batches and instances, as far as they are left open,
then makes a full run with the best.
Exit codes: 0 all runs are VALID; 1 a run is INVALID or was aborted; 2 wrong
usage or bad input.

Examples:
  baremark peak quick
  baremark peak --model bert-99 --device cuda:0 --budget 15m
  baremark peak --model bert-99 --device cuda:0 --scenario Offline
  baremark peak mlperf-v4.1 --repeat 5 --resume`;
