/** `baremark setup`: puts in place what backends need and npm does not bring, and tries it. */
import { type Command, Option } from 'commander';
import { setupCuda } from '../../assets/setup-cuda.js';
import { setupTfjs } from '../../assets/setup-tfjs.js';
import type { Gap } from '../../backends/examination.js';
import { tfjsBackend } from '../../backends/tfjs/devices.js';
import { isNative, tfjsVariants } from '../../backends/tfjs/install.js';
import { BaremarkError } from '../../base/errors.js';
import { orList, show, suggestion } from '../../base/suggest.js';
import { readMachineGpus } from '../../system/gpu/machine-gpus.js';
import { print, say } from '../output/print.js';

export function configure(command: Command): void {
  command
    .command('cuda')
    .description('fetch the CUDA provider, put it in place, and open a session on cuda:0')
    .option('--cuda <version>', '13 (from the npm registry) or 12 (official, from NuGet)', '13')
    .addHelpText('after', '\nExit codes: 0 cuda:0 works, 1 it does not yet, 2 wrong usage.')
    .action(installCuda);
  command
    .command(tfjsBackend)
    .description('install TF.js on a current TensorFlow into the cache, and compute with it')
    .addOption(new Option('--device <name>', orList(tfjsVariants)).default('cpu'))
    .option(
      '--wheel <file...>',
      'wheels that are here already, in place of a download; what is needed is printed where one is wrong',
    )
    .addHelpText('after', '\nExit codes: 0 it computes there, 1 it does not yet, 2 wrong usage.')
    .action(installTfjs);
}

async function installCuda({ cuda }: { cuda: string }): Promise<void> {
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
  printGaps(result.gaps);
  process.exitCode = 1;
}

async function installTfjs({ device, wheel }: { device: string; wheel?: string[] }): Promise<void> {
  const variant = tfjsVariants.find((name) => name === device);
  if (variant === undefined)
    throw new BaremarkError('BAD_OPTION', `--device is ${show(device)}; ${suggestion(device, tfjsVariants)}`);
  const { root, already, proof, gaps } = await setupTfjs({
    device: variant,
    wheels: wheel,
    gpus: readMachineGpus,
    onStep: say,
  });
  print(`${already ? 'All of it is there already' : 'In place'}: ${root}`);
  const { outcome, version } = proof;
  const runtime = isNative(variant) ? 'TensorFlow' : 'TF.js';
  if (outcome.kind === 'works')
    print(
      `${runtime} ${version} computes on ${variant} (${Math.round(outcome.ms)} ms to load and multiply).`,
    );
  else {
    print(`${runtime} does not compute on ${variant}: ${outcome.reason.replace(/\.$/, '')}.`);
    process.exitCode = 1;
  }
  printGaps(gaps);
}

function printGaps(gaps: readonly Gap[]): void {
  for (const { problem, fix, runnable } of gaps) print(`  ${problem}\n    ${runnable ? '$ ' : ''}${fix}`);
}
