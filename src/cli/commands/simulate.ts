/** `baremark simulate`: searches the peak of a system that a file describes, in virtual time. */
import type { Command } from 'commander';
import { toJson } from '../../base/json.js';
import { checkValues, flagPlace } from '../../plan/check.js';
import { simulateOptions } from '../../plan/options/simulate.js';
import { simulatePeak, simulationJson, whatIfs } from '../../search/virtual/simulate.js';
import { readVirtualSystem } from '../../search/virtual/system.js';
import { simulationText } from '../../search/virtual/text.js';
import { addFlags, givenFlags } from '../flags.js';
import { print } from '../output/print.js';
import { styleOf } from '../text-table.js';

export function configure(command: Command): void {
  command.argument('<system>', 'path of a YAML file that describes a device and its bound');
  addFlags(command, simulateOptions);
  command.addHelpText('after', about);
  command.action(async (path: string) => {
    process.exitCode = await action(path, givenFlags(command));
  });
}

async function action(path: string, given: Readonly<Record<string, unknown>>): Promise<number> {
  const values = checkValues(simulateOptions, given, flagPlace, process.cwd());
  const system = readVirtualSystem(path);
  const options = {
    precision: values['precision-of-peak'],
    budgetS: values.budget === undefined ? undefined : values.budget / 1000,
    seed: values.seed,
  };
  const finding = await simulatePeak(system, options);
  if (values.json) print(toJson(simulationJson(system, finding)));
  else {
    const others = [];
    for (const { what, system: other } of whatIfs(system))
      others.push({ what, finding: await simulatePeak(other, options) });
    print(simulationText({ system, finding, whatIfs: others }, styleOf(process.stdout)));
  }
  return finding.kind === 'not found' ? 1 : 0;
}

const about = `
The search of baremark peak on a simulated device: the same arrivals, batching
and search, without waiting. docs/simulate.md says what the file holds.
Exit codes: 0 the peak is known, also where no rate holds; 1 it was not found in
the time given; 2 wrong usage or bad input.

Example:
  baremark simulate system.yaml --precision-of-peak 1%`;
