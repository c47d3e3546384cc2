/** A comparison as one self-contained page: verdict, charts, differences, how to reproduce. */
import type { CandidateComparison, Comparison } from '../../compare/types.js';
import { ratioBars } from '../charts/ratio-bars.js';
import { renderSvg } from '../charts/render-svg.js';
import { html, type Markup } from '../html/markup.js';
import { chart, type HtmlOptions, page } from '../html/page.js';
import { peakPicture } from '../html/peak.js';
import { reproduceSection } from '../html/reproduce.js';
import { telemetrySection } from '../html/telemetry.js';
import { peaksOfPair } from '../peak/of-runs.js';
import { barsCaption, barsOf } from './bars.js';
import { basisText, detailsOf, unpairedText } from './details.js';
import { pairCard } from './pair-card.js';
import { differencesSection, sideBySideSection } from './systems.js';

const WIDE = 880;
const NARROW = 336;

/** The page as text; charts are drawn while it is made, so nothing runs when it is read. */
export async function compareHtml(comparison: Comparison, options: HtmlOptions = {}): Promise<string> {
  const sections: Markup[] = [];
  for (const [i, candidate] of comparison.candidates.entries())
    sections.push(await section(comparison, candidate, `c${i + 1}`, options));
  const names = comparison.candidates.map((candidate) => candidate.name).join(', ');
  return page(`${names} against ${comparison.baseline}`, sections, options.footer ?? 'Made with baremark.');
}

async function section(
  comparison: Comparison,
  candidate: CandidateComparison,
  key: string,
  options: HtmlOptions,
): Promise<Markup> {
  const names = [comparison.baseline, candidate.name] as const;
  const cards: Markup[] = [];
  const { own, shared } = detailsOf(candidate.pairs);
  for (const [i, pair] of candidate.pairs.entries())
    cards.push(await pairCard(pair, names, own[i]!, options.series ?? new Map(), `${key}p${i + 1}`));
  const runs = candidate.pairs.flatMap((pair) => [...pair.baseline.runs, ...pair.candidate.runs]);
  return html`<section class="candidate">
<h1><b>${candidate.name}</b> against the baseline <b>${comparison.baseline}</b></h1>
<p class="verdict">${candidate.sentence}</p>
<p class="basis">${basisText(comparison)}</p>
${await bars(comparison, candidate, key)}
${await peaks(candidate, names, key)}
${differencesSection(candidate)}
<h2>Pair by pair</h2>
${shared.length ? html`<p class="lead">${shared.join(' ')}</p>` : ''}
${cards}
${candidate.unpaired.map((unpaired) => html`<p class="lead">${unpairedText(unpaired)}</p>`)}
${telemetrySection(candidate.pairs)}
${sideBySideSection(candidate, names)}
${reproduceSection(runs, options.commands ?? [])}
</section>`;
}

/** The curves of each pair of which both sides have a peak. */
async function peaks(
  candidate: CandidateComparison,
  names: readonly [string, string],
  key: string,
): Promise<Markup[]> {
  const cards: Markup[] = [];
  for (const [i, pair] of candidate.pairs.entries()) {
    const systems = peaksOfPair(pair, names);
    const caption = `${pair.benchmark} ${pair.scenario}: latency against rate, and a close-up of the peaks`;
    if (systems)
      cards.push(html`<div class="card">${await peakPicture(caption, systems, `${key}k${i + 1}`)}</div>`);
  }
  return cards;
}

/** Nothing where no pair has a ratio. */
async function bars(
  comparison: Comparison,
  candidate: CandidateComparison,
  key: string,
): Promise<Markup | undefined> {
  const data = barsOf(candidate);
  if (data.length === 0) return undefined;
  const caption = barsCaption(data);
  return html`<div class="card" id="ratios">${chart(
    caption,
    await renderSvg(ratioBars(data, comparison.margin, WIDE), `${key}rw`, caption),
    await renderSvg(ratioBars(data, comparison.margin, NARROW), `${key}rn`, caption),
  )}</div>`;
}
