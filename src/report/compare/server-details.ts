/** Latencies and peaks of a Server pair in sentences: what its users wait, and how near the bound each system is. */
import { percentileName } from '../../compare/server-words.js';
import type { Interval, PairComparison, PairSide, PeakComparison, Verdict } from '../../compare/types.js';
import { figure, percentText, ratioText } from '../text/numbers.js';
import { intervalText, intervalWithin } from './interval-text.js';

/** Of any scenario but Offline; the stream scenarios have no bound. */
export function latencySentences(pair: PairComparison): string[] {
  const { peaks, scenario } = pair;
  if (scenario === 'Offline') return [];
  return [...(peaks ? [peakSentence(peaks), sameRateSentence(peaks)] : []), ...runSentences(pair)];
}

function peakSentence({ percentile, ownPeak: { baseline: a, candidate: b } }: PeakComparison): string {
  const bounds =
    a.boundMs === b.boundMs ? figure(a.boundMs) : `${figure(a.boundMs)} and ${figure(b.boundMs)}`;
  const rates = [a, b].map(({ qps, lowQps, highQps }) => withLimits(qps, lowQps, highQps));
  return (
    `Rates are peaks, the highest that keep ${percentileName(percentile)} within ${bounds} ms: ` +
    `${rates.join(' and ')} queries/s.`
  );
}

function sameRateSentence({ percentile, sameRate }: PeakComparison): string {
  const what = `${percentileName(percentile)} at the same rate, ${figure(sameRate.qps)} queries/s`;
  if (sameRate.kind === 'none') return `No ${what}: ${sameRate.why}.`;
  const { baseline: a, candidate: b, ratio, interval, verdict } = sameRate;
  const [first, second] = [a, b].map(({ ms, lowMs, highMs }) => withLimits(ms, lowMs, highMs, ' ms'));
  const shares = `${percentText(a.boundShare)} and ${percentText(b.boundShare)} of the bound`;
  return (
    `${what}: baseline ${first}, candidate ${second}, ${shares}; ` +
    `ratio ${ratioText(ratio)}${limitsOf(interval)}${judged(verdict)}.`
  );
}

/** As the runs themselves had it. */
function runSentences(pair: PairComparison): string[] {
  const { baseline: a, candidate: b, tails, peaks } = pair;
  const percentile = tails?.percentile ?? 0.99;
  const [first, second] = [tailOf(a, percentile), tailOf(b, percentile)];
  if (!first || !second) return [];
  const name = `${peaks ? 'In the runs at the peaks, ' : ''}${percentileName(percentile)}`;
  const both = `${name} ${first.text} and ${second.text} ms`;
  const bounded = a.boundMs !== undefined && first.share !== undefined && second.share !== undefined;
  const shares = `${percentText(first.share)} and ${percentText(second.share)} of the bound`;
  const of = bounded ? ` of ${figure(a.boundMs)} ms allowed: ${shares}` : '';
  return [...(tails ? tailRatio(`${both}${of}`, tails) : [`${both}${of}.`])];
}

function tailRatio(both: string, { percentile, ratio, interval }: NonNullable<PairComparison['tails']>) {
  const name = percentileName(percentile);
  if (interval.kind === 'none')
    return interval.reason === 'published logs'
      ? [`${both}.`]
      : [`${both}.`, `No interval of ${name}: ${interval.why}.`];
  return [
    `${both}; ratio ${ratioText(ratio)}${limitsOf(interval)}.`,
    `Intervals of ${name}${intervalWithin(interval)}: ${interval.method}.`,
  ];
}

/** Latency at the percentile of the bound, which is p99 in all but a few; of older logs only some percentiles are known. */
function tailOf(side: PairSide, percentile: number) {
  const { tail, p99Ms, boundMs, boundShare } = side;
  if (tail) {
    const text = withLimits(tail.ms, tail.lowMs, tail.highMs);
    return { text, share: boundMs === undefined ? undefined : tail.ms / boundMs };
  }
  const known = percentile === 0.99 ? p99Ms : boundMs && boundShare && boundMs * boundShare;
  return known === undefined ? undefined : { text: figure(known), share: boundShare };
}

/** `61 (58–64)`, or `61 ms (58–64)`. */
function withLimits(value: number, low: number | undefined, high: number | undefined, unit = ''): string {
  const text = `${figure(+value.toPrecision(4))}${unit}`;
  return low === undefined || high === undefined ? text : `${text} (${rounded(low)}–${rounded(high)})`;
}

function rounded(value: number): string {
  return figure(+value.toPrecision(4));
}

function limitsOf(interval: Interval): string {
  return interval.kind === 'none' ? '' : ` (${intervalText(interval).replace(/[()]/g, '')})`;
}

/** Nothing where the pair must not be judged, which is said elsewhere. */
function judged(verdict: Verdict): string {
  if (verdict.kind === 'not comparable') return '';
  return verdict.kind === 'undecided' ? `, undecided: ${verdict.why}` : `, ${verdict.kind}`;
}
