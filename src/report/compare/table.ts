/** A comparison for the terminal: first what differs, then one line per pair with the details that matter. */
import type { CandidateComparison, Comparison, PairComparison, Verdict } from '../../compare/types.js';
import { figure, ratioText } from '../text/numbers.js';
import { type Cell, plainStyle, type Style, textTable, wrapped } from '../text/text-table.js';
import { basisText, detailsOf, intervalText, unpairedText } from './details.js';
import { differenceLines } from './difference-lines.js';

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

function verdictStyle(verdict: Verdict, style: Style): (text: string) => string {
  if (verdict.kind === 'equivalent' || verdict.kind === 'faster') return style.good;
  return verdict.kind === 'slower' ? style.bad : style.warn;
}
