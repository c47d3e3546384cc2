/** A comparison for the terminal: what differs first, then a line a pair with what must be known of it. */
import { verdictText } from '../../compare/sentence.js';
import type {
  CandidateComparison,
  Comparison,
  Difference,
  Interval,
  PairComparison,
  Verdict,
} from '../../compare/types.js';
import {
  figure,
  measuredText,
  outcomeReasons,
  outcomeText,
  percentText,
  ratioText,
} from '../text/numbers.js';
import { type Cell, plainStyle, type Style, textTable, wrapped } from '../text/text-table.js';

/** The comparison as lines of at most 80 columns, ending in a newline. */
export function compareTable(comparison: Comparison, style: Style = plainStyle): string {
  const lines = comparison.candidates.flatMap((candidate, i) => [
    ...(i > 0 ? [''] : []),
    ...candidateLines(comparison, candidate, style),
  ]);
  return `${lines.join('\n')}\n`;
}

function candidateLines(comparison: Comparison, candidate: CandidateComparison, style: Style): string[] {
  const margin = `${+(comparison.margin * 100).toFixed(4)}%`;
  return [
    ...wrapped(`baseline   ${comparison.baseline}`, 0),
    ...wrapped(`candidate  ${candidate.name}`, 0),
    ...differenceLines(candidate.differences, style),
    '',
    ...pairLines(candidate, style),
    ...unpairedLines(candidate),
    '',
    ...wrapped(candidate.sentence, 0).map(style.bold),
    ...wrapped(
      `Ratios are to the baseline = 1.00; below 1 is slower. Margin ${margin}.` +
        `${comparison.forced ? ' Forced: what must match was not required to.' : ''}`,
      0,
    ).map(style.dim),
  ];
}

function differenceLines(differences: readonly Difference[], style: Style): string[] {
  if (differences.length === 0) return ['', ...wrapped('No difference between the systems is known.', 0)];
  const mark = { 'must match': style.bad, confounds: style.warn, expected: style.dim } as const;
  const rows = differences.map((difference): Cell[] => [
    { text: difference.severity, style: mark[difference.severity] },
    { text: difference.label },
    { text: measuredText(difference.baseline) },
    { text: measuredText(difference.candidate) },
  ]);
  const columns = [
    { title: 'differs' },
    { title: 'in', least: 12 },
    { title: 'baseline', least: 16 },
    { title: 'candidate', least: 16 },
  ];
  return ['', ...textTable(columns, rows, style)];
}

function pairLines(candidate: CandidateComparison, style: Style): string[] {
  if (candidate.pairs.length === 0) return [];
  const columns = [
    { title: 'benchmark', least: 8 },
    { title: 'scenario' },
    { title: 'baseline', align: 'right' },
    { title: 'candidate', align: 'right' },
    { title: 'ratio', align: 'right' },
    { title: '95% interval' },
    { title: 'verdict' },
  ] as const;
  const table = textTable(
    columns,
    candidate.pairs.map((pair) => pairCells(pair, style)),
    style,
  );
  const { own, shared } = detailsOf(candidate.pairs);
  const lines = table.flatMap((line, i) => [
    line,
    ...(own[i - 1] ?? []).flatMap((text) => wrapped(text, 2).map(style.dim)),
  ]);
  return shared.length ? [...lines, '', ...shared.flatMap((text) => wrapped(text, 0))] : lines;
}

function pairCells(pair: PairComparison, style: Style): Cell[] {
  return [
    { text: pair.benchmark },
    { text: pair.scenario },
    { text: figure(pair.baseline.value) },
    { text: figure(pair.candidate.value) },
    { text: ratioText(pair.ratio), style: style.bold },
    { text: intervalText(pair.interval) },
    { text: pair.verdict.kind, style: verdictStyle(pair.verdict, style) },
  ];
}

/** `0.981–0.998`, or – where there is none; a within-run interval is marked. */
export function intervalText(interval: Interval): string {
  if (interval.kind === 'none') return '–';
  const text = `${interval.low.toFixed(3)}–${interval.high.toFixed(3)}`;
  return interval.kind === 'repeats' ? text : `(${text})`;
}

/** What the figures of a pair do not say, a sentence each: `own` by pair, and `shared` by all of them. */
export function detailsOf(pairs: readonly PairComparison[]): { own: string[][]; shared: string[] } {
  const all = pairs.map(pairDetails);
  const shared = pairs.length > 1 ? all[0]!.filter((text) => all.every((texts) => texts.includes(text))) : [];
  return { own: all.map((texts) => texts.filter((text) => !shared.includes(text))), shared };
}

function pairDetails(pair: PairComparison): string[] {
  const { baseline: a, candidate: b } = pair;
  const details = figureSentences(pair);
  for (const [name, side] of [
    ['Baseline', a],
    ['Candidate', b],
  ] as const)
    if (side.outcome.kind !== 'valid')
      details.push(
        `${name} is ${outcomeText(side.outcome)}: ${outcomeReasons(side.outcome)
          .join('; ')
          .replace(/\.(;|$)/g, '$1')}.`,
      );
  if (pair.rates === 'highest rates') details.push('Both systems are at the highest rate found for them.');
  if (pair.verdict.kind === 'undecided' || pair.verdict.kind === 'not comparable')
    details.push(`${capital(verdictText(pair.verdict))}.`);
  details.push(...pair.notes, intervalSentence(pair.interval));
  if (pair.published) details.push(pair.published.sentence);
  details.push(...costSentences(pair));
  return details;
}

function figureSentences({ baseline: a, candidate: b, scenario }: PairComparison): string[] {
  const plain = { latency: 'Headline latency in ms', 'samples per second': undefined } as const;
  const what = a.figure in plain ? plain[a.figure as keyof typeof plain] : `Rates are ${a.figure}`;
  const out = what ? [`${what}.`] : [];
  if (a.p99Ms === undefined || b.p99Ms === undefined || scenario === 'Offline') return out;
  const p99 = `p99 ${figure(a.p99Ms)} and ${figure(b.p99Ms)} ms`;
  if (a.boundMs === undefined || a.boundShare === undefined || b.boundShare === undefined)
    return [...out, `${p99}.`];
  const shares = `${percentText(a.boundShare)} and ${percentText(b.boundShare)} of the bound`;
  return [...out, `${p99} of ${figure(a.boundMs)} ms allowed: ${shares}.`];
}

function intervalSentence(interval: Interval): string {
  if (interval.kind === 'none') return `No interval: ${interval.why}.`;
  const name =
    interval.kind === 'repeats' ? '95% interval' : '95% interval within the runs only, not between runs';
  return `${name}: ${interval.method}.`;
}

function costSentences(pair: PairComparison): string[] {
  const out: string[] = [];
  const { baseline: a, candidate: b } = pair;
  if ('value' in a.cpuCores && 'value' in b.cpuCores)
    out.push(`CPU cores busy: baseline ${figure(a.cpuCores.value)}, candidate ${figure(b.cpuCores.value)}.`);
  if ('value' in a.energyPerSampleJ && 'value' in b.energyPerSampleJ)
    out.push(
      `GPU energy a sample: baseline ${figure(a.energyPerSampleJ.value)} J, candidate ${figure(b.energyPerSampleJ.value)} J.`,
    );
  return out;
}

function unpairedLines(candidate: CandidateComparison): string[] {
  return candidate.unpaired.flatMap(({ benchmark, scenario, system, why }) =>
    wrapped(`No partner: ${benchmark} ${scenario} of ${system} (${why}).`, 0),
  );
}

function verdictStyle(verdict: Verdict, style: Style): (text: string) => string {
  if (verdict.kind === 'equivalent' || verdict.kind === 'faster') return style.good;
  return verdict.kind === 'slower' ? style.bad : style.warn;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
