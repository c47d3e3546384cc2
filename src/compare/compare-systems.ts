/** The whole comparison: one baseline, any number of candidates. */

import { differencesOf, systemProperties } from './differences/differences.js';
import { comparePair } from './pairs/compare-pair.js';
import { pairRuns } from './pairs/pair-runs.js';
import { comparisonSentence } from './sentence.js';
import type {
  CandidateComparison,
  CompareOptions,
  Comparison,
  PairComparison,
  SystemRuns,
  Unpaired,
} from './types.js';

/**
 * Compares each candidate with the baseline. Pure: what it needs of files (runs, completion times, the table of
 * published results) is given to it.
 */
export function compareSystems(
  baseline: SystemRuns,
  candidates: readonly SystemRuns[],
  options: CompareOptions,
): Comparison {
  return {
    baseline: baseline.name,
    margin: options.marginPercent / 100,
    forced: options.force ?? false,
    candidates: candidates.map((candidate) => compareOne(baseline, candidate, options)),
  };
}

function compareOne(
  baseline: SystemRuns,
  candidate: SystemRuns,
  options: CompareOptions,
): CandidateComparison {
  const { pairs, unpaired } = pairRuns(baseline, candidate);
  const compared: PairComparison[] = [];
  const left: Unpaired[] = [...unpaired];
  for (const pair of pairs) {
    const result = comparePair(pair, baseline, candidate, options);
    const { benchmark, scenario } = pair;
    if (result.kind === 'compared') compared.push(result.pair);
    else left.push({ benchmark, scenario, system: candidate.name, reason: result.reason, why: result.why });
  }
  const properties = systemProperties(baseline, candidate);
  return {
    name: candidate.name,
    sentence: comparisonSentence(baseline.name, candidate.name, compared, options.marginPercent, properties),
    pairs: compared,
    unpaired: left,
    differences: differencesOf(properties),
    properties,
  };
}
