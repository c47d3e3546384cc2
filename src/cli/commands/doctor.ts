/** `baremark doctor`: what this machine offers, what is missing, and the command that brings it. */
import type { Command } from 'commander';
import { toJson } from '../../base/json.js';
import { doctorReport } from '../../system/doctor/report.js';
import { doctorText } from '../../system/doctor/text.js';

export function configure(command: Command): void {
  command
    .option('--device <name>', 'the device that must work, as run takes it (default: cuda:0 or cpu)')
    .option('--json', 'print one JSON object')
    .addHelpText('after', '\nExit codes: 0 the device works, 1 it does not, 2 wrong usage.')
    .action(async ({ device, json }: { device?: string; json?: boolean }) => {
      const report = await doctorReport({ device });
      const text = json ? toJson(report) : doctorText(report);
      process.stdout.write(text.endsWith('\n') ? text : `${text}\n`);
      process.exitCode = report.ok ? 0 : 1;
    });
}
