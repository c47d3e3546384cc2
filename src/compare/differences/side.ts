/** One field over all runs of a side: its one value, or which run has what. */
import type { Measured } from '../../base/measured.js';
import type { ResultRun } from '../../results/types.js';
import type { Properties } from './flatten.js';
import { runNames } from './run-names.js';

/** What is known of one run, or of a system as a whole. */
export interface Described {
  readonly fields: Properties;
  /** What a field stands for that is not among them. */
  readonly absent: (field: string) => Measured<string>;
  /** Absent where this describes the system. */
  readonly run?: ResultRun;
}

export interface SideField {
  /** The known values, each with the runs that have it. */
  readonly values: ReadonlyMap<string, readonly Described[]>;
  readonly unknown: readonly Described[];
  /** Why it is unknown in the first of those runs. */
  readonly why: string;
}

export function fieldOf(side: readonly Described[], field: string): SideField {
  const values = new Map<string, Described[]>();
  const unknown: Described[] = [];
  const reasons: string[] = [];
  for (const one of side) {
    const found = one.fields.get(field) ?? one.absent(field);
    if ('value' in found) values.set(found.value, [...(values.get(found.value) ?? []), one]);
    else {
      unknown.push(one);
      reasons.push(found.unavailable);
    }
  }
  return { values, unknown, why: reasons[0] ?? 'there is no run' };
}

/**
 * The field of a side as one text: `fp16`, or `fp16 (runs 1–2), fp32 (run 3)`. A value that some of the runs did not
 * record is known only where it `differs` from another one in any case.
 */
export function textOf({ values, unknown, why }: SideField, differs: boolean): Measured<string> {
  const side = [...[...values.values()].flat(), ...unknown];
  const [only] = values.keys();
  if (only === undefined) return { unavailable: why };
  if (values.size === 1 && unknown.length === 0) return { value: only };
  const parts = [...values].map(([value, runs]) => `${value} (${namesOf(runs, side)})`);
  if (unknown.length === 0) return { value: parts.join(', ') };
  return differs
    ? { value: [...parts, `unknown (${namesOf(unknown, side)})`].join(', ') }
    : { unavailable: `${why} in ${namesOf(unknown, side)}; it is ${parts.join(', ')}` };
}

/** More runs than this are counted where they are most of their side. */
const mostNamed = 3;

function namesOf(some: readonly Described[], side: readonly Described[]): string {
  const runsOf = (described: readonly Described[]) => described.flatMap(({ run }) => run ?? []);
  if (some.length > mostNamed && 2 * some.length > side.length) return `the other ${some.length} runs`;
  return runNames(runsOf(some), runsOf(side));
}
