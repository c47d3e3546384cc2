/** Repeats of one benchmark as one row: the mean, and how far the runs lie apart. */
import { mean } from 'simple-statistics';
import type { ResultRun } from '../../results/types.js';
import { figure, outcomeText } from '../text/numbers.js';
import { cellsOf, type RunRow, rowOfRun, runCells } from './run-row.js';

interface Repeatable {
  readonly system: string;
  readonly benchmark: string;
  readonly scenario: string;
  readonly mode: string;
}

/** Runs of one system, benchmark, scenario and mode together, each group where its first run stands. */
export function repeatsOf<T extends Repeatable>(runs: readonly T[]): readonly [T, ...T[]][] {
  const groups = new Map<string, [T, ...T[]]>();
  for (const run of runs) {
    const key = JSON.stringify([run.system, run.benchmark, run.scenario, run.mode]);
    const group = groups.get(key);
    if (group) group.push(run);
    else groups.set(key, [run]);
  }
  return [...groups.values()];
}

export interface RepeatsRow {
  /** A single run as it is; of several the means of those that are VALID, or of all where none is. */
  readonly row: RunRow;
  readonly count: number;
  /** `3 within 0.18%`: (highest − lowest) ÷ mean of the headline; – for a single run. */
  readonly spread: string;
  /** `VALID`, or `2 of 3 VALID`. */
  readonly outcome: string;
  readonly allValid: boolean;
}

export function repeatsRow(rows: readonly [RunRow, ...RunRow[]]): RepeatsRow {
  const [first] = rows;
  const valid = rows.filter(({ outcome }) => outcome.kind === 'valid');
  const counted = valid.length > 0 ? valid : rows;
  const outcomes = new Set(rows.map(({ outcome }) => outcomeText(outcome)));
  const outcome = outcomes.size === 1 ? [...outcomes][0]! : `${valid.length} of ${rows.length} VALID`;
  const allValid = valid.length === rows.length;
  if (rows.length === 1) return { row: first, count: 1, spread: '–', outcome, allValid };
  const ofCounted = (of: (row: RunRow) => number | undefined) => meanOf(counted.map(of));
  const row = {
    ...first,
    value: ofCounted(({ value }) => value),
    p99Ms: ofCounted(({ p99Ms }) => p99Ms),
    durationS: ofCounted(({ durationS }) => durationS),
  };
  return { row, count: rows.length, spread: spreadText(counted, row.value), outcome, allValid };
}

/** Repeats as the texts of one row in Markdown and HTML: `run` says how many there are and how far they lie apart. */
export function repeatsCells(runs: readonly [ResultRun, ...ResultRun[]]): string[] {
  const [first] = runs;
  if (runs.length === 1) return runCells(first);
  const { row, spread, outcome } = repeatsRow([rowOfRun(first), ...runs.slice(1).map(rowOfRun)]);
  const share = row.p99Ms === undefined || row.boundMs === undefined ? undefined : row.p99Ms / row.boundMs;
  return cellsOf(
    first,
    row,
    `mean of ${spread}`,
    first.boundShare === undefined ? undefined : share,
    outcome,
  );
}

function spreadText(counted: readonly RunRow[], middle: number | undefined): string {
  const values = counted.flatMap(({ value }) => value ?? []);
  if (values.length < 2 || !middle) return `${values.length}`;
  const percent = (100 * (Math.max(...values) - Math.min(...values))) / middle;
  return `${values.length} within ${figure(+percent.toPrecision(2))}%`;
}

function meanOf(values: readonly (number | undefined)[]): number | undefined {
  const known = values.filter((value) => value !== undefined && Number.isFinite(value)) as number[];
  return known.length > 0 ? mean(known) : undefined;
}
