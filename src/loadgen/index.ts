/** LoadGen's rules, pure: settings, queries, early stopping, summaries and log formats. */
export { type EffectiveSettings, effectiveSettings, type QslCounts } from './effective.js';
export { loadableSets } from './loadable-sets.js';
export { generateQueries, type Queries } from './queries.js';
export { defaultSettings, type Scenario, type TestMode, type TestSettings } from './settings.js';
