/** Reads the records of runs for the curves of a report. */
import { readRecord } from '../../results/read/record.js';
import type { ResultRun } from '../../results/types.js';
import { type RunSeries, type SeriesByRun, seriesOf } from './series.js';

/** The curves of all runs that have a record. @throws BaremarkError `BAD_RESULTS` for a record that is damaged */
export async function readSeries(runs: readonly ResultRun[]): Promise<SeriesByRun> {
  const series = new Map<string, RunSeries>();
  for (const run of runs)
    if (run.record !== undefined) series.set(run.path, seriesOf(await readRecord(run.record), run));
  return series;
}
