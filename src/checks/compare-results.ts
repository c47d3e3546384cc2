/** A comparison of systems from everything their results hold: runs, records of queries, answers, published results. */
import { compareSystems } from '../compare/compare-systems.js';
import type { CompareOptions, Comparison, PublishedRate, SystemRuns } from '../compare/types.js';
import { isCompleted } from '../engine/latency.js';
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

/**
 * Compares each candidate with the baseline, as `baremark compare` does. Published results are those that come with
 * baremark, unless the options have others.
 * @throws BaremarkError `BAD_RESULTS` or `BAD_LOG` for a record or an accuracy log that is damaged
 */
export async function compareResults(
  baseline: ResultSystem,
  candidates: readonly ResultSystem[],
  options: CompareOptions,
): Promise<ResultsComparison> {
  const comparison = compareSystems(
    await withCompletions(baseline),
    await Promise.all(candidates.map(withCompletions)),
    { ...options, published: options.published ?? (await publishedRates()) },
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

async function publishedRates(): Promise<readonly PublishedRate[]> {
  const { results } = await loadPublished();
  return results.map(({ samplesPerSecond, accelerators, ...result }) => ({
    ...result,
    samplesPerSecondPerAccelerator: samplesPerSecond / accelerators,
  }));
}

async function withCompletions(system: ResultSystem): Promise<SystemRuns> {
  return { ...system, completionsNs: await offlineCompletions(system.runs) };
}

/** When each sample of the Offline runs completed, in nanoseconds, by the run's path. */
async function offlineCompletions(runs: readonly ResultRun[]): Promise<Map<string, Float64Array>> {
  const completions = new Map<string, Float64Array>();
  for (const { path, record, scenario, mode } of runs) {
    if (record === undefined || scenario !== 'Offline' || mode !== 'PerformanceOnly') continue;
    const { completedNs, failed } = await readRecord(record);
    const columns = { completed: completedNs, failed };
    completions.set(
      path,
      completedNs.filter((_, row) => isCompleted(columns, row)),
    );
  }
  return completions;
}
