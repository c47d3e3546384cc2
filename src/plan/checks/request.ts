/** Checks what a program passes to `buildPlan`, which no compiler has checked where it is not TypeScript. */
import { BaremarkError } from '../../base/errors.js';
import { show } from '../../base/suggest.js';
import { type OptionName, optionDef, optionNames } from '../options/table.js';
import type { UserProfiles } from '../sut.js';

export interface PlanRequest {
  /** Name of a plan that comes with baremark, or path of a plan file. */
  readonly plan?: string;
  /** Options by name, as flags or a caller give them; see `options/table.ts`. */
  readonly options: Readonly<Partial<Record<OptionName, unknown>>>;
  /** Folder that relative paths among the options start from. */
  readonly folder: string;
  /** What users' backends say of themselves; `preparePlan` asks them. */
  readonly profiles?: UserProfiles;
}

/**
 * The request without options that are undefined.
 * @throws BaremarkError BAD_OPTION for what is not a request
 */
export function checkRequest(request: PlanRequest): PlanRequest {
  if (!isMap(request)) throw wrong('the request for a plan', request, 'an object with options and a folder');
  const { plan, options, folder, profiles } = request;
  if (plan !== undefined && typeof plan !== 'string')
    throw wrong('the plan', plan, 'the name of a plan or the path of a plan file');
  if (typeof folder !== 'string' || folder === '')
    throw wrong('the folder of the request', folder, 'the path that relative paths start from');
  if (!isMap(options)) throw wrong('the options of the request', options, 'an object of options by name');
  if (profiles !== undefined && !(profiles instanceof Map))
    throw wrong('the profiles of the request', profiles, 'a Map of backend profiles by name');
  const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
  const own = optionNames.find((name) => name in given && optionDef(name).scope === 'command');
  if (own !== undefined)
    throw new BaremarkError(
      'BAD_OPTION',
      `the option ${own} is the command line's alone and changes no plan; remove it from the options.`,
    );
  return { ...request, options: given };
}

function isMap(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function wrong(what: string, value: unknown, must: string): BaremarkError {
  return new BaremarkError('BAD_OPTION', `${what} is ${show(value)}; it must be ${must}.`);
}
