/** When a performance run stops issuing before its queries are used up, and LoadGen's words for it. */
import type { EffectiveSettings } from './settings/effective.js';

/** Where a run stands just after a query was issued. */
export interface IssueState {
  /** Queries issued so far. */
  readonly issued: number;
  /** Queries issued and not yet completed. */
  readonly outstanding: number;
  /** Since the start of the run, nanoseconds. */
  readonly elapsedNs: number;
}

/** An early end is an error of the run; a natural one is not. */
export interface IssueEnd {
  readonly early: boolean;
  readonly message: string;
}

const ENDED_NATURALLY = 'Ending naturally: Minimum query count and test duration met.';

/** The error of a run, other than a Server one, that used up its queries before it could end naturally. */
export const RAN_OUT_OF_QUERIES =
  'Ending early: Ran out of generated queries to issue before the minimum query count and test duration were reached. ' +
  'Please update the relevant expected latency or target qps in the TestSettings so they are more accurate.';

/** Why no further query is issued, or undefined to go on. Accuracy runs, and Server runs within their limits, use up their queries. */
export function issueEnd(effective: EffectiveSettings, state: IssueState): IssueEnd | undefined {
  const { issued, outstanding, elapsedNs } = state;
  const early = (reason: string) => ({
    early: true,
    message: `IssueQueryThread 0 Ending early: ${reason}`,
  });
  if (effective.mode === 'AccuracyOnly') return undefined;
  if (effective.scenario === 'Server') {
    if (effective.maxAsyncQueries > 0 && outstanding > effective.maxAsyncQueries)
      return early(`Too many outstanding queries. issued ${issued} outstanding ${outstanding}`);
  } else if (issued >= effective.minQueryCount && elapsedNs >= effective.targetDurationNs) {
    return { early: false, message: ENDED_NATURALLY };
  }
  if (effective.maxQueryCount > 0 && issued >= effective.maxQueryCount)
    return early(`Max query count reached. query_count ${issued}`);
  if (effective.maxDurationNs > 0 && elapsedNs > effective.maxDurationNs)
    return early(`Max test duration reached. duration_ns ${elapsedNs}`);
  return undefined;
}
