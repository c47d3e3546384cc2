/** A comparison of systems from everything their results hold: runs, records of queries, answers, published results. */
import { compareSystems } from '../compare/compare-systems.js';
import type { CompareOptions, Comparison, RunTail, SystemRuns } from '../compare/types.js';
import { isCompleted } from '../engine/latency.js';
import { recordTail, type SeriesByRun } from '../report/runs/series.js';
import { copiesOf } from '../results/check/copies.js';
import { loadPublished } from '../results/published.js';
import { readRecord } from '../results/read/record.js';
import type { ResultSystem } from '../results/types.js';
import { type AnswerCheck, compareAnswers } from './same-answers.js';

export interface ResultsComparison {
  readonly comparison: Comparison;
  /** Whether the systems answer alike, from their accuracy runs. */
  readonly answers: readonly AnswerCheck[];
  readonly conclusion: CompareConclusion;
}

/** What a comparison says as a whole; `holds`: at least one pair could be compared, and nothing speaks against it. */
export type CompareConclusion = 'holds' | 'slower' | 'nothing compared' | 'different answers';

export interface CompareResultsOptions extends CompareOptions {
  /** What `readSeries` read of these runs' records, so that none of them is read twice. */
  readonly series?: SeriesByRun;
}

/**
 * Compares each candidate with the baseline, as `baremark compare` does. Published results are those that come with
 * baremark, unless the options have others.
 * @throws BaremarkError `BAD_RESULTS` or `BAD_LOG` for a record or an accuracy log that is damaged
 */
export async function compareResults(
  baseline: ResultSystem,
  candidates: readonly ResultSystem[],
  options: CompareResultsOptions,
): Promise<ResultsComparison> {
  const { series = new Map(), ...rest } = options;
  const measured: SystemRuns[] = [];
  for (const candidate of candidates) {
    const copies = await copiesOf(candidate.runs, baseline.runs);
    measured.push({ ...(await withRecords(candidate, series)), copies });
  }
  const comparison = compareSystems(await withRecords(baseline, series), measured, {
    ...rest,
    published: options.published ?? (await loadPublished()),
  });
  const answers: AnswerCheck[] = [];
  for (const candidate of candidates) answers.push(...(await compareAnswers(baseline, candidate)));
  return { comparison, answers, conclusion: conclusionOf(comparison, answers) };
}

/** Of Server the highest rates decide; what the users of both wait at the same rate is told, and decides nothing. */
function conclusionOf({ candidates }: Comparison, answers: readonly AnswerCheck[]): CompareConclusion {
  const verdicts = candidates.flatMap(({ pairs }) => pairs.map(({ verdict }) => verdict.kind));
  if (verdicts.includes('slower')) return 'slower';
  if (answers.some(({ kind }) => kind === 'different')) return 'different answers';
  return verdicts.some((kind) => kind !== 'not comparable') ? 'holds' : 'nothing compared';
}

/**
 * What the comparison needs of the records: when each sample of the Offline runs completed, in nanoseconds, and the
 * latency of the Server runs at the bound's percentile; by the run's path. One record at a time is held.
 */
async function withRecords(system: ResultSystem, series: SeriesByRun): Promise<SystemRuns> {
  const completionsNs = new Map<string, Float64Array>();
  const tails = new Map<string, RunTail>();
  for (const run of system.runs) {
    const { path, record, scenario, mode } = run;
    if (record === undefined || mode !== 'PerformanceOnly') continue;
    const known = series.get(path);
    if (scenario === 'Offline')
      completionsNs.set(path, known?.completedNs ?? (await readCompletions(record)));
    if (scenario !== 'Server') continue;
    const tail = known ? known.tail : recordTail(await readRecord(record), run);
    if (tail) tails.set(path, tail);
  }
  return { ...system, completionsNs, tails };
}

async function readCompletions(record: string): Promise<Float64Array> {
  const { completedNs, failed } = await readRecord(record);
  const columns = { completed: completedNs, failed };
  return completedNs.filter((_, row) => isCompleted(columns, row));
}
