/** Runs of one benchmark that hold a peak, and comparisons of them. */
import { compareSystems } from '../../src/compare/compare-systems.js';
import type { Comparison } from '../../src/compare/types.js';
import type { Peak } from '../../src/results/document/peak.js';
import type { ResultRun } from '../../src/results/types.js';
import { ourRun } from '../compare/make-run.js';

/** A Server run at this peak; one without where there is none. */
export function peakRun(system: string, peak: Peak | undefined, runNumber = 1): ResultRun {
  const value = peak && peak.qps > 0 ? peak.qps : 1000;
  const run = ourRun({
    system,
    scenario: 'Server',
    runNumber,
    path: `results/${system}/bert-99/Server/performance/run_${runNumber}`,
    throughput: { value, unit: 'samples/s', figure: 'completed samples/s' },
    targetQps: value,
    boundMs: 100,
    percentile: 0.99,
  });
  const document = run.document!;
  return { ...run, document: { ...document, result: { ...document.result, peak } } };
}

/** One run for each peak. */
export function comparedPeaks(
  baseline: readonly Peak[],
  candidate: readonly (Peak | undefined)[],
  names: readonly [string, string] = ['bare', 'vm'],
): Comparison {
  const [a, b] = [baseline, candidate].map((peaks, i) => ({
    name: names[i]!,
    runs: peaks.map((peak, k) => peakRun(names[i]!, peak, k + 1)),
  }));
  return compareSystems(a!, [b!], { marginPercent: 5 });
}
