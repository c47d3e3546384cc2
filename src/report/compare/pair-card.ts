/** One pair as a card: its figures, their details, and its charts. */
import { percentileName } from '../../compare/server-words.js';
import type { Interval, PairComparison, PairSide } from '../../compare/types.js';
import { shortened } from '../charts/shortened.js';
import { html, type Markup, type Part } from '../html/markup.js';
import { peakDetails } from '../html/peak.js';
import { type ChartedRun, runCharts } from '../html/run-charts.js';
import { peaksOfPair } from '../peak/of-runs.js';
import type { SeriesByRun } from '../runs/series.js';
import { figure, outcomeText, ratioText } from '../text/numbers.js';
import { intervalText } from './interval-text.js';

/** Most characters of a name in a legend. */
const LEGEND = 24;

/** `names` are those of the systems; the first run of each side is charted. `key` is unlike every other card's. */
export async function pairCard(
  pair: PairComparison,
  names: readonly [string, string],
  details: readonly string[],
  series: SeriesByRun,
  key: string,
): Promise<Markup> {
  const { baseline: a, candidate: b, interval, verdict } = pair;
  const within = interval.kind === 'within-run only' ? ', within-run only' : '';
  return html`<article class="card">
<h3>${pair.benchmark} · ${pair.scenario} <span class="badge ${verdict.kind}">${verdict.kind}</span>${sameRateBadge(pair)}</h3>
<dl class="figures">
${sideFigure('baseline', a)}
${sideFigure('candidate', b)}
<div><dt>ratio${pair.rates ? `, ${pair.rates}` : ''}</dt><dd>${ratioText(pair.ratio)}</dd></div>
<div><dt>95% interval${within}</dt><dd>${limits(interval)}</dd></div>
${sameRateFigures(pair)}
</dl>
<ul class="notes">${details.map((text) => html`<li>${text}</li>`)}</ul>
<div class="charts">${await runCharts(charted(pair, names), series, key)}</div>
${peakDetails(peaksOfPair(pair, names) ?? [])}
</article>`;
}

function limits(interval: Interval): Part {
  return interval.kind === 'none' ? html`<small>none</small>` : intervalText(interval);
}

/** A second row, where latencies are known at one rate. */
function sameRateFigures({ peaks }: PairComparison): Part {
  if (peaks?.sameRate.kind !== 'compared') return undefined;
  const { qps, baseline, candidate, ratio, interval } = peaks.sameRate;
  const name = percentileName(peaks.percentile);
  return html`<div><dt>baseline, ${name} at ${figure(qps)} queries/s</dt><dd>${figure(baseline.ms)} <small>ms</small></dd></div>
<div><dt>candidate, ${name} at the same rate</dt><dd>${figure(candidate.ms)} <small>ms</small></dd></div>
<div><dt>ratio, same rate</dt><dd>${ratioText(ratio)}</dd></div>
<div><dt>95% interval</dt><dd>${limits(interval)}</dd></div>`;
}

function sameRateBadge({ peaks }: PairComparison): Part {
  if (peaks?.sameRate.kind !== 'compared') return undefined;
  const { kind } = peaks.sameRate.verdict;
  return html`<span class="badge ${kind}">same rate: ${kind}</span>`;
}

function sideFigure(name: string, side: PairSide): Markup {
  const repeats = side.runs.length > 1 ? `, ${side.runs.length} runs` : '';
  return html`<div><dt>${name}, ${outcomeText(side.outcome)}${repeats}</dt><dd>${figure(side.value)} <small>${side.unit}</small></dd></div>`;
}

/** Names that fit a legend; where they then cannot be told apart, `baseline` and `candidate`. */
function charted(pair: PairComparison, names: readonly [string, string]): ChartedRun[] {
  const short = names.map((name) => shortened(name, LEGEND));
  return (['baseline', 'candidate'] as const).map((side, i) => ({
    side,
    name: short[0] === short[1] ? side : short[i]!,
    run: pair[side].runs[0],
  }));
}
