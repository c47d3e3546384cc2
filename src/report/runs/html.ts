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
import { repeatsCells, repeatsOf } from './repeats.js';
import { runCells, runTitles } from './run-row.js';
import { systemFacts } from './system-facts.js';

/** The page as text; `options.series` holds the records for the curves. */
export async function runsHtml(system: ResultSystem, options: HtmlOptions = {}): Promise<string> {
  const cards: Markup[] = [];
  const groups = repeatsOf(system.runs);
  // A run whose rate was searched has a search of its own to show.
  const carded = groups.flatMap((group): readonly (readonly [ResultRun, ...ResultRun[]])[] =>
    group.some(peakOf) ? group.map((run) => [run] as const) : [group],
  );
  for (const group of carded)
    if (group[0].mode === 'PerformanceOnly') cards.push(await card(group, options, `r${cards.length + 1}`));
  const facts = systemFacts(system);
  const valid = system.runs.filter((run) => run.outcome.kind === 'valid').length;
  const body = html`<h1>Runs of</h1><p class="verdict">${system.name}: ${valid} of ${system.runs.length} ${
    system.runs.length === 1 ? 'run' : 'runs'
  } ${valid === 1 ? 'is' : 'are'} VALID.</p>
${htmlTable(
  runTitles,
  groups.map((group) => ({ cells: repeatsCells(group) })),
  { caption: 'All runs', named: 3 },
)}
<h2>Benchmark by benchmark</h2>${cards}
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

/** One card for all repeats; the curves and the telemetry are those of the first. */
async function card(
  runs: readonly [ResultRun, ...ResultRun[]],
  options: HtmlOptions,
  key: string,
): Promise<Markup> {
  const [run] = runs;
  const telemetry = telemetryOf(run) && telemetryRows(run);
  const outcomes = runs.map(({ outcome }) => outcome);
  const shown = outcomes.find((outcome) => outcome.kind !== 'valid') ?? run.outcome;
  const valid = outcomes.filter((outcome) => outcome.kind === 'valid').length;
  const badge = valid > 0 && valid < runs.length ? `${valid} of ${runs.length} VALID` : outcomeText(shown);
  const peak = peakOf(run);
  const peaks: readonly PeaksOf[] | undefined = peak && [{ name: run.system, peaks: [peak] }];
  return html`<article class="card"><h3>${run.benchmark} · ${run.scenario} <small>${runs.length > 1 ? `${runs.length} runs, drawn is run ${run.runNumber}` : run.runNumber ? `run ${run.runNumber}` : ''}</small> <span class="badge ${shown.kind}">${badge}</span></h3>
${
  runs.length > 1 &&
  htmlTable(
    runTitles.slice(2),
    runs.map((each) => ({ cells: runCells(each).slice(2) })),
    { caption: `Runs of ${run.benchmark} ${run.scenario}` },
  )
}
<ul class="notes">${runs.flatMap((each) =>
    notesOf(each).map((text) => html`<li>${runs.length > 1 ? `Run ${each.runNumber}: ` : ''}${text}</li>`),
  )}</ul>
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
