/** A comparison as one page that needs nothing beside it: verdict, charts, differences, how to reproduce. */
import type { CandidateComparison, Comparison } from '../../compare/types.js';
import { ratioBars } from '../charts/ratio-bars.js';
import { renderSvg } from '../charts/render-svg.js';
import { html, type Markup } from '../html/markup.js';
import { chart, page } from '../html/page.js';
import { reproduceSection } from '../html/reproduce.js';
import { differencesSection, sideBySideSection } from '../html/systems.js';
import { telemetrySection } from '../html/telemetry.js';
import type { SeriesByRun } from '../runs/series.js';
import { pairCard } from './pair-card.js';
import { detailsOf } from './table.js';

export interface HtmlOptions {
  /** Records of runs, for the curves; without them the curves come from percentiles. */
  readonly series?: SeriesByRun;
  /** Command lines that make this comparison again. */
  readonly commands?: readonly string[];
  /** Last line of the page, e.g. version and date. */
  readonly footer?: string;
}

const WIDE = 880;
const NARROW = 336;

/** The page as text; charts are drawn while it is made, so nothing runs when it is read. */
export async function compareHtml(comparison: Comparison, options: HtmlOptions = {}): Promise<string> {
  const sections: Markup[] = [];
  for (const candidate of comparison.candidates) sections.push(await section(comparison, candidate, options));
  const names = comparison.candidates.map((candidate) => candidate.name).join(', ');
  return page(`${names} against ${comparison.baseline}`, sections, options.footer ?? 'Made with baremark.');
}

async function section(
  comparison: Comparison,
  candidate: CandidateComparison,
  options: HtmlOptions,
): Promise<Markup> {
  const names = [comparison.baseline, candidate.name] as const;
  const cards: Markup[] = [];
  const { own, shared } = detailsOf(candidate.pairs);
  for (const [i, pair] of candidate.pairs.entries())
    cards.push(await pairCard(pair, names, own[i]!, options.series ?? new Map()));
  const runs = candidate.pairs.flatMap((pair) => [...pair.baseline.runs, ...pair.candidate.runs]);
  return html`<section class="candidate">
<h1><b>${candidate.name}</b> against the baseline <b>${comparison.baseline}</b></h1>
<p class="verdict">${candidate.sentence}</p>
<p class="basis">${basis(comparison)}</p>
${await bars(comparison, candidate)}
${differencesSection(candidate)}
<h2>Pair by pair</h2>
${shared.length ? html`<p class="lead">${shared.join(' ')}</p>` : ''}
${cards}
${candidate.unpaired.map(
  ({ benchmark, scenario, system, why }) =>
    html`<p class="lead">No partner: ${benchmark} ${scenario} of ${system} (${why}).</p>`,
)}
${telemetrySection(candidate.pairs)}
${sideBySideSection(candidate, names)}
${reproduceSection(runs, options.commands ?? [])}
</section>`;
}

function basis(comparison: Comparison): string {
  const margin = `${+(comparison.margin * 100).toFixed(4)}%`;
  const forced = comparison.forced ? ' Forced: what must match was not required to.' : '';
  return `Baseline = 1.00, below 1 is slower. Margin ${margin}, shaded.${forced}`;
}

async function bars(comparison: Comparison, candidate: CandidateComparison): Promise<Markup | string> {
  const data = candidate.pairs.flatMap((pair) =>
    pair.ratio === undefined
      ? []
      : {
          label: `${pair.benchmark} ${pair.scenario}`,
          ratio: pair.ratio,
          low: pair.interval.kind === 'none' ? undefined : pair.interval.low,
          high: pair.interval.kind === 'none' ? undefined : pair.interval.high,
          requested: pair.rates === 'requested rates',
        },
  );
  if (data.length === 0) return '';
  const requested = data.some((bar) => bar.requested) ? '; pale bars are requested rates' : '';
  const intervals = data.some((bar) => bar.low !== undefined) ? ', with 95% intervals' : '';
  return html`<div class="card" id="ratios">${chart(
    `Performance normalized to the baseline${intervals}${requested}`,
    await renderSvg(ratioBars(data, comparison.margin, WIDE)),
    await renderSvg(ratioBars(data, comparison.margin, NARROW)),
  )}</div>`;
}
