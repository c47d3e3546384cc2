/** How single values of options are read, from a flag's text or from YAML, into checked and typed values. */
import { z } from 'zod';
import { orList } from '../base/suggest.js';

/** What an option takes: how it is read, and the words that complete "it must be ...". */
export interface ValueType<T> {
  readonly must: string;
  readonly schema: z.ZodType<T>;
  /** Completes "it must be ..." for values that `must` alone would seem to allow. */
  readonly but?: (input: unknown) => string | undefined;
  /** All accepted names where it is one of a set, for near matches. */
  readonly names?: readonly string[];
}

const msPerUnit = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 } as const;
/** A run's clock counts nanoseconds exactly up to 2^53, about 104 days. */
const longestMs = 104 * 24 * msPerUnit.h;

/** Milliseconds from `600` (seconds), `600s`, `10m`, `1.5h` or `500ms`; undefined for anything else and beyond 104 days. */
export function parseDuration(input: unknown): number | undefined {
  const ms = toMs(input);
  return ms !== undefined && ms <= longestMs ? ms : undefined;
}

function toMs(input: unknown): number | undefined {
  const match = /^(\d+(?:\.\d+)?|\.\d+)(ms|s|m|h)?$/.exec(String(input).trim());
  if (match === null) return undefined;
  return Number(match[1]) * msPerUnit[(match[2] ?? 's') as keyof typeof msPerUnit];
}

/** A schema from a function that returns undefined for what it does not accept. */
function readBy<T>(read: (input: unknown) => T | undefined): z.ZodType<T> {
  return z.unknown().transform((input, context) => {
    const value = isScalar(input) ? read(input) : undefined;
    if (value === undefined) context.issues.push({ code: 'custom', message: 'not accepted', input });
    return value as T;
  });
}

function isScalar(input: unknown): boolean {
  return ['string', 'number', 'boolean', 'bigint'].includes(typeof input);
}

/** A decimal number; not `0x10`, not `''`, not `Infinity`. */
function toNumber(input: unknown): number | undefined {
  if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(String(input).trim())) return undefined;
  const value = Number(input);
  return Number.isFinite(value) ? value : undefined;
}

export function duration(leastMs = 0): ValueType<number> {
  return {
    must:
      leastMs > 0
        ? `a duration of at least ${leastMs}ms, such as 3 (seconds), 500ms or 1m`
        : 'a duration such as 600 (seconds), 500ms, 10m or 1h',
    but: (input) =>
      (toMs(input) ?? 0) > longestMs
        ? `at most ${longestMs / msPerUnit.h}h, which is 104 days: a run's clock counts nanoseconds exactly no longer`
        : undefined,
    schema: readBy((input) => {
      const ms = parseDuration(input);
      return ms !== undefined && ms >= leastMs ? ms : undefined;
    }),
  };
}

export function numberAbove(low: number, high?: number): ValueType<number> {
  return {
    must: high === undefined ? `a number above ${low}` : `a number above ${low} and below ${high}`,
    schema: readBy((input) => {
      const value = toNumber(input);
      return value !== undefined && value > low && (high === undefined || value < high) ? value : undefined;
    }),
  };
}

export function numberFrom(least: number, most: number): ValueType<number> {
  return {
    must: `a number from ${least} to ${most}`,
    schema: readBy((input) => {
      const value = toNumber(input);
      return value !== undefined && value >= least && value <= most ? value : undefined;
    }),
  };
}

/** A share of 1, as a number or in percent. */
export function shareFrom(least: number, most: number): ValueType<number> {
  return {
    must: `a share from ${100 * least}% to ${100 * most}%, such as 2% or 0.02`,
    schema: readBy((input) => {
      const percent = /^(.*\S)\s*%$/.exec(String(input).trim())?.[1];
      const value = percent === undefined ? toNumber(input) : (toNumber(percent) ?? Number.NaN) / 100;
      return value !== undefined && value >= least && value <= most ? value : undefined;
    }),
  };
}

export function wholeNumber(least: number, most = Number.MAX_SAFE_INTEGER): ValueType<number> {
  return {
    must:
      most === Number.MAX_SAFE_INTEGER
        ? `a whole number of at least ${least}`
        : `a whole number from ${least} to ${most}`,
    schema: readBy((input) => {
      const value = toNumber(input);
      return Number.isSafeInteger(value) && value! >= least && value! <= most ? value : undefined;
    }),
  };
}

/** A LoadGen seed: an unsigned 64-bit number. YAML gives whole numbers beyond 2^53 as bigint. */
export function seed(): ValueType<bigint> {
  return {
    must: 'a whole number from 0 to 18446744073709551615',
    schema: readBy((input) => {
      if (!/^\d{1,20}$/.test(String(input))) return undefined;
      const value = BigInt(input as string | number | bigint);
      return value < 1n << 64n ? value : undefined;
    }),
  };
}

/** `auto`, or a value of this type. */
export function orAuto<T>(type: ValueType<T>): ValueType<T | 'auto'> {
  return { must: `auto or ${type.must}`, but: type.but, schema: z.union([z.literal('auto'), type.schema]) };
}

/** One of these names, in upper or lower case. */
export function oneOf<const T extends string>(...names: readonly T[]): ValueType<T> {
  return {
    must: orList(names),
    names,
    schema: readBy((input) => names.find((name) => name.toLowerCase() === String(input).toLowerCase())),
  };
}

export function text(must: string, pattern = /\S/): ValueType<string> {
  return { must, schema: readBy((input) => (pattern.test(String(input)) ? String(input) : undefined)) };
}

/** YAML's true and false; a flag is given or not. */
export function yesOrNo(): ValueType<boolean> {
  return {
    must: 'true or false',
    schema: readBy((input) => ({ true: true, false: false })[String(input)]),
  };
}

/** A YAML list, or one string with commas between the items. */
export function listOf<T>(type: ValueType<T>, must: string, least = 1): ValueType<readonly T[]> {
  const items = (input: unknown) =>
    Array.isArray(input)
      ? input
      : isScalar(input)
        ? String(input)
            .split(',')
            .map((item) => item.trim())
        : undefined;
  return {
    must,
    names: type.names,
    schema: z.preprocess(items, z.array(type.schema).min(least)) as z.ZodType<readonly T[]>,
  };
}

/** The same type without the values that this refuses. */
export function where<T>(type: ValueType<T>, accepts: (value: T) => boolean): ValueType<T> {
  return { ...type, schema: type.schema.refine(accepts) };
}

/** The same list where each number is above the one before. */
export function rising(type: ValueType<readonly number[]>): ValueType<readonly number[]> {
  const rises = (list: readonly number[]) => list.every((value, i) => i === 0 || value > list[i - 1]!);
  return where(type, rises);
}

/** Repeated `key=value` pairs, or a YAML map. Values that look like numbers or booleans become numbers or booleans. */
export function pairs(example = 'intraOpNumThreads=1'): ValueType<Readonly<Record<string, unknown>>> {
  return {
    must: `key=value pairs such as ${example}`,
    schema: z.preprocess(
      (input) => {
        if (!Array.isArray(input)) return input;
        const split = input.map((pair) => /^([^=\s]+)=(.*)$/s.exec(String(pair)));
        if (split.some((match) => match === null)) return undefined;
        return Object.fromEntries(split.map((match) => [match![1], literal(match![2]!)]));
      },
      z.record(z.string(), z.unknown()),
    ),
  };
}

function literal(value: string): unknown {
  if (value === 'true' || value === 'false') return value === 'true';
  return toNumber(value) ?? value;
}
