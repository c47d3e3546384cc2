/** Makes the table of options flags of a command, and reads them back from commander. */
import { type Command, Option } from 'commander';
import { type OptionName, optionDef, optionNames } from '../plan/options/table.js';

/** Adds a flag for every option, under its group. */
export function addFlags(command: Command): void {
  for (const name of [...optionNames].sort(byGroup)) {
    const { value, help, group, repeatable } = optionDef(name);
    const option = new Option(value === undefined ? `--${name}` : `--${name} <${value}>`, help);
    if (repeatable) option.argParser((text: string, before: readonly string[] = []) => [...before, text]);
    command.addOption(option.helpGroup(`${group}:`));
  }
}

/** Groups in the table's order; within a group the sort is stable. */
function byGroup(a: OptionName, b: OptionName): number {
  return groupOrder(a) - groupOrder(b);
}

function groupOrder(name: OptionName): number {
  return optionNames.findIndex((other) => optionDef(other).group === optionDef(name).group);
}

/** What was given, by option name; unchecked. */
export function givenFlags(command: Command): Partial<Record<OptionName, unknown>> {
  const values = command.opts<Record<string, unknown>>();
  return Object.fromEntries(
    command.options.flatMap((option) => {
      const value = values[option.attributeName()];
      return value === undefined ? [] : [[option.name(), value]];
    }),
  );
}
