/** `baremark tune`: finds the best batch, instances and wait of a model on a device, and keeps them in a file. */
import { join, relative, resolve } from 'node:path';
import type { Command } from 'commander';
import { BaremarkError } from '../../base/errors.js';
import { cacheDir, writeFileWhole } from '../../base/files.js';
import { toJson } from '../../base/json.js';
import { buildPlan } from '../../plan/build.js';
import type { Tuned } from '../../plan/tuned.js';
import type { PlannedRun } from '../../plan/types.js';
import { stopOnSignal } from '../interrupt.js';
import { significant } from '../progress-line.js';
import { relaunch, wasRelaunched } from '../relaunch.js';

/** Options of `run` that `tune` takes as they are. */
const shared = ['model', 'device', 'precision', 'model-file', 'backend', 'target-latency'] as const;

export function configure(command: Command): void {
  command
    .requiredOption('--model <name>', 'model or MLPerf benchmark')
    .option('--device <name>', 'as run takes it', 'cpu')
    .option('--precision <type>', "fp32, fp16 or int8 (default: the model's)")
    .option('--model-file <file>', 'ONNX file to run as the model')
    .option('--backend <name>', 'as run takes it', 'onnxruntime')
    .option('--target-latency <duration>', "Server's latency bound (default: the model's)")
    .option('--dataset <dir...>', 'folder with the data set (default: synthetic samples)')
    .option('--backend-option <key=value...>', "options of the backend's own")
    .option('--graph-option <key=value...>', 'choices among graphs, as run takes them')
    .option('--batches <list>', 'largest batches to try, rising', '1,2,4,8,16,32,64,128,256')
    .option('--instances <list>', 'instances on each device to try (default: by the device)')
    .option('--waits <list>', 'waits for a batch to fill to try in Server, milliseconds', '0,1,2,5,10')
    .option('--probe-duration <seconds>', 'length of each measurement', '3')
    .option('--out-file <file>', 'where the winner is written (default: tuned/ in the cache)')
    .addHelpText('after', '\nThe file is read by run --tuned FILE.')
    .action(action);
}

type Flags = Record<string, string | readonly string[] | undefined>;

async function action(_: unknown, command: Command): Promise<void> {
  const flags = command.opts<Flags>();
  const options: Record<string, unknown> = { scenario: 'Offline,Server' };
  for (const option of [...shared, 'dataset', 'backend-option', 'graph-option']) {
    const value = flags[option.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase())];
    if (value !== undefined) options[option] = value;
  }
  const { runs } = buildPlan({ options, folder: process.cwd() });
  const pair = pairOf(runs);
  const space = {
    batches: numbers(flags, 'batches', 1),
    instances: flags.instances === undefined ? instancesOf(pair.offline) : numbers(flags, 'instances', 1),
    waitsMs: numbers(flags, 'waits', 0),
  };
  const [probeDurationS = 3] = numbers(flags, 'probeDuration', 0.1);
  if (!wasRelaunched()) {
    const { launchNeeds } = await import('../../sut/devices.js');
    const variables = await launchNeeds({ runs });
    if (variables) {
      process.exitCode = await relaunch(variables);
      return;
    }
  }
  const { tune } = await import('../../search/tune.js');
  const say = (line: string) => process.stderr.write(`${line}\n`);
  const stop = stopOnSignal(() => say('Stopping: nothing is written.'));
  let found: Tuned | undefined;
  try {
    found = await tune(
      pair,
      space,
      { probeDurationS, repeats: 3, precision: 0.02 },
      {
        say: (what, fraction) => fraction === undefined && say(`${pair.offline.model.name}: ${what}`),
        onTried: ({ scenario, instances, maxBatch, maxWaitMs, samplesPerSecond }) =>
          say(
            `${scenario} instances ${instances} batch ${maxBatch}${scenario === 'Server' ? ` wait ${maxWaitMs} ms` : ''}: ${samplesPerSecond > 0 ? `${significant(samplesPerSecond)} samples/s` : 'no better'}`,
          ),
        signal: stop.signal,
      },
    );
  } finally {
    stop.release();
  }
  process.exitCode = found ? 0 : 1;
  if (!found) return;
  const name = `${found.model}-${found.precision}-${found.device.replace(/[^\w.-]+/g, '-')}.json`;
  const file = flags.outFile === undefined ? join(cacheDir(), 'tuned', name) : resolve(String(flags.outFile));
  await writeFileWhole(file, `${toJson(found)}\n`);
  process.stdout.write(`${toJson(found)}\n`);
  say(`written to ${relative(process.cwd(), file)}; use it with baremark run --tuned`);
}

function pairOf(runs: readonly PlannedRun[]): { offline: PlannedRun; server: PlannedRun } {
  const offline = runs.find(({ scenario }) => scenario === 'Offline');
  const server = runs.find(({ scenario }) => scenario === 'Server');
  if (offline && server && runs.length === 2) return { offline, server };
  throw new BaremarkError('BAD_OPTION', '--model names several models; tune one at a time.');
}

/** Where nothing is said: one to four on an accelerator, one on webgpu and simulated, the conductor's choice on a CPU. */
function instancesOf({ device, backend }: PlannedRun): readonly number[] {
  if (backend !== 'onnxruntime' || device === 'webgpu') return [1];
  return device === 'cpu' ? [1, 2] : [1, 2, 3, 4];
}

function numbers(flags: Flags, name: string, least: number): number[] {
  const values = String(flags[name]).split(',').map(Number);
  const whole = name === 'batches' || name === 'instances';
  const good = values.every((value, i) => {
    const rising = i === 0 || value > values[i - 1]!;
    return value >= least && value <= 65_536 && rising && (!whole || Number.isInteger(value));
  });
  if (good) return values;
  throw new BaremarkError(
    'BAD_OPTION',
    `--${name} is ${JSON.stringify(flags[name])}; it must be rising ${whole ? 'whole ' : ''}numbers of at least ${least} with commas.`,
  );
}
