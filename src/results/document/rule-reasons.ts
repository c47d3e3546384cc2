/** LoadGen's rules for a performance run, and the reason that stands in `run.json` where one is not met. */
export const rules = ['performance', 'minDuration', 'minQueries', 'earlyStopping'] as const;

/** By the names that LoadGen's summary has for them; `performance` is the latency bound. */
export type Rule = (typeof rules)[number];

export const ruleReasons: Readonly<Record<Rule, string>> = {
  performance: 'Performance constraints not satisfied.',
  minDuration: 'Min duration not satisfied.',
  minQueries: 'Min queries not satisfied.',
  earlyStopping: 'Early stopping not satisfied.',
};

const fewQueries = 'Too few queries to be sure: ';

/**
 * What early stopping lacks where no latency is over its bound, which otherwise reads as a contradiction.
 * @param over queries over the bound; absent where there is none
 * @param percentile as `p99`
 * @param missing queries that would do if all of them are within the bound
 */
export function fewQueriesReason(
  queries: number,
  over: number | undefined,
  percentile: string,
  missing: number,
): string {
  const which =
    over === undefined
      ? `${queries} prove no ${percentile}`
      : `${queries} with ${over || 'none'} over the bound do not prove that ${percentile} holds it`;
  return `${fewQueries}${which}; at least ${missing} more are needed (--min-queries ${queries + missing}).`;
}

export function isFewQueriesReason(reason: string): boolean {
  return reason.startsWith(fewQueries);
}
