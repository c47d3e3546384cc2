/** What a test is asked to do: LoadGen's TestSettings, its names in camelCase, without the token-latency ones. */

/** LoadGen's scenarios, in the order in which they are listed for a person. */
export const scenarios = ['Offline', 'Server', 'SingleStream', 'MultiStream'] as const;
export type Scenario = (typeof scenarios)[number];
export type TestMode = 'SubmissionRun' | 'AccuracyOnly' | 'PerformanceOnly' | 'FindPeakPerformance';

/** Whether each query is issued when the one before has completed. */
export function isStream(scenario: Scenario): boolean {
  return scenario === 'SingleStream' || scenario === 'MultiStream';
}

/** Counts are whole numbers, rates are per second, percentiles are fractions of 1; a maximum or an override of 0 means "none". */
export interface TestSettings {
  readonly scenario: Scenario;
  readonly mode: TestMode;
  readonly singleStreamExpectedLatencyNs: number;
  readonly singleStreamTargetLatencyPercentile: number;
  readonly multiStreamExpectedLatencyNs: number;
  readonly multiStreamTargetLatencyPercentile: number;
  readonly multiStreamSamplesPerQuery: number;
  readonly serverTargetQps: number;
  readonly serverTargetLatencyNs: number;
  readonly serverTargetLatencyPercentile: number;
  readonly serverCoalesceQueries: boolean;
  readonly serverFindPeakQpsDecimalsOfPrecision: number;
  readonly serverFindPeakQpsBoundaryStepSize: number;
  readonly serverMaxAsyncQueries: number;
  readonly serverNumIssueQueryThreads: number;
  readonly offlineExpectedQps: number;
  /** Equal issue: whole permutations of the loaded samples, one after the other. */
  readonly sampleConcatenatePermutation: boolean;
  readonly minDurationMs: number;
  readonly maxDurationMs: number;
  readonly minQueryCount: number;
  readonly maxQueryCount: number;
  /** Seeds are unsigned 64-bit; the generator takes them modulo 2^32. */
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
  readonly performanceSampleCountOverride: number;
  readonly accuracySampleCountOverride: number;
  /** The TEST05 audit: the three seeds below replace the official ones. */
  readonly test05: boolean;
  readonly test05QslRngSeed: bigint;
  readonly test05SampleIndexRngSeed: bigint;
  readonly test05ScheduleRngSeed: bigint;
}

/** LoadGen's defaults: seeds of 0, 100 queries, 10 s. */
export function defaultSettings(scenario: Scenario, mode: TestMode = 'PerformanceOnly'): TestSettings {
  return {
    scenario,
    mode,
    singleStreamExpectedLatencyNs: 1_000_000,
    singleStreamTargetLatencyPercentile: 0.9,
    multiStreamExpectedLatencyNs: 8_000_000,
    multiStreamTargetLatencyPercentile: 0.99,
    multiStreamSamplesPerQuery: 8,
    serverTargetQps: 1,
    serverTargetLatencyNs: 100_000_000,
    serverTargetLatencyPercentile: 0.99,
    serverCoalesceQueries: false,
    serverFindPeakQpsDecimalsOfPrecision: 1,
    serverFindPeakQpsBoundaryStepSize: 1,
    serverMaxAsyncQueries: 0,
    serverNumIssueQueryThreads: 0,
    offlineExpectedQps: 1,
    sampleConcatenatePermutation: false,
    minDurationMs: 10_000,
    maxDurationMs: 0,
    minQueryCount: 100,
    maxQueryCount: 0,
    qslRngSeed: 0n,
    sampleIndexRngSeed: 0n,
    scheduleRngSeed: 0n,
    accuracyLogRngSeed: 0n,
    accuracyLogProbability: 0,
    accuracyLogSamplingTarget: 0,
    printTimestamps: false,
    performanceIssueUnique: false,
    performanceIssueSame: false,
    performanceIssueSameIndex: 0,
    performanceSampleCountOverride: 0,
    accuracySampleCountOverride: 0,
    test05: false,
    test05QslRngSeed: 0n,
    test05SampleIndexRngSeed: 0n,
    test05ScheduleRngSeed: 0n,
  };
}
