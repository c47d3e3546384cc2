/** One system's runs as a report: the same facts as Markdown, CSV and one page of HTML. */
import { telemetryOf } from '../../compare/pairs/efficiency.js';
import type { ResultRun, ResultSystem } from '../../results/types.js';
import type { HtmlOptions } from '../compare/html.js';
import { html, type Markup } from '../html/markup.js';
import { page, table } from '../html/page.js';
import { reproduceSection } from '../html/reproduce.js';
import { runCharts } from '../html/run-charts.js';
import { cell } from '../html/systems.js';
import { telemetryRows } from '../html/telemetry.js';
import { csv } from '../text/csv.js';
import { markdownTable, markdownText } from '../text/markdown.js';
import { figure, outcomeReasons, outcomeText, percentText } from '../text/numbers.js';
import type { Style } from '../text/text-table.js';
import { boundText, durationText, type RunRow, runRowsTable } from './run-table.js';
import { systemFacts } from './system-facts.js';

/** The runs of one system for the terminal: at most 80 columns, ending in a newline. */
export function runsTable(system: ResultSystem, style?: Style): string {
  return runRowsTable(system.runs.map(rowOf), style);
}

/**
 * One row a run; an empty cell is a value that is not known. `value` is in `unit` (samples/s, or ms for the stream
 * scenarios); times are ms unless the column says s.
 */
export function runsCsv(system: ResultSystem): string {
  const columns: readonly (readonly [string, (run: ResultRun) => string | number | undefined])[] = [
    ['system', (run) => run.system],
    ['benchmark', (run) => run.benchmark],
    ['scenario', (run) => run.scenario],
    ['mode', (run) => run.mode],
    ['run', (run) => run.runNumber],
    ['outcome', (run) => outcomeText(run.outcome)],
    ['reasons', (run) => outcomeReasons(run.outcome).join('; ')],
    ['figure', (run) => run.throughput?.figure],
    ['value', (run) => run.throughput?.value],
    ['unit', (run) => run.throughput?.unit],
    ['target_qps', (run) => run.targetQps],
    ['p50_ms', (run) => run.latencyMs?.p50],
    ['p90_ms', (run) => run.latencyMs?.p90],
    ['p95_ms', (run) => run.latencyMs?.p95],
    ['p97_ms', (run) => run.latencyMs?.p97],
    ['p99_ms', (run) => run.latencyMs?.p99],
    ['p999_ms', (run) => run.latencyMs?.p999],
    ['bound_ms', (run) => run.boundMs],
    ['bound_share', (run) => run.boundShare],
    ['queries', (run) => run.queries],
    ['samples', (run) => run.samples],
    ['duration_s', (run) => run.durationS],
    ['min_duration_s', (run) => run.minDurationS],
    ['started_at', (run) => run.startedAt],
    ['accuracy_metric', (run) => run.accuracy?.metric],
    ['accuracy', (run) => run.accuracy?.value],
    ['path', (run) => run.path],
  ];
  return csv(
    columns.map(([name]) => name),
    system.runs.map((run) => columns.map(([, value]) => value(run))),
  );
}

const header = [
  'benchmark',
  'scenario',
  'run',
  'result',
  'p99/bound',
  'share of bound',
  'outcome',
  'duration',
  'accuracy',
];

export function runsMarkdown(system: ResultSystem): string {
  const facts = systemFacts(system).map(([label, value]) => [
    label,
    'value' in value ? value.value : `unknown because ${value.unavailable}`,
  ]);
  const parts = [
    `# Runs of ${markdownText(system.name)}`,
    markdownTable(header, system.runs.map(texts), [3]),
    ...(facts.length ? ['## The system', markdownTable(['', ''], facts)] : []),
  ];
  return `${parts.join('\n\n')}\n`;
}

/** One self-contained page; `options.series` holds the records for the curves. */
export async function runsHtml(system: ResultSystem, options: HtmlOptions = {}): Promise<string> {
  const cards: Markup[] = [];
  for (const run of system.runs) if (run.mode === 'PerformanceOnly') cards.push(await card(run, options));
  const facts = systemFacts(system);
  const valid = system.runs.filter((run) => run.outcome.kind === 'valid').length;
  const body = html`<h1>Runs of</h1><p class="verdict">${system.name}: ${valid} of ${system.runs.length} ${
    system.runs.length === 1 ? 'run is' : 'runs are'
  } VALID.</p>
${table(
  header,
  system.runs.map((run) => ({ cells: texts(run) })),
  { named: 3 },
)}
<h2>Run by run</h2>${cards}
${
  facts.length
    ? html`<h2>The system</h2>${table(
        ['', ''],
        facts.map(([label, value]) => ({ cells: [label, cell(value)] })),
      )}`
    : ''
}
${reproduceSection(system.runs, options.commands ?? [])}`;
  return page(`Runs of ${system.name}`, body, options.footer ?? 'Made with baremark.');
}

async function card(run: ResultRun, options: HtmlOptions): Promise<Markup> {
  const telemetry = telemetryOf(run) && telemetryRows(run);
  const kind = run.outcome.kind;
  return html`<article class="card"><h3>${run.benchmark} · ${run.scenario} <small>${run.runNumber ? `run ${run.runNumber}` : ''}</small> <span class="badge ${kind}">${outcomeText(run.outcome)}</span></h3>
<ul class="notes">${[...outcomeReasons(run.outcome), ...(run.document?.warnings ?? [])].map((text) => html`<li>${text}</li>`)}</ul>
<div class="charts">${await runCharts([{ side: 'candidate', name: run.system, run }], options.series ?? new Map())}</div>
${
  telemetry
    ? table(
        ['mean (highest)', ''],
        [...telemetry].map(([label, value]) => ({ cells: [label, cell(value)] })),
      )
    : ''
}
</article>`;
}

function texts(run: ResultRun): string[] {
  const row = rowOf(run);
  const { accuracy } = run;
  return [
    run.benchmark,
    run.scenario,
    run.mode === 'AccuracyOnly' ? 'accuracy' : String(run.runNumber ?? '–'),
    row.value === undefined ? '–' : `${figure(row.value)} ${row.unit ?? ''}`,
    boundText(row),
    percentText(run.boundShare),
    outcomeText(run.outcome),
    durationText(row),
    accuracy ? `${accuracy.metric} ${figure(accuracy.value)}` : '–',
  ];
}

function rowOf(run: ResultRun): RunRow {
  return {
    system: run.system,
    benchmark: run.benchmark,
    scenario: run.scenario,
    value: run.throughput?.value,
    unit: run.throughput?.unit,
    p99Ms: run.latencyMs?.p99,
    boundMs: run.boundMs,
    outcome: run.outcome,
    durationS: run.durationS,
    minDurationS: run.minDurationS,
  };
}
