/** LoadGen's rules, pure: settings, queries, early stopping, summaries and log formats. */

export { accuracyLog, loggedSamples, type SampleResponse } from './logs/accuracy.js';
export { type DetailFacts, detailLog, type IssuedSet } from './logs/detail.js';
export { loadableSets } from './queries/loadable-sets.js';
export { generateQueries, type Queries } from './queries/queries.js';
export { serverDueTimes } from './queries/schedule.js';
export {
  type IssueEnd,
  type IssueEndLine,
  type IssueLimits,
  issueEnd,
  issueEndLine,
  issueRules,
  untilAllIssued,
} from './run-limits.js';
export { applyConf, type ConfEntry, type ConfProblem, type ParsedConf, parseConf } from './settings/conf.js';
export { type EffectiveSettings, effectiveSettings, type QslCounts } from './settings/effective.js';
export { settingsProblems } from './settings/problems.js';
export {
  defaultSettings,
  isStream,
  type Scenario,
  scenarios,
  type TestMode,
  type TestSettings,
} from './settings/settings.js';
export { minUnderlatencyQueries } from './summary/early-stopping.js';
export { orderStatistics, percentileRank, type Spread, spread, type Values } from './summary/percentiles.js';
export {
  type LatencyStats,
  REPORTED_PERCENTILES,
  type RunFacts,
  type Summary,
  summarize,
} from './summary/summary.js';
export { messageCounts, summaryText } from './summary/text.js';
