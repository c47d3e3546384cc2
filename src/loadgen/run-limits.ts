/** Why a run stops issuing, decided by LoadGen's rules at one place, and LoadGen's words for each reason. */
import type { EffectiveSettings } from './settings/effective.js';

/** The settings that decide when issuing ends. A maximum of 0 means none. */
export type IssueLimits = Pick<
  EffectiveSettings,
  | 'scenario'
  | 'mode'
  | 'minQueryCount'
  | 'maxQueryCount'
  | 'targetDurationNs'
  | 'maxDurationNs'
  | 'maxAsyncQueries'
>;

/** Issuing ends with the last query: for phases that measure no run, such as warming up. */
export const untilAllIssued: IssueLimits = {
  scenario: 'Offline',
  mode: 'AccuracyOnly',
  minQueryCount: 0,
  maxQueryCount: 0,
  targetDurationNs: 0,
  maxDurationNs: 0,
  maxAsyncQueries: 0,
};

/** Why issuing ended, with the figures that LoadGen's message quotes. */
export type IssueEnd =
  /** A Server or accuracy run has issued all its queries. */
  | { readonly kind: 'all-issued' }
  /** The minimum query count and the duration are met; never in Server, whose queries are generated to cover both. */
  | { readonly kind: 'natural' }
  /** Another performance run has issued all its queries before that. */
  | { readonly kind: 'ran-out' }
  | { readonly kind: 'max-async'; readonly issued: number; readonly outstanding: number }
  | { readonly kind: 'max-queries'; readonly issued: number }
  | { readonly kind: 'max-duration'; readonly durationNs: number };

/** `IssueLimits` as plain numbers to compare with, infinite where there is no limit: asked after every query. */
export interface IssueRules {
  readonly naturalQueries: number;
  readonly naturalNs: number;
  readonly maxOutstanding: number;
  readonly maxQueries: number;
  readonly maxNs: number;
  /** What it means that all queries are issued. */
  readonly allIssued: IssueEnd;
}

export function issueRules(limits: IssueLimits): IssueRules {
  const none = Number.POSITIVE_INFINITY;
  const most = (limit: number) => (limit > 0 ? limit : none);
  if (limits.mode === 'AccuracyOnly')
    return {
      naturalQueries: none,
      naturalNs: none,
      maxOutstanding: none,
      maxQueries: none,
      maxNs: none,
      allIssued: { kind: 'all-issued' },
    };
  const server = limits.scenario === 'Server';
  return {
    naturalQueries: server ? none : limits.minQueryCount,
    naturalNs: server ? none : limits.targetDurationNs,
    maxOutstanding: server ? most(limits.maxAsyncQueries) : none,
    maxQueries: most(limits.maxQueryCount),
    maxNs: most(limits.maxDurationNs),
    allIssued: { kind: server ? 'all-issued' : 'ran-out' },
  };
}

/**
 * Why no further query is issued, or undefined to go on; in the order in which LoadGen asks (IssueQueriesInternal in
 * issue_query_controller.cc).
 * @param issued queries issued so far
 * @param outstanding queries issued and not yet completed
 * @param elapsedNs when the last one was issued, nanoseconds since the start of the run
 */
export function issueEnd(
  rules: IssueRules,
  issued: number,
  outstanding: number,
  elapsedNs: number,
): IssueEnd | undefined {
  if (outstanding > rules.maxOutstanding) return { kind: 'max-async', issued, outstanding };
  if (issued >= rules.naturalQueries && elapsedNs >= rules.naturalNs) return { kind: 'natural' };
  if (issued >= rules.maxQueries) return { kind: 'max-queries', issued };
  if (elapsedNs > rules.maxNs) return { kind: 'max-duration', durationNs: Math.floor(elapsedNs) };
  return undefined;
}

/** A line of the detail log; an early end is an error of the run. */
export interface IssueEndLine {
  readonly level: 'plain' | 'error';
  readonly text: string;
}

/** What LoadGen logs of it; undefined where it logs nothing. */
export function issueEndLine(end: IssueEnd): IssueEndLine | undefined {
  const early = (reason: string): IssueEndLine => ({
    level: 'error',
    text: `IssueQueryThread 0 Ending early: ${reason}`,
  });
  switch (end.kind) {
    case 'all-issued':
      return undefined;
    case 'natural':
      return { level: 'plain', text: 'Ending naturally: Minimum query count and test duration met.' };
    case 'ran-out':
      return { level: 'error', text: RAN_OUT_OF_QUERIES };
    case 'max-async':
      return early(`Too many outstanding queries. issued ${end.issued} outstanding ${end.outstanding}`);
    case 'max-queries':
      return early(`Max query count reached. query_count ${end.issued}`);
    case 'max-duration':
      return early(`Max test duration reached. duration_ns ${end.durationNs}`);
  }
}

const RAN_OUT_OF_QUERIES =
  'Ending early: Ran out of generated queries to issue before the minimum query count and test duration were reached. ' +
  'Please update the relevant expected latency or target qps in the TestSettings so they are more accurate.';
