/** One system's runs as CSV. */
import { csv } from '../../base/text/csv.js';
import { folderOfRun } from '../../results/layout.js';
import type { ResultRun, ResultSystem } from '../../results/types.js';
import { summaryColumns } from '../../results/write/summary-columns.js';

/** What the table has after the columns of `summary.csv`; shares are fractions of 1. */
const ownColumns: readonly (readonly [name: string, (run: ResultRun) => string | number | undefined])[] = [
  ['figure', (run) => run.throughput?.figure],
  ['bound_share', (run) => run.boundShare],
  ['tokens_per_second', (run) => run.tokens?.perSecond],
  ['ttft_p99_ms', (run) => run.tokens?.ttftMs?.p99],
  ['ttft_bound_ms', (run) => run.tokens?.ttftBoundMs],
  ['tpot_p99_ms', (run) => run.tokens?.tpotMs?.p99],
  ['tpot_bound_ms', (run) => run.tokens?.tpotBoundMs],
  ['disagreements', (run) => run.disagreements?.join(' ')],
];

/**
 * One row per run, with the columns of `summary.csv` first; an empty cell means that the value is not known. The
 * accuracy in the row of a performance run is that of the accuracy run beside it.
 */
export function runsCsv(system: ResultSystem): string {
  return csv(
    [...summaryColumns.map(({ name }) => name), ...ownColumns.map(([name]) => name)],
    system.runs.map((run) => [...sharedCells(run), ...ownColumns.map(([, value]) => value(run))]),
  );
}

function sharedCells(run: ResultRun): (string | number | undefined)[] {
  const { document, accuracy } = run;
  const folder = folderOfRun(run);
  return summaryColumns.map(({ value, ofLogs }) =>
    document ? value({ ...document, accuracy }, folder) : ofLogs?.(run, folder),
  );
}
