/** A comparison as Markdown, for an issue, a wiki or a pull request. */
import { markdownText } from '../../base/text/safe.js';
import { verdictText } from '../../compare/sentence.js';
import type { CandidateComparison, Comparison } from '../../compare/types.js';
import { markdownTable } from '../text/markdown.js';
import { figure, measuredText, percentText, ratioText } from '../text/numbers.js';
import { basisText, detailsOf, intervalText, unpairedText } from './details.js';
import { allDifferences, noteOf } from './differences.js';

/** For each candidate: the verdict, the table of pairs with notes, and what differs. */
export function compareMarkdown(comparison: Comparison): string {
  return comparison.candidates.map((candidate) => section(comparison, candidate)).join('\n');
}

function section(comparison: Comparison, candidate: CandidateComparison): string {
  const parts = [
    `# ${markdownText(candidate.name)} against ${markdownText(comparison.baseline)}`,
    `**${markdownText(candidate.sentence)}**`,
    basisText(comparison),
    pairsTable(candidate),
    notes(candidate),
    unpaired(candidate),
    '## What differs',
    differences(candidate),
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

function pairsTable(candidate: CandidateComparison): string {
  if (candidate.pairs.length === 0) return '';
  const header = [
    'benchmark',
    'scenario',
    'baseline',
    'candidate',
    'unit',
    'ratio',
    '95% interval',
    'share of bound',
    'verdict',
  ];
  const rows = candidate.pairs.map((pair) => [
    pair.benchmark,
    pair.scenario,
    figure(pair.baseline.value),
    figure(pair.candidate.value),
    pair.baseline.unit,
    ratioText(pair.ratio),
    intervalText(pair.interval),
    pair.baseline.boundShare === undefined
      ? '–'
      : `${percentText(pair.baseline.boundShare)} / ${percentText(pair.candidate.boundShare)}`,
    verdictText(pair.verdict),
  ]);
  return markdownTable(header, rows, [2, 3, 5]);
}

function notes({ pairs }: CandidateComparison): string {
  const { own, shared } = detailsOf(pairs);
  const lines = pairs.map(({ benchmark, scenario }, i) => `${benchmark} ${scenario}: ${own[i]!.join(' ')}`);
  return [...lines, ...shared].map((line) => `- ${markdownText(line)}`).join('\n');
}

function unpaired(candidate: CandidateComparison): string {
  return candidate.unpaired.map((unpaired) => `- ${markdownText(unpairedText(unpaired))}`).join('\n');
}

function differences(candidate: CandidateComparison): string {
  const all = allDifferences(candidate);
  if (all.length === 0) return 'No difference between the systems or their runs is known.';
  const rows = all.map((difference) => [
    difference.severity,
    difference.label,
    measuredText(difference.baseline),
    measuredText(difference.candidate),
    noteOf(difference),
  ]);
  return markdownTable(['severity', 'difference', 'baseline', 'candidate', 'note'], rows);
}
