/**
 * Finds when the whole process stood still: stopped by a signal, in a VM that was paused, or without any CPU. One thread
 * that does not beat may only have been kept waiting; where no other thread left a trace either, nothing ran.
 */
import type { QueryRecord } from '../query-record.js';
import { leastGapNs, type Stretch } from './beats.js';

export interface SignsOfLife {
  /** Its times were stamped by the issuer and by the worker threads, phase nanoseconds. */
  readonly record: Pick<QueryRecord, 'issued' | 'started' | 'completed'>;
  /** When the main thread looked at the phase, phase nanoseconds. */
  readonly looks: readonly number[];
}

/**
 * @param gaps stretches without a beat, in order, phase nanoseconds
 * @returns for each gap the longest stretch in it without a sign of life, where that is long enough to tell
 */
export function standstills(gaps: readonly Stretch[], { record, looks }: SignsOfLife): readonly Stretch[] {
  if (gaps.length === 0) return [];
  const signs = gaps.map(({ fromNs, toNs }) => [fromNs, toNs]);
  for (const times of [record.issued, record.started, record.completed, looks])
    for (let i = 0; i < times.length; i++) {
      const time = times[i]!;
      if (time > gaps[0]!.fromNs) signs[gapWith(gaps, time)]?.push(time);
    }
  return signs.map(longestSilence).filter(({ fromNs, toNs }) => toNs - fromNs >= leastGapNs);
}

/** The gap that a time falls into; -1 for none. */
function gapWith(gaps: readonly Stretch[], time: number): number {
  let [first, last] = [0, gaps.length - 1];
  while (first < last) {
    const middle = Math.ceil((first + last) / 2);
    if (gaps[middle]!.fromNs < time) first = middle;
    else last = middle - 1;
  }
  return time < gaps[first]!.toNs ? first : -1;
}

function longestSilence(signs: number[]): Stretch {
  signs.sort((a, b) => a - b);
  let longest: Stretch = { fromNs: 0, toNs: 0 };
  for (let i = 1; i < signs.length; i++) {
    const [fromNs, toNs] = [signs[i - 1]!, signs[i]!];
    if (toNs - fromNs > longest.toNs - longest.fromNs) longest = { fromNs, toNs };
  }
  return longest;
}
