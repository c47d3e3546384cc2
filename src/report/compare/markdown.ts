/** A comparison as Markdown, for an issue, a wiki or a pull request. */
import { markdownText } from '../../base/text/safe.js';
import { verdictText } from '../../compare/sentence.js';
import { percentileName } from '../../compare/server-words.js';
import type { CandidateComparison, Comparison, PairComparison, PairSide } from '../../compare/types.js';
import { markdownTable } from '../text/markdown.js';
import { figure, measuredText, percentText, ratioText } from '../text/numbers.js';
import { basisText, detailsOf, unpairedText } from './details.js';
import { allDifferences, noteOf } from './differences.js';
import { intervalText } from './interval-text.js';

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
  const rows = candidate.pairs.flatMap((pair) => [pairRow(pair), ...sameRateRow(pair)]);
  return markdownTable(header, rows, [2, 3, 5]);
}

function pairRow(pair: PairComparison): string[] {
  return [
    pair.benchmark,
    pair.scenario,
    figure(pair.baseline.value),
    figure(pair.candidate.value),
    pair.baseline.unit,
    ratioText(pair.ratio),
    intervalText(pair.interval),
    sharesText(pair.baseline, pair.candidate),
    verdictText(pair.verdict),
  ];
}

/** A second row for a pair whose latencies are known at one rate. */
function sameRateRow({ benchmark, peaks }: PairComparison): string[][] {
  if (peaks?.sameRate.kind !== 'compared') return [];
  const { qps, baseline, candidate, ratio, interval, verdict } = peaks.sameRate;
  return [
    [
      benchmark,
      `Server, both at ${figure(qps)} queries/s`,
      figure(baseline.ms),
      figure(candidate.ms),
      `ms, ${percentileName(peaks.percentile)}`,
      ratioText(ratio),
      intervalText(interval),
      sharesText(baseline, candidate),
      verdictText(verdict),
    ],
  ];
}

type Share = Pick<PairSide, 'boundShare'>;

function sharesText(baseline: Share, candidate: Share): string {
  if (baseline.boundShare === undefined) return '–';
  return `${percentText(baseline.boundShare)} / ${percentText(candidate.boundShare)}`;
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
