/** A comparison for the terminal: first what differs, then one line per pair with the details that matter. */
import type { CandidateComparison, Comparison, PairComparison, Verdict } from '../../compare/types.js';
import { figure, ratioText } from '../text/numbers.js';
import { type Cell, plainStyle, type Style, textTable, wrapped } from '../text/text-table.js';
import { basisText, detailsOf, unpairedText } from './details.js';
import { differenceLines } from './difference-lines.js';
import { intervalText } from './interval-text.js';

/** The comparison as lines of at most 80 columns, ending in a newline. */
export function compareTable(comparison: Comparison, style: Style = plainStyle): string {
  const lines = comparison.candidates.flatMap((candidate, i) => [
    ...(i > 0 ? [''] : []),
    ...candidateLines(comparison, candidate, style),
  ]);
  return `${lines.join('\n')}\n`;
}

function candidateLines(comparison: Comparison, candidate: CandidateComparison, style: Style): string[] {
  return [
    ...wrapped(`baseline   ${comparison.baseline}`, 0),
    ...wrapped(`candidate  ${candidate.name}`, 0),
    ...differenceLines(candidate, style),
    '',
    ...pairLines(candidate, style),
    ...candidate.unpaired.flatMap((unpaired) => wrapped(unpairedText(unpaired), 0)),
    '',
    ...wrapped(candidate.sentence, 0).map(style.bold),
    ...wrapped(basisText(comparison), 0).map(style.dim),
  ];
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
  const rows = candidate.pairs.map((pair) => [pairCells(pair, style), ...sameRateCells(pair, style)]);
  const [titles, ...table] = textTable(columns, rows.flat(), style);
  const { own, shared } = detailsOf(candidate.pairs);
  const details = own.map((texts) => texts.flatMap((text) => wrapped(text, 2).map(style.dim)));
  const lines = [titles!, ...rows.flatMap(({ length }, i) => [...table.splice(0, length), ...details[i]!])];
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

/** A second line for a pair whose latencies are known at one rate. */
function sameRateCells({ peaks }: PairComparison, style: Style): Cell[][] {
  if (peaks?.sameRate.kind !== 'compared') return [];
  const { baseline, candidate, ratio, interval, verdict } = peaks.sameRate;
  return [
    [
      { text: '' },
      { text: 'same rate' },
      { text: `${figure(baseline.ms)} ms` },
      { text: `${figure(candidate.ms)} ms` },
      { text: ratioText(ratio), style: style.bold },
      { text: intervalText(interval) },
      { text: verdict.kind, style: verdictStyle(verdict, style) },
    ],
  ];
}

function verdictStyle(verdict: Verdict, style: Style): (text: string) => string {
  if (verdict.kind === 'equivalent' || verdict.kind === 'faster') return style.good;
  return verdict.kind === 'slower' ? style.bad : style.warn;
}
