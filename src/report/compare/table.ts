/** A comparison for the terminal: first what differs, then one line per pair with the details that matter. */
import type {
  CandidateComparison,
  Comparison,
  Difference,
  PairComparison,
  Verdict,
} from '../../compare/types.js';
import { figure, measuredText, ratioText } from '../text/numbers.js';
import { type Cell, plainStyle, type Style, textTable, wrapped } from '../text/text-table.js';
import { basisText, detailsOf, intervalText, unpairedText } from './details.js';

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
    ...differenceLines(candidate.differences, style),
    '',
    ...pairLines(candidate, style),
    ...candidate.unpaired.flatMap((unpaired) => wrapped(unpairedText(unpaired), 0)),
    '',
    ...wrapped(candidate.sentence, 0).map(style.bold),
    ...wrapped(basisText(comparison), 0).map(style.dim),
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
    { title: 'severity' },
    { title: 'difference', least: 12 },
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

function verdictStyle(verdict: Verdict, style: Style): (text: string) => string {
  if (verdict.kind === 'equivalent' || verdict.kind === 'faster') return style.good;
  return verdict.kind === 'slower' ? style.bad : style.warn;
}
