/** Checks values against the table of options and says in one sentence what is wrong with one. */
import { isAbsolute, resolve } from 'node:path';
import { BaremarkError } from '../base/errors.js';
import { nearest, show, suggestion } from '../base/suggest.js';
import type { OptionDef, OptionTable, ValuesOf } from './options/def.js';
import { type OptionValues, runOptions } from './options/table.js';

/** Where a value stands, as a sentence names it: `--device`, or `my-plan.yaml line 4: device`. */
export type Place = (option: string) => string;

export const flagPlace: Place = (option) => `--${option}`;

/** The options of a run or a plan, checked. @throws what `checkValues` throws */
export function checkOptions(
  given: Readonly<Record<string, unknown>>,
  place: Place,
  folder: string,
): OptionValues {
  return checkValues(runOptions, given, place, folder);
}

/**
 * Values as flags or YAML gave them, read and checked; paths become absolute, from `folder`.
 * Throws a `BaremarkError` that names the place, the value and what it must be.
 */
export function checkValues<T extends OptionTable>(
  table: T,
  given: Readonly<Record<string, unknown>>,
  place: Place,
  folder: string,
): ValuesOf<T> {
  const values: Record<string, unknown> = {};
  for (const [name, input] of Object.entries(given)) {
    const def = Object.hasOwn(table, name) ? table[name] : undefined;
    if (def === undefined)
      throw new BaremarkError(
        'BAD_OPTION',
        `there is no option ${show(name)}; ${suggestion(name, Object.keys(table))}`,
      );
    const result = def.type.schema.safeParse(input);
    if (!result.success) throw badValue(def, input, place(name));
    const isPath = def.path === 'dotted' ? /^\.{1,2}[/\\]/.test(String(result.data)) : def.path;
    values[name] = isPath ? absolute(result.data, folder) : result.data;
  }
  return values as ValuesOf<T>;
}

/** The error for a value that an option does not accept. */
function badValue({ type, code }: OptionDef, input: unknown, where: string): BaremarkError {
  const near = typeof input === 'string' ? nearest(input, type.names ?? []) : undefined;
  const hint = near === undefined ? '' : ` (did you mean ${near}?)`;
  return new BaremarkError(
    code ?? 'BAD_OPTION',
    `${where} is ${show(input)}; it must be ${type.but?.(input) ?? type.must}${hint}.`,
  );
}

function absolute(value: unknown, folder: string): unknown {
  if (Array.isArray(value)) return value.map((item) => absolute(item, folder));
  const path = String(value);
  return isAbsolute(path) ? path : resolve(folder, path);
}
