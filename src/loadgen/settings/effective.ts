/** What a test really does: the requested settings with the scenario's rules applied, as LoadGen derives them. */
import type { Scenario, TestMode, TestSettings } from './settings.js';

/** The sample library's own counts. */
export interface QslCounts {
  readonly totalSampleCount: number;
  /** Samples that fit in memory together. */
  readonly performanceSampleCount: number;
}

/** LoadGen's effective settings. A maximum, target latency or asynchronous limit of 0 means none. */
export interface EffectiveSettings {
  readonly requested: TestSettings;
  readonly scenario: Scenario;
  readonly mode: TestMode;
  readonly samplesPerQuery: number;
  /** Queries per second; in Offline samples per second. */
  readonly targetQps: number;
  readonly targetLatencyNs: number;
  readonly targetLatencyPercentile: number;
  readonly maxAsyncQueries: number;
  /** How long queries are generated for at least: 0 in Offline, whose one query is sized instead. */
  readonly targetDurationNs: number;
  readonly minDurationNs: number;
  readonly maxDurationNs: number;
  readonly minQueryCount: number;
  readonly maxQueryCount: number;
  readonly minSampleCount: number;
  readonly qslRngSeed: bigint;
  readonly sampleIndexRngSeed: bigint;
  readonly scheduleRngSeed: bigint;
  readonly accuracyLogRngSeed: bigint;
  readonly accuracyLogProbability: number;
  readonly accuracyLogSamplingTarget: number;
  readonly printTimestamps: boolean;
  readonly performanceIssueUnique: boolean;
  readonly performanceIssueSame: boolean;
  readonly performanceIssueSameIndex: number;
  readonly performanceSampleCount: number;
  readonly accuracySampleCount: number;
  readonly sampleConcatenatePermutation: boolean;
}

const NS_PER_MS = 1e6;

/** Applies the scenario's rules to the requested settings for a library of these counts. */
export function effectiveSettings(requested: TestSettings, qsl: QslCounts): EffectiveSettings {
  const performanceSampleCount = requested.performanceSampleCountOverride || qsl.performanceSampleCount;
  const rules = scenarioRules(requested, performanceSampleCount);
  const minDurationNs = requested.minDurationMs * NS_PER_MS;
  return {
    requested,
    scenario: requested.scenario,
    mode: requested.mode,
    ...rules,
    targetDurationNs: requested.scenario === 'Offline' ? 0 : minDurationNs,
    minDurationNs,
    maxDurationNs: requested.maxDurationMs * NS_PER_MS,
    maxQueryCount: requested.maxQueryCount,
    minSampleCount: rules.minQueryCount * rules.samplesPerQuery,
    qslRngSeed: requested.qslRngSeed,
    sampleIndexRngSeed: requested.sampleIndexRngSeed,
    scheduleRngSeed: requested.scheduleRngSeed,
    accuracyLogRngSeed: requested.accuracyLogRngSeed,
    accuracyLogProbability: requested.accuracyLogProbability,
    accuracyLogSamplingTarget: requested.accuracyLogSamplingTarget,
    printTimestamps: requested.printTimestamps,
    performanceIssueUnique: requested.performanceIssueUnique,
    performanceIssueSame: requested.performanceIssueSame,
    performanceIssueSameIndex: requested.performanceIssueSameIndex,
    performanceSampleCount,
    accuracySampleCount: requested.accuracySampleCountOverride || qsl.totalSampleCount,
    sampleConcatenatePermutation: requested.sampleConcatenatePermutation,
  };
}

type ScenarioRules = Pick<
  EffectiveSettings,
  | 'samplesPerQuery'
  | 'targetQps'
  | 'targetLatencyNs'
  | 'targetLatencyPercentile'
  | 'maxAsyncQueries'
  | 'minQueryCount'
>;

function scenarioRules(settings: TestSettings, performanceSampleCount: number): ScenarioRules {
  const minQueryCount = settings.minQueryCount;
  switch (settings.scenario) {
    case 'SingleStream': {
      const targetQps = 1e9 / settings.singleStreamExpectedLatencyNs;
      return {
        samplesPerQuery: 1,
        targetQps,
        targetLatencyNs: 0,
        targetLatencyPercentile: settings.singleStreamTargetLatencyPercentile,
        maxAsyncQueries: 1,
        minQueryCount: settings.sampleConcatenatePermutation
          ? wholePermutations(settings, performanceSampleCount)
          : minQueryCount,
      };
    }
    case 'MultiStream':
      return {
        samplesPerQuery: settings.multiStreamSamplesPerQuery,
        targetQps: 1e9 / settings.multiStreamExpectedLatencyNs,
        targetLatencyNs: 0,
        targetLatencyPercentile: settings.multiStreamTargetLatencyPercentile,
        maxAsyncQueries: 1,
        minQueryCount,
      };
    case 'Server':
      return {
        samplesPerQuery: 1,
        targetQps: settings.serverTargetQps,
        targetLatencyNs: settings.serverTargetLatencyNs,
        targetLatencyPercentile: settings.serverTargetLatencyPercentile,
        maxAsyncQueries: settings.serverMaxAsyncQueries,
        minQueryCount,
      };
    case 'Offline':
      return {
        samplesPerQuery: offlineSamples(settings, performanceSampleCount),
        targetQps: settings.offlineExpectedQps,
        targetLatencyNs: 0,
        // Offline has no bound; LoadGen leaves the default here.
        targetLatencyPercentile: 0.99,
        maxAsyncQueries: 1,
        minQueryCount: 1,
      };
  }
}

/** Offline's one query: enough samples for 10% more than the minimum duration at the expected rate. */
function offlineSamples(settings: TestSettings, performanceSampleCount: number): number {
  if (settings.performanceIssueUnique) return performanceSampleCount;
  const expected = Math.trunc(1.1 * (settings.minDurationMs / 1000) * settings.offlineExpectedQps);
  return Math.max(settings.minQueryCount, expected);
}

/** SingleStream with equal issue asks for whole permutations: the next multiple above twice the expected count. */
function wholePermutations(settings: TestSettings, performanceSampleCount: number): number {
  const expected = (2 * settings.minDurationMs * NS_PER_MS) / settings.singleStreamExpectedLatencyNs;
  const wanted = Math.max(settings.minQueryCount, Math.trunc(expected));
  return (Math.floor(wanted / performanceSampleCount) + 1) * performanceSampleCount;
}
