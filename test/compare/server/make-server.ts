/** Server runs made by hand, with or without a peak, and pairs of them. */
import { compareSystems } from '../../../src/compare/compare-systems.js';
import type {
  CandidateComparison,
  CompareOptions,
  PairComparison,
  SystemRuns,
} from '../../../src/compare/types.js';
import type { Peak } from '../../../src/results/document/peak.js';
import type { ResultRun } from '../../../src/results/types.js';
import { ourRun } from '../make-run.js';

const latencyMs = { p50: 5, p90: 9, p95: 10, p97: 11, p99: 50, p999: 80, min: 1, max: 90, mean: 6 };

/** One run of 990 queries/s, changed as a test needs it. */
export function serverRun(changes: Partial<ResultRun> = {}, peak?: Peak): ResultRun {
  const path = `results/${changes.system ?? 'bare'}/bert-99/Server/performance/run_${changes.runNumber ?? 1}`;
  const run = ourRun({
    scenario: 'Server',
    path,
    throughput: { value: 990, unit: 'samples/s', figure: 'completed samples/s' },
    targetQps: 990,
    latencyMs,
    boundMs: 100,
    percentile: 0.99,
    boundShare: 0.5,
    ...changes,
  });
  if (!peak) return run;
  return { ...run, document: { ...run.document!, result: { ...run.document!.result, peak } } };
}

/** Repeats of a system, an hour apart from `firstHour` in steps of `everyHours`; a run for each peak. */
export function serverRuns(
  system: string,
  peaks: readonly (Peak | undefined)[],
  firstHour = 0,
  everyHours = 1,
): ResultRun[] {
  return peaks.map((peak, i) => {
    const startedAt = new Date(Date.UTC(2026, 0, 1, firstHour + i * everyHours)).toISOString();
    return serverRun({ system, runNumber: i + 1, startedAt }, peak);
  });
}

export function compared(
  bare: readonly ResultRun[],
  vm: readonly ResultRun[],
  options: Partial<CompareOptions> = {},
  more: readonly [Partial<SystemRuns>, Partial<SystemRuns>] = [{}, {}],
): CandidateComparison {
  const given = { marginPercent: 5, ...options };
  return compareSystems(
    { name: 'bare', runs: bare, ...more[0] },
    [{ name: 'vm', runs: vm, ...more[1] }],
    given,
  ).candidates[0]!;
}

export function pairOf(...of: Parameters<typeof compared>): PairComparison {
  return compared(...of).pairs[0]!;
}
