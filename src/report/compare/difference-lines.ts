/** What differs, for the terminal: a table of what matters most, who has what within a side, and how much is left out. */
import { isKnownDifference } from '../../compare/differences/differences.js';
import type { CandidateComparison } from '../../compare/types.js';
import { measuredText } from '../text/numbers.js';
import { type Cell, type Style, textTable, wrapped } from '../text/text-table.js';
import { allDifferences, isUnchecked, type ListedDifference } from './differences.js';

/** More rows would push the verdict off a screen. */
const mostRows = 16;

export function differenceLines(candidate: CandidateComparison, style: Style): string[] {
  const all = allDifferences(candidate);
  const shown = all.filter((difference) => !isUnchecked(difference)).slice(0, mostRows);
  const nothing = wrapped('No difference between the systems or their runs is known.', 0);
  return [
    '',
    ...(shown.some(isKnownDifference) ? [] : nothing),
    ...(shown.length > 0 ? table(shown, style) : []),
    ...shown.flatMap(withinLines),
    ...leftOut(all.filter((difference) => !shown.includes(difference))),
  ];
}

function table(shown: readonly ListedDifference[], style: Style): string[] {
  const mark = { 'must match': style.bad, confounds: style.warn, expected: style.dim } as const;
  const rows = shown.map((difference): Cell[] => [
    { text: difference.severity, style: mark[difference.severity] },
    { text: titleOf(difference) },
    { text: measuredText(difference.baseline) },
    { text: measuredText(difference.candidate) },
  ]);
  const columns = [
    { title: 'severity' },
    { title: 'difference', least: 12 },
    { title: 'baseline', least: 16 },
    { title: 'candidate', least: 16 },
  ];
  return textTable(columns, rows, style);
}

function titleOf({ label, where }: ListedDifference): string {
  return where === undefined ? label : `${label} (${where})`;
}

/** The table cuts long cells, and which run has what must be readable. */
function withinLines(difference: ListedDifference): string[] {
  const { within, severity, baseline, candidate } = difference;
  if (within === undefined || severity === 'expected') return [];
  const sides = [
    ...(within === 'the candidate' ? [] : [`baseline ${measuredText(baseline)}`]),
    ...(within === 'the baseline' ? [] : [`candidate ${measuredText(candidate)}`]),
  ];
  return wrapped(`Unlike runs under one name, ${titleOf(difference)}: ${sides.join('; ')}.`, 0);
}

function leftOut(rest: readonly ListedDifference[]): string[] {
  const known = rest.filter((difference) => !isUnchecked(difference));
  const unchecked = rest.length - known.length;
  const counts = (['must match', 'confounds', 'expected'] as const).flatMap((severity) => {
    const count = known.filter((difference) => difference.severity === severity).length;
    return count > 0 ? `${count} ${severity}` : [];
  });
  const said = [
    ...(known.length > 0
      ? [
          `and ${known.length} more ${known.length === 1 ? 'difference' : 'differences'} (${counts.join(', ')})`,
        ]
      : []),
    ...(unchecked > 0
      ? [`${unchecked} ${unchecked === 1 ? 'field' : 'fields'} that must match could not be checked`]
      : []),
  ];
  return said.length > 0 ? wrapped(`${said.join('; ')}: see --html, --md or --csv`, 0) : [];
}
