/** `early-stopping [FILE.csv]`: least numbers of under-latency queries against LoadGen's, by default those in test/golden. */
import { minUnderlatencyQueries } from '../../src/loadgen/summary/early-stopping.js';
import { loadgenGolden } from '../helpers/golden.js';
import { parseLines, readText } from './lines.js';
import { type CaseResult, type Counts, report } from './report.js';

export async function run(args: string[]): Promise<Counts> {
  return report(checkEarlyStopping(args[0]));
}

/** Columns: overlatency_queries_t, percentile, confidence, min_underlatency_queries_h, below one line of names. */
export function checkEarlyStopping(path = loadgenGolden('early_stopping.csv')): CaseResult[] {
  const text = readText(path, 'early-stopping FILE.csv');
  const rows = text.replace(/^overlatency_queries_t.*\n/, '\n');
  return parseLines(path, rows, (line) => {
    const numbers = line.split(',').map(Number);
    if (numbers.length !== 4 || numbers.some(Number.isNaN)) throw new Error('four numbers are expected');
    const [overlatency, percentile, confidence, expected] = numbers as [number, number, number, number];
    const found = minUnderlatencyQueries(overlatency, percentile, confidence);
    return {
      name: `${overlatency} over-latency at ${percentile}`,
      differences: found === expected ? [] : [`${found} instead of ${expected}`],
    };
  });
}
