/** `baremark audit`: whether a system answers under load as it does in accuracy mode, and caches nothing. */
import { join } from 'node:path';
import type { Command } from 'commander';
import { writeFileWhole } from '../../base/files.js';
import { type OptionName, options as runOptions } from '../../plan/options/table.js';
import { preparePlan } from '../../plan/prepare.js';
import { addFlags, givenFlags } from '../flags.js';
import { stopOnSignal } from '../interrupt.js';
import { toJson } from '../plan-text.js';
import { createProgress } from '../progress.js';
import { relaunchFor } from '../relaunch.js';

/** Long enough for a steady rate, short enough to be run often. */
const shortRun = '10s';

export function configure(command: Command): void {
  addFlags(command, runOptions);
  command.addHelpText(
    'after',
    `
Runs each benchmark four times, for at least ${shortRun} each unless --min-duration says
otherwise: accuracy, performance with sampled answers, different samples, one
sample repeated. What it writes is under compliance/ in the results folder.
Exit codes: 0 both checks hold; 1 one fails; 2 wrong usage or bad input.`,
  );
  command.action(async () => {
    const { json, 'dry-run': _, ...options } = givenFlags<OptionName>(command);
    const plan = await preparePlan({
      options: { 'min-duration': shortRun, ...options },
      folder: process.cwd(),
    });
    const relaunched = await relaunchFor(plan);
    if (relaunched !== undefined) {
      process.exitCode = relaunched;
      return;
    }
    const { auditPlan } = await import('../../checks/audit.js');
    const progress = createProgress(plan, process.stderr);
    const stop = stopOnSignal((sentence) => progress.say(sentence));
    try {
      const audit = await auditPlan(plan, { onEvent: progress.event, signal: stop.signal });
      progress.close();
      await writeFileWhole(join(audit.folder, 'audit.json'), `${toJson(audit)}\n`);
      if (json) process.stdout.write(`${toJson(audit)}\n`);
      else for (const { message } of audit.checks) process.stdout.write(`${message}\n`);
      process.exitCode = audit.passed ? 0 : 1;
    } finally {
      stop.release();
      progress.close();
    }
  });
}
