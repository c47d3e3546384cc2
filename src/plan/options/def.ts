/** What the table of options says about one option. */
import type { Task } from '../../backends/profile.js';
import type { ErrorCode } from '../../base/errors.js';
import type { Scenario } from '../../loadgen/settings/settings.js';
import type { ValueType } from '../values.js';

/**
 * `run`: belongs to one run; a plan file may also give it once for all its runs. `plan`: belongs to the whole plan.
 * `command`: belongs to the command line alone and is not a key of a plan file.
 */
type OptionScope = 'run' | 'plan' | 'command';

/** The runs on which an option has an effect; what is absent excludes none. */
export interface Effect {
  readonly scenarios?: readonly Scenario[];
  readonly tasks?: readonly Task[];
  /** On models that are built here, not on those of a file. */
  readonly built?: true;
  /** On runs that measure performance. */
  readonly performance?: true;
  /** On runs whose rate is searched. */
  readonly peak?: true;
}

export interface OptionDef<T = unknown> {
  readonly group: (typeof optionGroups)[number];
  readonly scope: OptionScope;
  readonly type: ValueType<T>;
  /** Name of the value in the help; absent for a flag without a value. */
  readonly value?: string;
  readonly help: string;
  /** May be given several times on the command line. */
  readonly repeatable?: boolean;
  /** Values are paths, relative to the plan file or to the working folder; `dotted`: only those that start with a dot. */
  readonly path?: boolean | 'dotted';
  /** Where it has an effect; on all runs if absent. */
  readonly effect?: Effect;
  /** The same for each key of an option that takes key=value pairs. */
  readonly effectOfKey?: Readonly<Record<string, Effect>>;
  /** Code of the error for a bad value; BAD_OPTION if absent. */
  readonly code?: ErrorCode;
}

export const optionGroups = [
  'What runs',
  'System under test',
  'Batching',
  "LoadGen's settings",
  'Search',
  'Output',
] as const;

/** Keeps the type of the value, from which the table's type is made. */
export const define = <T>(def: OptionDef<T>): OptionDef<T> => def;

export type OptionTable = Readonly<Record<string, OptionDef>>;

type ValueOf<D> = D extends OptionDef<infer T> ? T : never;

/** Checked values by option; what was not given is absent. */
export type ValuesOf<T> = { readonly [K in keyof T]?: ValueOf<T[K]> };
