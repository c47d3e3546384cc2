/** `baremark audit`: whether a system gives the same answers under load as in accuracy mode, and caches nothing. */
import type { Command } from 'commander';
import { BaremarkError } from '../../base/errors.js';
import { toJson } from '../../base/json.js';
import { auditOptions } from '../../plan/options/audit.js';
import type { OptionName } from '../../plan/options/table.js';
import { preparePlan } from '../../plan/prepare.js';
import { addFlags, givenFlags } from '../flags.js';
import { keepsMeasured, stopOnSignal } from '../interrupt.js';
import { print } from '../output/print.js';
import { planText, printWarnings } from '../plan-text.js';
import { createProgress } from '../progress.js';
import { relaunchFor } from '../relaunch.js';

/** Long enough for a steady rate, short enough to run often. */
const shortRun = '10s';

export function configure(command: Command): void {
  addFlags(command, auditOptions);
  command.addHelpText(
    'after',
    `
Runs each benchmark four times, each for at least ${shortRun} unless --min-duration is
given: accuracy, performance with sampled answers, different samples, one sample
repeated. The results are written to compliance/ in the results folder.
Exit codes: 0 both checks hold; 1 one fails; 2 wrong usage or bad input.`,
  );
  command.action(async () => {
    const { json, 'dry-run': dryRun, ...options } = givenFlags<OptionName>(command);
    if (options.model === undefined || options.scenario === undefined)
      throw new BaremarkError(
        'BAD_OPTION',
        `there is no --${options.model === undefined ? 'model' : 'scenario'}; give what is audited, such as --model bert-99 --scenario Server.`,
      );
    const plan = await preparePlan({
      options: { 'min-duration': shortRun, ...options },
      folder: process.cwd(),
    });
    printWarnings(plan);
    if (dryRun) {
      print(json ? toJson(plan) : planText(plan));
      return;
    }
    const relaunched = await relaunchFor(plan);
    if (relaunched !== undefined) {
      process.exitCode = relaunched;
      return;
    }
    const { auditPlan } = await import('../../checks/audit.js');
    const progress = createProgress(plan, process.stderr);
    const stop = stopOnSignal((sentence) => progress.say(sentence), keepsMeasured);
    try {
      const audit = await auditPlan(plan, { ...stop, onEvent: progress.event });
      progress.close();
      if (json) process.stdout.write(`${toJson(audit)}\n`);
      else for (const { message } of audit.checks) print(message);
      process.exitCode = audit.passed ? 0 : 1;
    } finally {
      stop.release();
      progress.close();
    }
  });
}
