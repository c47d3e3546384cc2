/** The two systems: what differs first, then everything side by side. */
import type { CandidateComparison, Difference } from '../../compare/types.js';
import { html, type Markup } from '../html/markup.js';
import { htmlTable, measuredPart } from '../html/page.js';
import { allDifferences, isUnchecked, noteOf } from './differences.js';

/** What differs between the systems and between the runs, worst first. */
export function differencesSection(candidate: CandidateComparison): Markup {
  const all = allDifferences(candidate);
  if (all.length === 0)
    return html`<h2>What differs</h2><p class="lead">No difference between the systems or their runs is known.</p>`;
  const known = all.filter((difference) => !isUnchecked(difference));
  const unchecked = all.filter(isUnchecked);
  return html`<h2>What differs</h2>
<p class="lead">Must match: where it differs, the runs do not measure the same thing. Confounds: it can change a figure by itself. Expected: it comes with virtualization, or has no influence.</p>
${
  known.length > 0 &&
  htmlTable(
    ['severity', 'difference', 'baseline', 'candidate'],
    known.map((difference) => ({
      cells: [
        html`<span class="severity ${difference.severity}">${difference.severity}</span>`,
        html`${difference.label}${noteOf(difference) ? html`<span class="why">${noteOf(difference)}</span>` : ''}`,
        measuredPart(difference.baseline),
        measuredPart(difference.candidate),
      ],
    })),
    { caption: 'What differs', named: 2 },
  )
}${uncheckedNote(unchecked)}`;
}

/** What must match but was not recorded on either side, with the reasons. */
function uncheckedNote(unchecked: readonly Difference[]): Markup | undefined {
  if (unchecked.length === 0) return undefined;
  const labels = unchecked.map((difference) => difference.label).join(', ');
  const reasons = new Set(
    unchecked.flatMap((difference) =>
      'unavailable' in difference.baseline ? difference.baseline.unavailable : [],
    ),
  );
  return html`<p class="lead after"><b>Must match, but could not be checked:</b> ${labels} (unknown because ${[...reasons].join('; ')}).</p>`;
}

/** Every property that at least one side knows; rows that differ are marked. */
export function sideBySideSection(
  candidate: CandidateComparison,
  names: readonly [string, string],
): Markup | undefined {
  const known = candidate.properties.filter((p) => 'value' in p.baseline || 'value' in p.candidate);
  if (known.length === 0) return undefined;
  return html`<h2>The systems side by side</h2>
<p class="lead">Marked rows differ, or are known on one side only.</p>
${htmlTable(
  ['', names[0], names[1]],
  known.map((property) => ({
    kind: property.severity ? `differs ${property.severity}` : '',
    cells: [property.label, measuredPart(property.baseline), measuredPart(property.candidate)],
  })),
  { caption: 'The systems side by side' },
)}`;
}
