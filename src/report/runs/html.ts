/** One system's runs as one self-contained page of HTML. */
import { telemetryOf } from '../../compare/pairs/efficiency.js';
import type { ResultRun, ResultSystem } from '../../results/types.js';
import { html, type Markup } from '../html/markup.js';
import { type HtmlOptions, htmlTable, measuredPart, page } from '../html/page.js';
import { peakDetails, peakPicture } from '../html/peak.js';
import { reproduceSection } from '../html/reproduce.js';
import { runCharts } from '../html/run-charts.js';
import { telemetryRows } from '../html/telemetry.js';
import { peakOf } from '../peak/of-runs.js';
import type { PeaksOf } from '../peak/systems.js';
import { firstOf } from '../text/disagreements.js';
import { outcomeReasons, outcomeText } from '../text/numbers.js';
import { runCells, runTitles } from './run-row.js';
import { systemFacts } from './system-facts.js';

/** The page as text; `options.series` holds the records for the curves. */
export async function runsHtml(system: ResultSystem, options: HtmlOptions = {}): Promise<string> {
  const cards: Markup[] = [];
  for (const run of system.runs)
    if (run.mode === 'PerformanceOnly') cards.push(await card(run, options, `r${cards.length + 1}`));
  const facts = systemFacts(system);
  const valid = system.runs.filter((run) => run.outcome.kind === 'valid').length;
  const body = html`<h1>Runs of</h1><p class="verdict">${system.name}: ${valid} of ${system.runs.length} ${
    system.runs.length === 1 ? 'run' : 'runs'
  } ${valid === 1 ? 'is' : 'are'} VALID.</p>
${htmlTable(
  runTitles,
  system.runs.map((run) => ({ cells: runCells(run) })),
  { caption: 'All runs', named: 3 },
)}
<h2>Run by run</h2>${cards}
${
  facts.length > 0 &&
  html`<h2>The system</h2>${htmlTable(
    ['', ''],
    facts.map(([label, value]) => ({ cells: [label, measuredPart(value)] })),
    { caption: 'The system' },
  )}`
}
${reproduceSection(system.runs, options.commands ?? [])}`;
  return page(`Runs of ${system.name}`, body, options.footer ?? 'Made with baremark.');
}

async function card(run: ResultRun, options: HtmlOptions, key: string): Promise<Markup> {
  const telemetry = telemetryOf(run) && telemetryRows(run);
  const kind = run.outcome.kind;
  const peak = peakOf(run);
  const peaks: readonly PeaksOf[] | undefined = peak && [{ name: run.system, peaks: [peak] }];
  return html`<article class="card"><h3>${run.benchmark} · ${run.scenario} <small>${run.runNumber ? `run ${run.runNumber}` : ''}</small> <span class="badge ${kind}">${outcomeText(run.outcome)}</span></h3>
<ul class="notes">${notesOf(run).map((text) => html`<li>${text}</li>`)}</ul>
${peaks && (await peakPicture('Latency against rate, and a close-up of the peak', peaks, `${key}k`))}
<div class="charts">${await runCharts([{ side: 'candidate', name: run.system, run }], options.series ?? new Map(), key)}</div>
${peaks && peakDetails(peaks)}
${
  telemetry &&
  htmlTable(
    ['', 'mean (highest)'],
    [...telemetry].map(([label, value]) => ({ cells: [label, measuredPart(value)] })),
    { caption: `Telemetry of ${run.benchmark} ${run.scenario}` },
  )
}
</article>`;
}

function notesOf({ outcome, document, disagreements = [] }: ResultRun): readonly string[] {
  const warnings = (document?.warnings ?? []).map(({ message }) => message);
  return [...outcomeReasons(outcome), ...warnings, ...firstOf(disagreements)];
}
