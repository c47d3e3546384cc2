/** Checks values against the table of options and says in one sentence what is wrong with one. */
import { isAbsolute, resolve } from 'node:path';
import { BaremarkError } from '../base/errors.js';
import { nearest, show } from '../base/suggest.js';
import { type OptionName, type OptionValues, optionDef } from './options/table.js';

/** Where a value was given, as a sentence names it: `--device`, or `my-plan.yaml line 4: device`. */
export type Place = (option: OptionName) => string;

export const flagPlace: Place = (option) => `--${option}`;

/**
 * Values as flags or YAML gave them, read and checked; paths become absolute, from `folder`.
 * Throws a `BaremarkError` that names the place, the value and what it must be.
 */
export function checkOptions(
  given: Readonly<Record<string, unknown>>,
  place: Place,
  folder: string,
): OptionValues {
  const values: Record<string, unknown> = {};
  for (const [key, input] of Object.entries(given)) {
    const name = key as OptionName;
    const def = optionDef(name);
    const result = def.type.schema.safeParse(input);
    if (!result.success) throw badValue(name, input, place(name));
    const isPath = def.path === 'dotted' ? /^\.{1,2}[/\\]/.test(String(result.data)) : def.path;
    values[name] = isPath ? absolute(result.data, folder) : result.data;
  }
  const checked = values as OptionValues;
  const buckets = checked.buckets;
  if (buckets?.some((length, i) => i > 0 && length <= buckets[i - 1]!))
    throw badValue('buckets', given.buckets, place('buckets'));
  return checked;
}

/** The error for a value that an option does not accept. */
function badValue(name: OptionName, input: unknown, where: string): BaremarkError {
  const { type, code } = optionDef(name);
  const near = typeof input === 'string' ? nearest(input, type.names ?? []) : undefined;
  const hint = near === undefined ? '' : ` (did you mean ${near}?)`;
  return new BaremarkError(
    code ?? 'BAD_OPTION',
    `${where} is ${show(input)}; it must be ${type.must}${hint}.`,
  );
}

function absolute(value: unknown, folder: string): unknown {
  if (Array.isArray(value)) return value.map((item) => absolute(item, folder));
  const path = String(value);
  return isAbsolute(path) ? path : resolve(folder, path);
}
