/** `baremark doctor`: what this machine offers, what is missing, and the command that brings it. */
import type { Command } from 'commander';
import { defaultSut } from '../../backends/default-sut.js';
import { toJson } from '../../base/json.js';
import { doctorReport } from '../../system/doctor/report.js';
import { doctorText } from '../../system/doctor/text.js';
import { print } from '../output/print.js';

export function configure(command: Command): void {
  command
    .option(
      '--backend <name>',
      `the built-in backend whose device must work (default: ${defaultSut.backend})`,
    )
    .option(
      '--device <name>',
      'the device that must work, as run takes it (default: a GPU, or cpu without one)',
    )
    .option('--json', 'print one JSON object')
    .addHelpText('after', '\nExit codes: 0 the device works, 1 it does not, 2 wrong usage.')
    .action(async ({ json, ...chosen }: { backend?: string; device?: string; json?: boolean }) => {
      const report = await doctorReport(chosen);
      const text = json ? toJson(report) : doctorText(report);
      print(text.trimEnd());
      process.exitCode = report.ok ? 0 : 1;
    });
}
