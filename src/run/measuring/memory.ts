/** Refuses a run whose record would not fit in memory, before anything large is allocated. */
import { BaremarkError } from '../../base/errors.js';
import { availableMemory, gigabytes } from '../../base/memory.js';
import { bytesPerQuery, bytesPerRow } from '../../engine/query-record.js';
import type { EffectiveSettings, Scenario } from '../../loadgen/index.js';

/**
 * Throws `NOT_ENOUGH_MEMORY` where the record of a run with these settings cannot be held.
 * Goes by the expected number of samples, because generating them would itself take memory and time.
 */
export function checkRecordFits(
  effective: EffectiveSettings,
  sizedBy: SizedBy = 'rate',
  available = availableMemory(),
): void {
  const rows = expectedRows(effective);
  const needed = rows * (bytesPerRow + bytesPerQuery);
  if (needed <= available) return;
  throw new BaremarkError(
    'NOT_ENOUGH_MEMORY',
    `The record of ${rows} samples needs ${gigabytes(needed)} of memory and ${gigabytes(available)} are free; give a lower ${flagsOf(effective.scenario, sizedBy)}.`,
  );
}

/** What a record is sized by: a rate that an option may give, one that a search finds, or the search itself. */
export type SizedBy = 'rate' | 'found rate' | 'search';

function flagsOf(scenario: Scenario, sizedBy: SizedBy): string {
  if (sizedBy === 'search') return '--budget';
  return `${sizedBy === 'rate' ? rateFlags[scenario] : ''}--min-duration or --min-queries`;
}

/** The rate that a record is sized by, where it is an option's. */
const rateFlags: Readonly<Record<Scenario, string>> = {
  Server: '--target-qps, ',
  Offline: '--offline-expected-qps, ',
  SingleStream: '',
  MultiStream: '',
};

/** About how many samples a run with these settings issues. */
export function expectedRows(effective: EffectiveSettings): number {
  if (effective.mode === 'AccuracyOnly') return effective.accuracySampleCount;
  const { scenario, targetQps, minDurationNs, minSampleCount, samplesPerQuery } = effective;
  const perSecond = scenario === 'Offline' ? targetQps : targetQps * samplesPerQuery;
  return Math.max(minSampleCount, Math.ceil((perSecond * minDurationNs) / 1e9));
}
