/** LoadGen's rules, pure: settings, queries, early stopping, summaries and log formats. */
export { applyConf, type ConfEntry, type ConfProblem, type ParsedConf, parseConf } from './conf.js';
export { minUnderlatencyQueries } from './early-stopping.js';
export { type EffectiveSettings, effectiveSettings, type QslCounts } from './effective.js';
export { loadableSets } from './loadable-sets.js';
export { type AccuracyEntry, accuracyLog, loggedSamples } from './log-accuracy.js';
export { type DetailFacts, detailLog, type IssuedSet } from './log-detail.js';
export { orderStatistics, percentileRank, type Spread, spread, type Values } from './percentiles.js';
export { generateQueries, type Queries } from './queries.js';
export { type IssueEnd, type IssueState, issueEnd, RAN_OUT_OF_QUERIES } from './run-limits.js';
export { defaultSettings, type Scenario, type TestMode, type TestSettings } from './settings.js';
export { settingsProblems } from './settings-problems.js';
export {
  type LatencyStats,
  REPORTED_PERCENTILES,
  type RunFacts,
  type Summary,
  summarize,
} from './summary.js';
export { messageCounts, summaryText } from './summary-text.js';
