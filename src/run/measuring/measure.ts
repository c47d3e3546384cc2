/** Runs the phases of a run: one over the performance set, or in accuracy mode one over every loadable set. */

import type { LoadedSamples, SampleLibrary } from '../../datasets/sample-library.js';
import { countRows, lastCompletedAt } from '../../engine/facts.js';
import type { PhaseProgress, PhaseResult } from '../../engine/phase.js';
import { allocateShared } from '../../engine/query-record.js';
import {
  type EffectiveSettings,
  generateQueries,
  type IssuedSet,
  loadableSets,
  type Queries,
  type SampleResponse,
} from '../../loadgen/index.js';
import type { OpenedSut } from '../../sut/open.js';
import { isStop } from '../hooks/stopping.js';
import type { RunEvent } from '../types.js';
import { expectedSeconds, revisedSeconds } from './expected.js';

/** Seconds and milliseconds, as a person reads them. */
export type RunProgress = Pick<
  Extract<RunEvent, { type: 'progress' }>,
  'elapsedS' | 'expectedS' | 'issued' | 'completed' | 'failed' | 'p99Ms' | 'boundMs'
>;

export interface Measurement {
  readonly phaseResults: readonly PhaseResult[];
  /** What was loaded and generated for each phase. */
  readonly sets: readonly IssuedSet[];
  readonly responses: readonly SampleResponse[];
}

export interface MeasureOptions {
  /** Which rows' responses are wanted; absent for none. */
  readonly capture?: (queries: Queries) => Uint8Array;
  readonly onLoading: (loaded: number, of: number) => void;
  readonly onStart: (expectedS: number | undefined) => void;
  readonly onProgress: (progress: RunProgress) => void;
  /** Latency bound, shown beside the live p99, nanoseconds. */
  readonly boundNs?: number;
  readonly signal: AbortSignal;
}

/** Fewer phases than there are sets where the run is stopped; none where it is before the first. */
export async function measure(
  sut: OpenedSut,
  effective: EffectiveSettings,
  rate: number,
  options: MeasureOptions,
): Promise<Measurement> {
  const { library, pool, phase } = sut;
  const all = loadableSets(effective, {
    totalSampleCount: library.totalSampleCount,
    performanceSampleCount: library.performanceSampleCount,
  });
  const sets = effective.mode === 'AccuracyOnly' ? all : all.slice(0, 1);
  const phaseResults: PhaseResult[] = [];
  const issuedSets: IssuedSet[] = [];
  const responses: SampleResponse[] = [];
  let before = noProgress;
  let sequence = 0;
  let expectedS: number | undefined;
  for (const set of sets) {
    const last = phaseResults.at(-1);
    const loaded = await loadUnlessStopped(library, set, options);
    if (!loaded) {
      // Whole phases were measured, but not all of them.
      if (last) phaseResults[phaseResults.length - 1] = { ...last, aborted: 'stopped-by-user' };
      break;
    }
    if (last) before = sum(before, endOf(last));
    const queries = generateQueries(effective, set, allocateShared);
    const work = { effective, queries, sets: sets.length };
    if (phaseResults.length === 0) {
      expectedS = expectedSeconds(work, rate);
      options.onStart(expectedS);
    }
    const phaseResult = await pool.run({
      ...phase,
      queries,
      limits: effective,
      coalesce: effective.scenario === 'Server' && effective.requested.serverCoalesceQueries,
      meanGapNs: effective.scenario === 'Server' ? 1e9 / effective.targetQps : 0,
      loaded,
      capture: options.capture?.(queries),
      onProgress: (progress) => {
        const all = sum(before, progress);
        options.onProgress(forPerson(all, revisedSeconds(work, expectedS, all), options.boundNs));
      },
    });
    for (const { row, data } of phaseResult.responses)
      responses.push({ sequence: sequence + row, sample: phaseResult.record.sample[row]!, data });
    phaseResults.push(phaseResult);
    issuedSets.push({ loaded: set, queries });
    sequence += queries.rowCount;
    if (phaseResult.aborted !== undefined) break;
  }
  library.unload();
  return { phaseResults, sets: issuedSets, responses: responses.sort((a, b) => a.sequence - b.sequence) };
}

/** Undefined where the run is stopped meanwhile. */
export async function loadUnlessStopped(
  library: SampleLibrary,
  set: Uint32Array,
  { onLoading, signal }: Pick<MeasureOptions, 'onLoading' | 'signal'>,
): Promise<LoadedSamples | undefined> {
  try {
    const loaded = await library.load(set, (count) => {
      signal.throwIfAborted();
      onLoading(count, set.length);
    });
    return signal.aborted ? undefined : loaded;
  } catch (error) {
    if (isStop(error, { signal })) return undefined;
    throw error;
  }
}

function forPerson(
  progress: PhaseProgress,
  expectedS: number | undefined,
  boundNs: number | undefined,
): RunProgress {
  const { elapsedNs, recentP99Ns, ...counts } = progress;
  return {
    ...counts,
    elapsedS: elapsedNs / 1e9,
    expectedS,
    p99Ms: recentP99Ns === undefined ? undefined : recentP99Ns / 1e6,
    boundMs: boundNs === undefined ? undefined : boundNs / 1e6,
  };
}

const noProgress: PhaseProgress = { elapsedNs: 0, issued: 0, completed: 0, failed: 0 };

function sum(before: PhaseProgress, now: PhaseProgress): PhaseProgress {
  return {
    elapsedNs: before.elapsedNs + now.elapsedNs,
    issued: before.issued + now.issued,
    completed: before.completed + now.completed,
    failed: before.failed + now.failed,
    recentP99Ns: now.recentP99Ns,
  };
}

function endOf(phaseResult: PhaseResult): PhaseProgress {
  return { elapsedNs: lastCompletedAt(phaseResult), ...countRows(phaseResult) };
}
