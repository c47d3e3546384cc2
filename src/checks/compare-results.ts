/** A comparison of systems from everything their results hold: runs, records of queries, answers, published results. */
import { compareSystems } from '../compare/compare-systems.js';
import type { CompareOptions, Comparison, SystemRuns } from '../compare/types.js';
import { isCompleted } from '../engine/latency.js';
import type { SeriesByRun } from '../report/runs/series.js';
import { copiesOf } from '../results/check/copies.js';
import { loadPublished } from '../results/published.js';
import { readRecord } from '../results/read/record.js';
import type { ResultRun, ResultSystem } from '../results/types.js';
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
  const comparison = compareSystems(
    await withCompletions(baseline, series),
    await Promise.all(
      candidates.map(async (candidate) => ({
        ...(await withCompletions(candidate, series)),
        copies: await copiesOf(candidate.runs, baseline.runs),
      })),
    ),
    { ...rest, published: options.published ?? (await loadPublished()) },
  );
  const answers: AnswerCheck[] = [];
  for (const candidate of candidates) answers.push(...(await compareAnswers(baseline, candidate)));
  return { comparison, answers, conclusion: conclusionOf(comparison, answers) };
}

function conclusionOf({ candidates }: Comparison, answers: readonly AnswerCheck[]): CompareConclusion {
  const verdicts = candidates.flatMap(({ pairs }) => pairs.map(({ verdict }) => verdict.kind));
  if (verdicts.includes('slower')) return 'slower';
  if (answers.some(({ kind }) => kind === 'different')) return 'different answers';
  return verdicts.some((kind) => kind !== 'not comparable') ? 'holds' : 'nothing compared';
}

async function withCompletions(system: ResultSystem, series: SeriesByRun): Promise<SystemRuns> {
  return { ...system, completionsNs: await offlineCompletions(system.runs, series) };
}

/** When each sample of the Offline runs completed, in nanoseconds, by the run's path. */
async function offlineCompletions(
  runs: readonly ResultRun[],
  series: SeriesByRun,
): Promise<Map<string, Float64Array>> {
  const completions = new Map<string, Float64Array>();
  for (const { path, record, scenario, mode } of runs) {
    if (record === undefined || scenario !== 'Offline' || mode !== 'PerformanceOnly') continue;
    completions.set(path, series.get(path)?.completedNs ?? (await readCompletions(record)));
  }
  return completions;
}

async function readCompletions(record: string): Promise<Float64Array> {
  const { completedNs, failed } = await readRecord(record);
  const columns = { completed: completedNs, failed };
  return completedNs.filter((_, row) => isCompleted(columns, row));
}
