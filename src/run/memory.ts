/** Refuses runs that would not fit into memory before anything large is allocated. */
import { BaremarkError } from '../base/errors.js';
import { bytesPerQuery, bytesPerRow } from '../flight/record.js';
import type { EffectiveSettings } from '../loadgen/index.js';

/** A worker thread with its own JavaScript heap, measured at about 12 MB with the runtime's libraries loaded. */
const threadBytes = 12e6;

/** Throws `NOT_ENOUGH_MEMORY` where so many sessions of a model of this size cannot be held. */
export function checkInstances(instances: number, modelBytes: number, available = availableMemory()): void {
  const each = threadBytes + modelBytes;
  if (instances * each <= available) return;
  const most = Math.max(1, Math.floor(available / each));
  throw new BaremarkError(
    'NOT_ENOUGH_MEMORY',
    `${instances} instances of this model need about ${gigabytes(instances * each)} of memory and ${gigabytes(available)} are free; give --instances ${most} or fewer.`,
  );
}

/**
 * Throws `NOT_ENOUGH_MEMORY` where the record of a run with these settings cannot be held.
 * Goes by the expected number of samples, because generating them would take memory and time already.
 */
export function checkRecord(effective: EffectiveSettings, available = availableMemory()): void {
  const rows = expectedRows(effective);
  const needed = rows * (bytesPerRow + bytesPerQuery);
  if (needed <= available) return;
  throw new BaremarkError(
    'NOT_ENOUGH_MEMORY',
    `The record of ${rows} samples needs ${gigabytes(needed)} of memory and ${gigabytes(available)} are free; give a lower --target-qps, --min-duration or --min-queries.`,
  );
}

/** About how many samples a run with these settings issues. */
export function expectedRows(effective: EffectiveSettings): number {
  if (effective.mode === 'AccuracyOnly') return effective.accuracySampleCount;
  const { scenario, targetQps, minDurationNs, minSampleCount, samplesPerQuery } = effective;
  const perSecond = scenario === 'Offline' ? targetQps : targetQps * samplesPerQuery;
  return Math.max(minSampleCount, Math.ceil((perSecond * minDurationNs) / 1e9));
}

function availableMemory(): number {
  return process.availableMemory();
}

function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(1)} GB`;
}
