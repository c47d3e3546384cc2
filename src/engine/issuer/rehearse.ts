/** Runs the issuer's code before it counts: the first queries of a run would be late by the time that compiling it takes. */
import { untilAllIssued } from '../../loadgen/run-limits.js';
import { phaseClock } from '../clock.js';
import { createControl } from '../control.js';
import { createRecord } from '../query-record.js';
import { issueScheduled } from './issuer.js';

/** Enough for the compiler to take the loops for hot (measured); at these gaps they take 10 milliseconds. */
const rehearsedQueries = 10_000;
const gapNs = 1_000;

/** Issues queries that nobody takes, by spinning; how many. */
export function rehearse(): number {
  const queries = {
    queryCount: rehearsedQueries,
    samplesPerQuery: 1,
    rowCount: rehearsedQueries,
    samples: new Uint32Array(rehearsedQueries),
    scheduledNs: Float64Array.from({ length: rehearsedQueries }, (_, query) => query * gapNs),
  };
  const task = {
    record: createRecord(queries),
    control: createControl(1, 1),
    // By the rules of a Server run, which is what is rehearsed.
    limits: { ...untilAllIssued, scenario: 'Server', mode: 'PerformanceOnly' } as const,
    coalesce: false,
  };
  return issueScheduled(task, { mode: 'spin', spinNs: Number.POSITIVE_INFINITY }, phaseClock()).queriesIssued;
}
