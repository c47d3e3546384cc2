/** Makes the table of options flags of a command, and reads them back from commander. */
import { type Command, Option } from 'commander';
import type { OptionTable } from '../plan/options/def.js';

/** Adds a flag for every option, under its group. */
export function addFlags(command: Command, table: OptionTable): void {
  const groups = [...new Set(Object.values(table).map(({ group }) => group))];
  for (const group of groups)
    for (const [name, { value, help, repeatable, ...def }] of Object.entries(table)) {
      if (def.group !== group) continue;
      const option = new Option(value === undefined ? `--${name}` : `--${name} <${value}>`, help);
      if (repeatable) option.argParser((text: string, before: readonly string[] = []) => [...before, text]);
      command.addOption(option.helpGroup(`${group}:`));
    }
}

/** What was given, by option name; unchecked. */
export function givenFlags<Name extends string>(command: Command): Partial<Record<Name, unknown>> {
  const values = command.opts<Record<string, unknown>>();
  return Object.fromEntries(
    command.options.flatMap((option) => {
      const value = values[option.attributeName()];
      return value === undefined ? [] : [[option.name(), value]];
    }),
  ) as Partial<Record<Name, unknown>>;
}
