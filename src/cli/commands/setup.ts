/** `baremark setup cuda`: puts ONNX Runtime's CUDA provider in place and tries it. */
import type { Command } from 'commander';
import { setupCuda } from '../../assets/setup-cuda.js';
import { BaremarkError } from '../../base/errors.js';
import { readMachineGpus } from '../../system/gpu/machine-gpus.js';
import { print, say } from '../output/print.js';

export function configure(command: Command): void {
  command
    .command('cuda')
    .description('fetch the CUDA provider, put it in place, and open a session on cuda:0')
    .option('--cuda <version>', '13 (from the npm registry) or 12 (official, from NuGet)', '13')
    .addHelpText('after', '\nExit codes: 0 cuda:0 works, 1 it does not yet, 2 wrong usage.')
    .action(async ({ cuda }: { cuda: string }) => {
      if (cuda !== '12' && cuda !== '13')
        throw new BaremarkError('BAD_OPTION', `--cuda is "${cuda}"; it must be 12 or 13.`);
      const result = await setupCuda({
        cuda: cuda === '12' ? 12 : 13,
        gpus: readMachineGpus,
        onStep: say,
      });
      for (const path of result.placed) print(`in place: ${path}`);
      if (result.check.kind === 'works') {
        process.stdout.write('cuda:0 works.\n');
        return;
      }
      process.stdout.write('cuda:0 does not work yet.\n');
      for (const { problem, fix, runnable } of result.gaps)
        print(`  ${problem}\n    ${runnable ? '$ ' : ''}${fix}`);
      process.exitCode = 1;
    });
}
