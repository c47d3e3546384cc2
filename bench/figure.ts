/** Figures of a benchmark: measured several times, reported as median and spread beside the target. */
import { median } from 'simple-statistics';

/** `atLeast` or `atMost` is the target; a figure with neither only informs. */
export interface Figure {
  readonly name: string;
  readonly unit: string;
  readonly values: readonly number[];
  readonly atLeast?: number;
  readonly atMost?: number;
  readonly note?: string;
}

/** A benchmark gives its figures, or the reason why it cannot run here. */
export type Bench = (runs: number) => Promise<readonly Figure[] | { readonly skipped: string }>;

export interface FigureRow {
  readonly bench: string;
  readonly figure: string;
  readonly unit: string;
  readonly median: number;
  readonly min: number;
  readonly max: number;
  readonly runs: number;
  readonly target: string;
  readonly reached: '' | 'yes' | 'no';
  readonly note: string;
}

export function figureRow(
  bench: string,
  { name, unit, values, atLeast, atMost, note = '' }: Figure,
): FigureRow {
  const middle = median([...values]);
  const reached =
    atLeast !== undefined ? middle >= atLeast : atMost !== undefined ? middle <= atMost : undefined;
  return {
    bench,
    figure: name,
    unit,
    median: middle,
    min: Math.min(...values),
    max: Math.max(...values),
    runs: values.length,
    target: atLeast !== undefined ? `>= ${atLeast}` : atMost !== undefined ? `<= ${atMost}` : '',
    reached: reached === undefined ? '' : reached ? 'yes' : 'no',
    note,
  };
}

/** Repeats a measurement and gathers each of its named values. */
export async function repeat(
  runs: number,
  measure: (run: number) => Promise<Readonly<Record<string, number>>>,
): Promise<Record<string, number[]>> {
  const gathered: Record<string, number[]> = {};
  for (let run = 0; run < runs; run++)
    for (const [name, value] of Object.entries(await measure(run))) {
      gathered[name] ??= [];
      gathered[name].push(value);
    }
  return gathered;
}
