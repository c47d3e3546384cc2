/** `baremark tune`: finds the best batch, instances and wait of a model on a device, and keeps them in a file. */
import { realpath } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import type { Command } from 'commander';
import { loadProfile } from '../../backends/load.js';
import { BaremarkError } from '../../base/errors.js';
import { cacheDir } from '../../base/files.js';
import { toJson } from '../../base/json.js';
import { checkOutputs } from '../../base/output/check.js';
import { writeOutputs } from '../../base/output/write.js';
import { checkValues, flagPlace } from '../../plan/check.js';
import { searchOptions, tunedOptions } from '../../plan/options/tune.js';
import { preparePlan } from '../../plan/prepare.js';
import type { Tuned } from '../../plan/tuned.js';
import type { PlannedRun } from '../../plan/types.js';
import { backendsHelp } from '../backends-help.js';
import { tunedRunLine } from '../command-line.js';
import { addFlags, givenFlags } from '../flags.js';
import { stopOnSignal } from '../interrupt.js';
import { say } from '../output/print.js';
import { significant } from '../progress-line.js';
import { relaunchFor } from '../relaunch.js';

/** Length of one measurement where nothing is said. */
const usualProbeMs = 3000;

export function configure(command: Command): void {
  addFlags(command, { ...tunedOptions, ...searchOptions });
  command.addHelpText('after', `\n${backendsHelp()}\n\nThe file is read by run --tuned FILE.`);
  command.action(async () => {
    process.exitCode = await action(givenFlags(command));
  });
}

async function action(given: Readonly<Record<string, unknown>>): Promise<number> {
  const isOwn = ([name]: [string, unknown]) => Object.hasOwn(searchOptions, name);
  const entries = Object.entries(given);
  const folder = process.cwd();
  const own = checkValues(searchOptions, Object.fromEntries(entries.filter(isOwn)), flagPlace, folder);
  const options = Object.fromEntries(entries.filter((entry) => !isOwn(entry)));
  if (options.model === undefined)
    throw new BaremarkError(
      'BAD_OPTION',
      'there is no --model; give the model to tune, such as --model bert-99.',
    );
  const { runs } = await preparePlan({ options: { ...options, scenario: 'Offline,Server' }, folder });
  const pair = pairOf(runs);
  const relaunched = await relaunchFor({ runs });
  if (relaunched !== undefined) return relaunched;
  const { backend, device, model } = pair.offline;
  const name = `${model.name}-${model.precision}-${device.replace(/[^\w.-]+/g, '-')}.json`;
  const file = own['out-file'] ?? join(cacheDir(), 'tuned', name);
  const [target] = await checkOutputs([{ flag: '--out-file', path: file }], await inputsOf(pair.offline));
  const usual = (await loadProfile(backend)).tuning(device);
  const space = {
    batches: own.batches ?? usual.batches,
    instances: own.instances ?? usual.instances,
    waitsMs: own.waits ?? usual.waitsMs,
  };
  const probeDurationS = (own['probe-duration'] ?? usualProbeMs) / 1000;
  const { tune } = await import('../../search/tune.js');
  const stop = stopOnSignal(say, { first: 'Stopping: nothing is written.' });
  let found: Tuned | undefined;
  try {
    found = await tune(
      pair,
      space,
      { probeDurationS, repeats: 3, precision: 0.02 },
      {
        say: (what, fraction) => fraction === undefined && say(`${model.name}: ${what}`),
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
  if (!found) return 1;
  const text = `${toJson(found)}\n`;
  process.stdout.write(text);
  await writeOutputs([{ target: target!, text }]);
  const near = relative(process.cwd(), file);
  say(`Written to ${near}. Run with it: ${tunedRunLine(options, near)}`);
  return 0;
}

/** What a file is to this search, if it reads it. */
async function inputsOf({
  model,
  backend,
  dataset,
}: PlannedRun): Promise<(path: string) => string | undefined> {
  const real = (path: string | undefined) => path && realpath(path).catch(() => undefined);
  const [modelFile, module] = [await real(model.file), await real(backend)];
  const data = 'dir' in dataset ? await real(dataset.dir) : undefined;
  return (path) => {
    if (path === modelFile) return 'the model';
    if (path === module) return 'the backend';
    return data !== undefined && path.startsWith(`${data}${sep}`) ? 'part of the data set' : undefined;
  };
}

function pairOf(runs: readonly PlannedRun[]): { offline: PlannedRun; server: PlannedRun } {
  const offline = runs.find(({ scenario }) => scenario === 'Offline');
  const server = runs.find(({ scenario }) => scenario === 'Server');
  if (offline && server && runs.length === 2) return { offline, server };
  throw new BaremarkError('BAD_OPTION', '--model names several models; tune one at a time.');
}
