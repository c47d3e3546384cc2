/** LoadGen's rules, pure: settings, queries, early stopping, summaries and log formats. */
export { type EffectiveSettings, effectiveSettings, type QslCounts } from './effective.js';
export { loadableSets } from './loadable-sets.js';
export { orderStatistics, percentileRank, type Spread, spread, type Values } from './percentiles.js';
export { generateQueries, type Queries } from './queries.js';
export { defaultSettings, type Scenario, type TestMode, type TestSettings } from './settings.js';
export {
  type LatencyStats,
  REPORTED_PERCENTILES,
  type RunFacts,
  type Summary,
  summarize,
} from './summary.js';
export { messageCounts, summaryText } from './summary-text.js';
