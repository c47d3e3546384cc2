/** The issuer: waits for each scheduled time, stamps the query as issued and publishes it with one counter and no message. */
import { type IssueEnd, type IssueLimits, issueEnd, issueRules } from '../../loadgen/run-limits.js';
import {
  type Control,
  isStopped,
  publishIssued,
  rowsDone,
  sleepUnlessStopped,
  sleepUntilDone,
} from '../control.js';
import type { QueryRecord } from '../query-record.js';
import type { WaitPlan } from './waiting.js';

/** What is issued, and what ends it. */
export interface IssueTask {
  readonly record: QueryRecord;
  readonly control: Control;
  readonly limits: IssueLimits;
  /**
   * LoadGen's `server_coalesce_queries`: all queries that are due when the clock is read are issued together at that
   * time, however many they are (QueryMetadata::CoalesceQueries in issue_query_controller.cc).
   */
  readonly coalesce: boolean;
}

export interface IssueReport {
  readonly queriesIssued: number;
  /** Why issuing ended; `stopped`: the phase was cut short. */
  readonly end: IssueEnd | { readonly kind: 'stopped' };
}

/** This many queries due at once are stamped with one reading of the clock: one by one the issuer would not catch up. */
const burst = 64;

/** Reads of the done counter before the clock is read, and between readings of the clock. */
const quickChecks = 2000;
const checksPerLook = 64;

/**
 * Issues queries by their schedule (Server, Offline) without waiting for completions. Each query is stamped and
 * published by itself unless the issuer is a burst behind.
 * @param now phase nanoseconds
 */
export function issueScheduled(task: IssueTask, wait: WaitPlan, now: () => number): IssueReport {
  const { record, control, coalesce } = task;
  const { scheduled, issued, queryCount, samplesPerQuery } = record;
  const rules = issueRules(task.limits);
  const allowed = Math.min(queryCount, rules.maxQueries);
  let query = 0;
  let time = now();
  while (query < allowed) {
    const due = scheduled[query]!;
    if (time < due) {
      time = waitUntil(due, control, wait, now);
      if (Number.isNaN(time)) return stopped(query);
    } else if (isStopped(control)) {
      return stopped(query);
    }
    const first = query;
    const together = coalesce ? queryCount : scheduled[query + burst - 1]! <= time ? burst : 1;
    const last = Math.min(query + together, allowed);
    while (query < last && scheduled[query]! <= time) issued[query++] = time;
    publishIssued(control, query * samplesPerQuery, (query - first) * samplesPerQuery);
    const end = issueEnd(rules, query, query - rowsDone(control) / samplesPerQuery, time);
    if (end !== undefined) return { queriesIssued: query, end };
    if (query < allowed && scheduled[query]! <= time) time = now();
  }
  return { queriesIssued: query, end: rules.allIssued };
}

/**
 * Issues each query when the one before has completed (SingleStream, MultiStream). The time of issue is its schedule.
 * @param spinNs how long to spin for a completion before sleeping
 * @param now phase nanoseconds
 */
export function issueStream(task: IssueTask, spinNs: number, now: () => number): IssueReport {
  const { record, control } = task;
  const { scheduled, issued, queryCount, samplesPerQuery } = record;
  const rules = issueRules(task.limits);
  let query = 0;
  while (query < queryCount) {
    const time = now();
    scheduled[query] = time;
    issued[query] = time;
    query++;
    const rows = query * samplesPerQuery;
    publishIssued(control, rows, samplesPerQuery);
    if (!awaitDone(rows, control, spinNs, now)) return stopped(query);
    // The last query is one that was issued when the duration was over: LoadGen measures the duration by it.
    const end = issueEnd(rules, query, 0, time);
    if (end !== undefined) return { queriesIssued: query, end };
  }
  return { queriesIssued: query, end: rules.allIssued };
}

function stopped(queriesIssued: number): IssueReport {
  return { queriesIssued, end: { kind: 'stopped' } };
}

/** Waits for a time and returns what the clock said then; NaN when the phase is stopped meanwhile. */
function waitUntil(due: number, control: Control, wait: WaitPlan, now: () => number): number {
  let time = now();
  while (due - time > wait.spinNs) {
    if (sleepUnlessStopped(control, (due - time - wait.spinNs) / 1e6)) return Number.NaN;
    time = now();
  }
  for (; time < due; time = now()) if (isStopped(control)) return Number.NaN;
  return time;
}

/** Waits until this many rows are done, spinning first; false when the phase is stopped meanwhile. */
function awaitDone(rows: number, control: Control, spinNs: number, now: () => number): boolean {
  for (let i = 0; i < quickChecks; i++) if (rowsDone(control) >= rows) return true;
  const giveUp = now() + spinNs;
  while (now() < giveUp) {
    for (let i = 0; i < checksPerLook; i++) if (rowsDone(control) >= rows) return true;
    if (isStopped(control)) return false;
  }
  return sleepUntilDone(control, rows);
}
