/** Runs of one side by name, to say which of them has what. */
import type { ResultRun } from '../../results/types.js';

/**
 * `run 1`, `runs 1–3, 5`; where the runs of the side are of several benchmarks or scenarios, with these before the
 * numbers. `runs` are some of `side`.
 */
export function runNames(runs: readonly ResultRun[], side: readonly ResultRun[]): string {
  const places = new Set(side.map(placeOf));
  const groups = new Map<string, ResultRun[]>();
  for (const run of runs) groups.set(placeOf(run), [...(groups.get(placeOf(run)) ?? []), run]);
  return [...groups]
    .map(([place, own]) => (places.size > 1 ? `${place} ${numbered(own)}` : numbered(own)))
    .join(', ');
}

function placeOf({ benchmark, scenario }: ResultRun): string {
  return `${benchmark} ${scenario}`;
}

function numbered(runs: readonly ResultRun[]): string {
  const numbers = runs.flatMap(({ runNumber }) => runNumber ?? []).sort((a, b) => a - b);
  const counted = numbers.length ? `${numbers.length === 1 ? 'run' : 'runs'} ${ranges(numbers)}` : [];
  const others = runs.filter(({ runNumber }) => runNumber === undefined).map(unnumbered);
  return [counted, others].flat().join(', ');
}

function unnumbered({ mode, path }: ResultRun): string {
  return mode === 'AccuracyOnly' ? 'accuracy run' : path;
}

/** `1–3, 5` of ascending numbers. */
function ranges(numbers: readonly number[]): string {
  const found: [first: number, last: number][] = [];
  for (const number of numbers) {
    const before = found.at(-1);
    if (before && number === before[1] + 1) before[1] = number;
    else found.push([number, number]);
  }
  return found.map(([first, last]) => (first === last ? `${first}` : `${first}–${last}`)).join(', ');
}
