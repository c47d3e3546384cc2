/** What the figures of a pair do not say, in sentences that the terminal, Markdown and HTML share. */
import { verdictText } from '../../compare/sentence.js';
import type { Comparison, Interval, PairComparison, Unpaired } from '../../compare/types.js';
import { figure, outcomeReasons, outcomeText } from '../text/numbers.js';
import { intervalWithin } from './interval-text.js';
import { latencySentences } from './server-details.js';

/** How to read the ratios. */
export function basisText({ margin, forced }: Comparison): string {
  const percent = `${+(margin * 100).toFixed(4)}%`;
  const how = forced ? ' Forced: runs may differ where they must match, or not be VALID.' : '';
  return `Ratios are relative to the baseline (1.00); below 1 is slower. Margin: ${percent}.${how}`;
}

export function unpairedText({ benchmark, scenario, system, why }: Unpaired): string {
  return `Not compared: ${benchmark} ${scenario} of ${system} (${why}).`;
}

/** One sentence per entry: `own` by pair, and `shared` those that all pairs have. */
export function detailsOf(pairs: readonly PairComparison[]): { own: string[][]; shared: string[] } {
  const all = pairs.map(pairDetails);
  const shared = pairs.length > 1 ? all[0]!.filter((text) => all.every((texts) => texts.includes(text))) : [];
  return { own: all.map((texts) => texts.filter((text) => !shared.includes(text))), shared };
}

function pairDetails(pair: PairComparison): string[] {
  const { baseline: a, candidate: b } = pair;
  const details = figureSentences(pair);
  for (const [name, { outcome }] of [
    ['Baseline', a],
    ['Candidate', b],
  ] as const)
    if (outcome.kind !== 'valid') {
      const reasons = outcomeReasons(outcome).map((reason) => reason.replace(/\.$/, ''));
      details.push(`${name} is ${outcomeText(outcome)}: ${reasons.join('; ')}.`);
    }
  if (pair.verdict.kind === 'undecided' || pair.verdict.kind === 'not comparable')
    details.push(`${capital(verdictText(pair.verdict))}.`);
  details.push(...pair.notes, intervalSentence(pair.interval));
  if (pair.published) details.push(pair.published.sentence);
  details.push(...costSentences(pair));
  return details;
}

function figureSentences(pair: PairComparison): string[] {
  const { figure: name } = pair.baseline;
  const plain = { latency: 'Headline latency in ms', 'samples per second': undefined } as const;
  const what = name in plain ? plain[name as keyof typeof plain] : `Rates are ${name}`;
  return [...(what && !pair.peaks ? [`${what}.`] : []), ...latencySentences(pair)];
}

function intervalSentence(interval: Interval): string {
  if (interval.kind === 'none') return `No interval: ${interval.why}.`;
  return `95% interval${intervalWithin(interval)}: ${interval.method}.`;
}

function costSentences({ baseline: a, candidate: b }: PairComparison): string[] {
  const out: string[] = [];
  if ('value' in a.cpuCores && 'value' in b.cpuCores)
    out.push(`CPU cores busy: baseline ${figure(a.cpuCores.value)}, candidate ${figure(b.cpuCores.value)}.`);
  if ('value' in a.energyPerSampleJ && 'value' in b.energyPerSampleJ)
    out.push(
      `GPU energy per sample: baseline ${figure(a.energyPerSampleJ.value)} J, candidate ${figure(b.energyPerSampleJ.value)} J.`,
    );
  return out;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
