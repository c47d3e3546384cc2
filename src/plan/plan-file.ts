/** Plan files: `scenarios/*.yaml` by name, or any YAML file by path, read into checked options run by run. */
import { existsSync, readdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { BaremarkError } from '../base/errors.js';
import { show, suggestion } from '../base/suggest.js';
import { checkOptions, type Place } from './check.js';
import { type OptionName, type OptionValues, optionDef, optionNames } from './options/table.js';
import { readYaml, type YamlFile } from './yaml.js';

/** One entry of `runs` with the plan's own values under it, and where its values stand. */
interface PlanEntry {
  readonly values: OptionValues;
  readonly place: Place;
  /** Left out, and not an error, as far as its model or its data are not there. */
  readonly optional: boolean;
}

export interface PlanFile {
  readonly name: string;
  readonly description: string;
  /** Options of scope `plan`. */
  readonly values: OptionValues;
  readonly entries: readonly PlanEntry[];
}

/** The folder of plans that comes with baremark. */
const plansDir = fileURLToPath(new URL('../../scenarios/', import.meta.url));

/** Names of the plans that come with baremark. */
export function planNames(): string[] {
  return readdirSync(plansDir)
    .filter((file) => file.endsWith('.yaml'))
    .map((file) => file.slice(0, -'.yaml'.length))
    .sort();
}

/** Reads a plan by name or path. Throws `UNKNOWN_PLAN` where there is neither, `BAD_YAML` where it is faulty. */
export function readPlanFile(nameOrPath: string): PlanFile {
  const names = planNames();
  if (names.includes(nameOrPath)) return parsePlan(readYaml(join(plansDir, `${nameOrPath}.yaml`)));
  if (existsSync(nameOrPath)) return parsePlan(readYaml(resolve(nameOrPath)));
  const isPath = /[/\\]|\.ya?ml$/.test(nameOrPath);
  throw new BaremarkError(
    'UNKNOWN_PLAN',
    isPath
      ? `there is no plan file ${nameOrPath}; give the path of a YAML file or one of the names ${names.join(', ')}.`
      : `there is no plan "${nameOrPath}"; ${suggestion(nameOrPath, names)}`,
  );
}

const textKeys = ['name', 'description'] as const;
const optionalKey = 'optional';

function parsePlan(file: YamlFile): PlanFile {
  const folder = dirname(file.path);
  const top = asMap(file, file.value, []);
  const texts = Object.fromEntries(textKeys.map((key) => [key, textOf(file, top, key)]));
  const { runs, name: _name, description: _description, ...given } = top;
  const shared = optionsOf(file, given, [], ['plan', 'run'], [...textKeys, 'runs']);
  if (!Array.isArray(runs) || runs.length === 0)
    throw new BaremarkError(
      'BAD_YAML',
      `${file.place(['runs'])}: runs is ${show(runs)}; it must be a list of runs, each with a model and a scenario.`,
    );
  const inherited = pick(shared, 'run');
  const entries = runs.map((run, i): PlanEntry => {
    const { [optionalKey]: optional = false, ...options } = asMap(file, run, ['runs', i]);
    if (typeof optional !== 'boolean')
      throw new BaremarkError(
        'BAD_YAML',
        `${file.place(['runs', i, optionalKey])}: ${optionalKey} is ${show(optional)}; it must be true or false.`,
      );
    const own = optionsOf(file, options, ['runs', i], ['run'], [optionalKey]);
    const place: Place = (option) =>
      `${file.place(option in own ? ['runs', i, option] : option in inherited ? [option] : ['runs', i])}: ${option}`;
    return { values: checkOptions({ ...inherited, ...own }, place, folder), place, optional };
  });
  return {
    name: texts.name || file.name.replace(/\.ya?ml$/, ''),
    description: texts.description ?? '',
    values: checkOptions(pick(shared, 'plan'), (option) => `${file.place([option])}: ${option}`, folder),
    entries,
  };
}

function asMap(file: YamlFile, value: unknown, at: readonly (string | number)[]): Record<string, unknown> {
  if (value !== null && typeof value === 'object' && !Array.isArray(value))
    return value as Record<string, unknown>;
  const what = at.length === 0 ? 'the plan' : 'the run';
  throw new BaremarkError(
    'BAD_YAML',
    `${file.place(at)}: ${what} is ${show(value)}; it must be a map of options such as model and scenario.`,
  );
}

function textOf(file: YamlFile, top: Readonly<Record<string, unknown>>, key: string): string {
  const value = top[key] ?? '';
  if (typeof value === 'string') return value;
  throw new BaremarkError('BAD_YAML', `${file.place([key])}: ${key} is ${show(value)}; it must be a string.`);
}

/** The keys of a map as options of these scopes. Throws with the line for any other key. */
function optionsOf(
  file: YamlFile,
  given: Readonly<Record<string, unknown>>,
  at: readonly (string | number)[],
  scopes: readonly string[],
  further: readonly string[],
): Record<string, unknown> {
  const known = optionNames.filter((name) => scopes.includes(optionDef(name).scope));
  for (const key of Object.keys(given)) {
    if (known.includes(key as OptionName)) continue;
    const place = `${file.place([...at, key])}: there is no key "${key}" here`;
    const top = optionNames.includes(key as OptionName) && optionDef(key as OptionName).scope === 'plan';
    throw new BaremarkError(
      'BAD_YAML',
      top && at.length > 0
        ? `${place}; move it to the top of the plan.`
        : `${place}; ${suggestion(key, [...known, ...further])}`,
    );
  }
  return { ...given };
}

function pick(given: Readonly<Record<string, unknown>>, scope: string): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(given).filter(([key]) => optionDef(key as OptionName).scope === scope),
  );
}
