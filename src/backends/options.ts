/** Reads the options that a user gives a backend: only those that it has, each of its type and within its range. */
import { BaremarkError } from '../base/errors.js';
import { nearest, show } from '../base/suggest.js';

export interface OptionType<T> {
  /** What to give, as in "give true or false". */
  readonly must: string;
  /** The value, or undefined where it is none of this type. */
  read(given: unknown): T | undefined;
}

export type OptionTypes<T> = { readonly [K in keyof T]: OptionType<T[K]> };

/** A flag; a plan file may quote it. */
export const flag: OptionType<boolean> = {
  must: 'true or false',
  read: (given) =>
    given === true || given === 'true' ? true : given === false || given === 'false' ? false : undefined,
};

export const text: OptionType<string> = {
  must: 'a text',
  read: (given) => (typeof given === 'string' || typeof given === 'number' ? String(given) : undefined),
};

export function oneOf<const T extends string>(...names: readonly T[]): OptionType<T> {
  return { must: `one of ${names.join(', ')}`, read: (given) => names.find((name) => name === given) };
}

/** A number from `least` to `most`; a plan file may quote it. */
export function numberFrom(least: number, most: number): OptionType<number> {
  return {
    must: `a number from ${least} to ${most}`,
    read: (given) => {
      const isText = typeof given === 'string' && given.trim() !== '';
      const number = typeof given === 'number' || isText ? Number(given) : Number.NaN;
      return number >= least && number <= most ? number : undefined;
    },
  };
}

export function wholeFrom(least: number, most: number): OptionType<number> {
  const { read } = numberFrom(least, most);
  const whole = (number: number | undefined) => (Number.isInteger(number) ? number : undefined);
  return { must: `a whole number from ${least} to ${most}`, read: (given) => whole(read(given)) };
}

/** @throws BaremarkError `BAD_OPTION` that names the option, what was given and what to give */
export function readOption<T>(backend: string, key: string, type: OptionType<T>, given: unknown): T {
  const value = type.read(given);
  if (value !== undefined) return value;
  throw new BaremarkError(
    'BAD_OPTION',
    `The ${backend} backend's option ${key} is ${show(given)}; give ${type.must}.`,
  );
}

/** The error for an option that a backend does not have. */
export function unknownOption(
  backend: string,
  key: string,
  names: readonly string[],
  others = '',
): BaremarkError {
  const near = nearest(key, names);
  const fix = near === undefined ? `it has ${names.join(', ')}${others}.` : `did you mean ${near}?`;
  return new BaremarkError('BAD_OPTION', `The ${backend} backend has no option '${key}'; ${fix}`);
}
