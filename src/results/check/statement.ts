/** What the files of one run say of it, by the name of the fact, and in which facts they disagree. */
import { andList } from '../../base/suggest.js';

/** A figure or a text as one file says it. */
export interface Said {
  readonly value: number | string;
  /** Of a figure: ms, samples/s, …; absent for a count. */
  readonly unit?: string;
  /** How far the printed figure may be from the exact one. */
  readonly slack?: number;
}

/** By the name of the fact, as it stands in a sentence: `The <name> is … in <file>`. */
export type Statement = ReadonlyMap<string, Said>;

/** A file of a run and what it says. */
export interface Witness {
  readonly file: string;
  readonly says: Statement;
}

/** A statement of what is known among these; a figure that has no value is left out. */
export function statement(
  facts: Iterable<readonly [name: string, said: Said | undefined]>,
): Map<string, Said> {
  const says = new Map<string, Said>();
  for (const [name, said] of facts) {
    if (said === undefined || (typeof said.value === 'number' && !Number.isFinite(said.value))) continue;
    says.set(name, said);
  }
  return says;
}

export function said(value: number | string | undefined, unit?: string, slack?: number): Said | undefined {
  return value === undefined ? undefined : { value, unit, slack };
}

/** The slack of a figure that was printed with six significant digits, as LoadGen prints. */
export function sixDigits(value: number): number {
  return value === 0 ? 0 : 0.501 * 10 ** (Math.floor(Math.log10(Math.abs(value))) - 5);
}

/**
 * One sentence for each fact in which files disagree. The witnesses come in the order in which they are believed: the
 * first that names a fact is what the others are held against.
 */
export function disagreements(witnesses: readonly Witness[]): string[] {
  const names = new Set(witnesses.flatMap(({ says }) => [...says.keys()]));
  return [...names].flatMap((name) => disagreement(name, witnesses) ?? []);
}

/** One sentence for each of these facts that others state and `lacking` does not. */
export function silences(lacking: Witness, others: readonly Witness[], facts: readonly string[]): string[] {
  return facts.flatMap((name) => {
    const other = lacking.says.has(name) ? undefined : others.find(({ says }) => says.has(name));
    if (!other) return [];
    const found = other.says.get(name)!;
    return [`The ${name} is ${textOf(found, found)} in ${other.file}, but is missing in ${lacking.file}.`];
  });
}

function disagreement(name: string, witnesses: readonly Witness[]): string | undefined {
  const known = witnesses.flatMap(({ file, says }) => {
    const found = says.get(name);
    return found ? [{ file, said: found }] : [];
  });
  const [first, ...others] = known;
  const against = first ? others.filter((other) => !agree(first.said, other.said)) : [];
  if (!first || against.length === 0) return undefined;
  const texts = new Map<string, string[]>();
  for (const { file, said } of against) {
    const text = textOf(said, first.said);
    texts.set(text, [...(texts.get(text) ?? []), file]);
  }
  const claims = [...texts].map(([text, files]) => `${text} in ${andList(files)}`);
  return `The ${name} is ${textOf(first.said, against[0]!.said)} in ${first.file}, but ${claims.join(' and ')}.`;
}

/** Nanoseconds are whole, and milliseconds made from them are exact to this. */
const rounding = 1e-9;

function agree(a: Said, b: Said): boolean {
  if (typeof a.value === 'string' || typeof b.value === 'string') return String(a.value) === String(b.value);
  const slack = (a.slack ?? 0) + (b.slack ?? 0) + rounding * Math.max(Math.abs(a.value), Math.abs(b.value));
  return Math.abs(a.value - b.value) <= slack;
}

/** Seven digits, or all of them where seven do not show how it differs from the other. */
function textOf({ value, unit }: Said, other: Said): string {
  if (typeof value === 'string') return value;
  const short = (x: number) => String(Number.isInteger(x) ? x : +x.toPrecision(7));
  const same = typeof other.value === 'number' && short(value) === short(other.value);
  return `${same ? value : short(value)}${unit === undefined ? '' : ` ${unit}`}`;
}
