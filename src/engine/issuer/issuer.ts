/** The issuer: waits for each scheduled time, stamps the query as issued and publishes it, one counter and no message. */
import { type Control, cell, wake } from '../control.js';
import type { QueryRecord } from '../query-record.js';
import type { WaitPlan } from './waiting.js';

/** When issuing ends, in LoadGen's terms; 0 stands for no limit. */
export interface IssueLimits {
  readonly minQueryCount: number;
  readonly maxQueryCount: number;
  readonly targetDurationNs: number;
  readonly maxDurationNs: number;
  /** Queries issued and not yet completed at most; Server only. */
  readonly maxAsyncQueries: number;
}

/** Why issuing ended. `ran-out`: the generated queries were all issued before duration and count were reached. */
export type IssueEnd = 'complete' | 'ran-out' | 'max-duration' | 'max-queries' | 'max-async' | 'stopped';

export interface IssueReport {
  readonly queriesIssued: number;
  readonly end: IssueEnd;
  /** When issuing ended, run nanoseconds, and queries that were not completed then. */
  readonly endedAtNs: number;
  readonly outstanding: number;
}

/** So many queries due at once are stamped with one reading of the clock: one by one the issuer would not catch up. */
const burst = 64;

/**
 * Issues queries by their schedule (Server, Offline): never waits for completions. Each query is stamped and published
 * by itself unless the issuer is a burst behind.
 * @param coalesce LoadGen's `server_coalesce_queries`: all queries that are due when the clock is read are issued
 *   together at that time, however many they are (QueryMetadata::CoalesceQueries in issue_query_controller.cc)
 */
export function issueScheduled(
  record: QueryRecord,
  control: Control,
  limits: IssueLimits,
  wait: WaitPlan,
  coalesce: boolean,
  now: () => number,
): IssueReport {
  const { cells } = control;
  const { scheduled, issued, queryCount, samplesPerQuery } = record;
  const allowed = limits.maxQueryCount > 0 ? Math.min(queryCount, limits.maxQueryCount) : queryCount;
  const deadline = limits.maxDurationNs > 0 ? limits.maxDurationNs : Number.POSITIVE_INFINITY;
  const mostOpen = limits.maxAsyncQueries > 0 ? limits.maxAsyncQueries : Number.POSITIVE_INFINITY;
  const ended = (end: IssueEnd) => report(record, control, query, end, now);
  let query = 0;
  let time = now();
  while (query < allowed) {
    const due = scheduled[query]!;
    if (time < due) {
      time = waitUntil(due, cells, wait, now);
      if (Number.isNaN(time)) return ended('stopped');
    } else if (Atomics.load(cells, cell.stop)) {
      return ended('stopped');
    }
    const first = query;
    const together = coalesce ? queryCount : scheduled[query + burst - 1]! <= time ? burst : 1;
    const last = Math.min(query + together, allowed);
    while (query < last && scheduled[query]! <= time) issued[query++] = time;
    Atomics.store(cells, cell.head, query * samplesPerQuery);
    if (Atomics.load(cells, cell.sleepers) > 0) wake(cells, (query - first) * samplesPerQuery);
    if (time > deadline) return ended('max-duration');
    if (query - Atomics.load(cells, cell.done) / samplesPerQuery > mostOpen) return ended('max-async');
    if (query < allowed && scheduled[query]! <= time) time = now();
  }
  return ended(allowed < queryCount ? 'max-queries' : 'complete');
}

/** Issues each query when the one before has completed (SingleStream, MultiStream). Its time of issue is its schedule. */
export function issueStream(
  record: QueryRecord,
  control: Control,
  limits: IssueLimits,
  now: () => number,
  spinNs: number,
): IssueReport {
  const { cells } = control;
  const { scheduled, issued, queryCount, samplesPerQuery } = record;
  const ended = (end: IssueEnd) => report(record, control, query, end, now);
  let query = 0;
  while (query < queryCount) {
    const time = now();
    scheduled[query] = time;
    issued[query] = time;
    query++;
    const rows = query * samplesPerQuery;
    Atomics.store(cells, cell.head, rows);
    if (Atomics.load(cells, cell.sleepers) > 0) wake(cells, samplesPerQuery);
    if (!awaitDone(rows, cells, spinNs, now)) return ended('stopped');
    // The last query is one that was issued when the duration was over: LoadGen measures the duration by it.
    if (query >= limits.minQueryCount && time >= limits.targetDurationNs) return ended('complete');
    if (limits.maxQueryCount > 0 && query >= limits.maxQueryCount) return ended('max-queries');
    if (limits.maxDurationNs > 0 && time > limits.maxDurationNs) return ended('max-duration');
  }
  return ended('ran-out');
}

function report(
  record: QueryRecord,
  control: Control,
  queriesIssued: number,
  end: IssueEnd,
  now: () => number,
): IssueReport {
  const outstanding =
    queriesIssued - Math.floor(Atomics.load(control.cells, cell.done) / record.samplesPerQuery);
  return { queriesIssued, end, endedAtNs: now(), outstanding };
}

/** Waits for a time and returns what the clock said then; NaN when the phase is stopped meanwhile. */
function waitUntil(due: number, cells: Int32Array, wait: WaitPlan, now: () => number): number {
  let time = now();
  while (due - time > wait.spinNs) {
    if (Atomics.wait(cells, cell.stop, 0, (due - time - wait.spinNs) / 1e6) !== 'timed-out')
      return Number.NaN;
    time = now();
  }
  for (; time < due; time = now()) if (Atomics.load(cells, cell.stop)) return Number.NaN;
  return time;
}

/** Waits until so many rows are done, spinning first; false when the phase is stopped meanwhile. */
function awaitDone(rows: number, cells: Int32Array, spinNs: number, now: () => number): boolean {
  for (let i = 0; i < 2000; i++) if (Atomics.load(cells, cell.done) >= rows) return true;
  const giveUp = now() + spinNs;
  while (now() < giveUp) {
    for (let i = 0; i < 64; i++) if (Atomics.load(cells, cell.done) >= rows) return true;
    if (Atomics.load(cells, cell.stop)) return false;
  }
  Atomics.store(cells, cell.issuerSleeps, 1);
  for (;;) {
    const done = Atomics.load(cells, cell.done);
    if (done >= rows || Atomics.load(cells, cell.stop)) break;
    // The limit covers a stop that is raised between the check and the sleep.
    Atomics.wait(cells, cell.done, done, 100);
  }
  Atomics.store(cells, cell.issuerSleeps, 0);
  return Atomics.load(cells, cell.done) >= rows;
}
