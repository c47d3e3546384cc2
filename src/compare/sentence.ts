/** The verdict of a comparison in one or two sentences, for a person who reads nothing else. */
import { percentileName } from './server-words.js';
import type { PairComparison, Property, Verdict } from './types.js';

/** The verdict on one pair in a few words, e.g. `undecided: …; 4 more repeats per side would settle it`. */
export function verdictText(verdict: Verdict): string {
  if (verdict.kind === 'not comparable') return `not comparable: ${verdict.why}`;
  if (verdict.kind !== 'undecided') return verdict.kind;
  const { why, moreRepeats } = verdict;
  if (moreRepeats === undefined) return `undecided: ${why}`;
  const repeats = moreRepeats === 1 ? '1 more repeat per side' : `${moreRepeats} more repeats per side`;
  return `undecided: ${why}; ${repeats} would settle it`;
}

/** All pairs of one candidate. Server ratios at requested rates get their own sentence, since they answer another question. */
export function comparisonSentence(
  baseline: string,
  candidate: string,
  pairs: readonly PairComparison[],
  marginPercent: number,
  properties: readonly Property[] = [],
): string {
  if (pairs.length === 0)
    return `${candidate} and ${baseline} have no run in common, so nothing can be compared.`;
  const [asked, measured] = [pairs.filter(isAsked), pairs.filter((pair) => !isAsked(pair))];
  const sentences = measured.length ? [measuredSentence(baseline, candidate, measured, marginPercent)] : [];
  if (asked.length)
    sentences.push(
      `${asked.length === 1 ? 'The Server ratio' : 'The Server ratios'} ${range(asked)} ` +
        `${asked.length === 1 ? 'compares' : 'compare'} requested rates, not the highest that each system sustains.`,
    );
  sentences.push(...sameRateSentence(measured), ...cpuSentence(properties));
  return sentences.join(' ');
}

/** A pair whose rates are those that somebody asked for; where a search found none, the verdict says so. */
function isAsked({ rates, verdict }: PairComparison): boolean {
  const failed = verdict.kind === 'not comparable' && verdict.reason === 'no peak';
  return rates === 'requested rates' && !failed;
}

/** What the candidate's users wait at the rate that both sustain, of up to two pairs. */
function sameRateSentence(pairs: readonly PairComparison[]): string[] {
  const found = pairs.flatMap(({ benchmark, peaks }) => {
    if (peaks?.sameRate.kind !== 'compared' || peaks.sameRate.verdict.kind === 'not comparable') return [];
    const { qps, baseline, candidate } = peaks.sameRate;
    const name = percentileName(peaks.percentile);
    const [rate, a, b] = [qps, baseline.ms, candidate.ms].map((value) => +value.toPrecision(4));
    return `At the same rate, ${rate} queries/s of ${benchmark}, its ${name} is ${b} ms, the baseline's ${a} ms.`;
  });
  return found.length > 2 ? [] : found;
}

/** How many CPUs the candidate had, where both fingerprints say it and they differ. */
function cpuSentence(properties: readonly Property[]): string[] {
  const cpus = properties.find((property) => property.field === 'cpu.logicalCpus');
  if (!cpus?.severity || cpus.within || !('value' in cpus.baseline) || !('value' in cpus.candidate))
    return [];
  return [`It has ${cpus.candidate.value} logical CPUs, the baseline ${cpus.baseline.value}.`];
}

function measuredSentence(
  baseline: string,
  candidate: string,
  pairs: readonly PairComparison[],
  marginPercent: number,
): string {
  const within = `within ${marginPercent}%`;
  const count = countOf(pairs);
  const kinds = new Set(pairs.map((pair) => pair.verdict.kind));
  const keeps = `${candidate} keeps ${range(pairs)} of ${baseline}`;
  if (kinds.size > 1) return `${keeps} over ${count}: ${tally(pairs)}, at a margin of ${marginPercent}%.`;
  switch (pairs[0]!.verdict.kind) {
    case 'equivalent':
      return `${candidate} is equivalent to ${baseline} ${within} on ${count}: it keeps ${range(pairs)} of its performance.`;
    case 'slower':
      return `${candidate} is slower than ${baseline} by more than ${marginPercent}% on ${count}: it keeps ${range(pairs)} of its performance.`;
    case 'faster':
      return `${candidate} is faster than ${baseline} by more than ${marginPercent}% on ${count}: it reaches ${range(pairs)} of its performance.`;
    case 'undecided':
      return `${keeps} over ${count}; whether that is ${within} is undecided: ${commonWhy(pairs)}.`;
    default:
      return `${candidate} and ${baseline} are not comparable on ${count}: ${commonWhy(pairs)}.`;
  }
}

/** `one pair`, `3 pairs` or, where they share the scenario, `3 Offline pairs`. */
function countOf(pairs: readonly PairComparison[]): string {
  const scenarios = new Set(pairs.map((pair) => pair.scenario));
  const scenario = scenarios.size === 1 ? `${pairs[0]!.scenario} ` : '';
  return pairs.length === 1 ? `one ${scenario}pair` : `${pairs.length} ${scenario}pairs`;
}

/** The one reason, or the settling number of repeats, that the pairs share. */
function commonWhy(pairs: readonly PairComparison[]): string {
  const reasons = [...new Set(pairs.map(({ verdict }) => ('why' in verdict ? verdict.why : '')))];
  return reasons.join('; ');
}

function tally(pairs: readonly PairComparison[]): string {
  const kinds = ['equivalent', 'slower', 'faster', 'undecided', 'not comparable'] as const;
  return kinds
    .map((kind) => ({ kind, of: pairs.filter((pair) => pair.verdict.kind === kind) }))
    .filter(({ of }) => of.length > 0)
    .map(({ kind, of }) => `${of.length} ${kind}${named(of)}`)
    .join(', ');
}

function range(pairs: readonly PairComparison[]): string {
  const ratios = pairs.flatMap((pair) => pair.ratio ?? []);
  const [low, high] = [Math.min(...ratios).toFixed(3), Math.max(...ratios).toFixed(3)];
  return low === high ? low : `${low} to ${high}`;
}

/** Which pairs they are, where that does not make the sentence long. */
function named(pairs: readonly PairComparison[]): string {
  if (pairs.length > 2) return '';
  return ` (${pairs.map(({ benchmark, scenario }) => `${benchmark} ${scenario}`).join(', ')})`;
}
