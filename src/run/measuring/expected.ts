/** How long a run will take: at first as its schedule or its rate suggest, then as it goes. */
import type { EffectiveSettings, Queries } from '../../loadgen/index.js';

/** Before a run has gone on for this share of the first estimate, its own pace says less than that. */
const soonest = 0.1;

/** What a run has to do; `sets` is the number of phases. */
export interface Work {
  readonly effective: EffectiveSettings;
  readonly queries: Pick<Queries, 'queryCount' | 'rowCount' | 'scheduledNs'>;
  readonly sets: number;
}

/** @param rate samples/s (queries/s of a stream) as they were seen before; the result is undefined where it is NaN */
export function expectedSeconds({ effective, queries, sets }: Work, rate: number): number | undefined {
  const seconds = sets * phaseSeconds(effective, queries, rate);
  return Number.isNaN(seconds) ? undefined : seconds;
}

function phaseSeconds(effective: EffectiveSettings, queries: Work['queries'], rate: number): number {
  if (effective.scenario === 'Server') return scheduledSeconds(queries);
  const compute = queries.rowCount / rate;
  if (effective.scenario === 'Offline' || effective.mode === 'AccuracyOnly') return compute;
  return Math.max(effective.minDurationNs / 1e9, effective.minSampleCount / rate);
}

function scheduledSeconds({ scheduledNs, queryCount }: Work['queries']): number {
  return scheduledNs[queryCount - 1]! / 1e9;
}

/** The estimate as a run's own pace revises it; seconds, never less than those that went by. */
export function revisedSeconds(
  work: Work,
  first: number | undefined,
  {
    elapsedNs,
    issued,
    completed,
  }: { readonly elapsedNs: number; readonly issued: number; readonly completed: number },
): number | undefined {
  const elapsed = elapsedNs / 1e9;
  const early = first !== undefined && elapsed < soonest * first;
  if (early || completed === 0) return first === undefined ? undefined : Math.max(first, elapsed);
  const pace = completed / elapsed;
  const { effective, queries, sets } = work;
  if (effective.scenario === 'Server' && effective.mode !== 'AccuracyOnly') {
    // What arrived and is not done yet comes after the last arrival, unless there is time for it until then.
    const schedule = scheduledSeconds(queries);
    return (
      Math.max(schedule, elapsed) + Math.max(0, (issued - completed) / pace - Math.max(0, schedule - elapsed))
    );
  }
  const all =
    effective.mode === 'AccuracyOnly' ? queries.rowCount / pace : phaseSeconds(effective, queries, pace);
  return Math.max(elapsed, sets * all);
}
