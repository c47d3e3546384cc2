/** A phase's record as it is stored: what was issued of it. */
import type { PhaseResult } from '../../engine/phase.js';
import type { QueryColumns } from '../../results/types.js';

export function columnsOf({ record, queriesIssued }: PhaseResult): QueryColumns {
  return {
    rowCount: queriesIssued * record.samplesPerQuery,
    samplesPerQuery: record.samplesPerQuery,
    sample: record.sample,
    scheduledNs: record.scheduled,
    issuedNs: record.issued,
    startedNs: record.started,
    completedNs: record.completed,
    instance: record.instance,
    batch: record.batch,
    failed: record.failed,
  };
}
