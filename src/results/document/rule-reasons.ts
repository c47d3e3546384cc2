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
