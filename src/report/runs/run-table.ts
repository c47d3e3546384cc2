/** The table of finished runs that a person reads at the end of `run` and in `report`. */
import type { Outcome, RunDocument } from '../../results/types.js';
import { figure, outcomeReasons, outcomeText } from '../text/numbers.js';
import { type Cell, type Column, plainStyle, type Style, textTable, wrapped } from '../text/text-table.js';

/** What the table shows of a run. */
export interface RunRow {
  readonly system: string;
  readonly benchmark: string;
  readonly scenario: string;
  readonly value?: number;
  readonly unit?: string;
  readonly p99Ms?: number;
  readonly boundMs?: number;
  readonly outcome: Outcome;
  readonly durationS?: number;
  readonly minDurationS?: number;
}

/** One line a run (of one system under its name), and under it why it is not VALID; at most 80 columns, ending in a newline. */
export function runTable(documents: readonly RunDocument[], style: Style = plainStyle): string {
  return runRowsTable(documents.map(rowOf), style);
}

export function runRowsTable(rows: readonly RunRow[], style: Style = plainStyle): string {
  const systems = new Set(rows.map((row) => row.system));
  const only = systems.size === 1 ? [...systems][0] : undefined;
  const shown = columns.filter((column) => column.title !== 'system' || only === undefined);
  const table = textTable(
    shown,
    rows.map((row) => shown.map((column) => column.cell(row, style))),
    style,
  );
  const lines = table.flatMap((line, i) => {
    const reasons = i === 0 ? [] : outcomeReasons(rows[i - 1]!.outcome);
    return [line, ...reasons.flatMap((reason) => wrapped(reason, 2).map(style.warn))];
  });
  const heading = only === undefined ? [] : [...wrapped(`system  ${only}`, 0), ''];
  return `${[...heading, ...lines].join('\n')}\n`;
}

const columns: readonly (Column & { readonly cell: (row: RunRow, style: Style) => Cell })[] = [
  { title: 'system', least: 8, cell: (row) => ({ text: row.system }) },
  { title: 'benchmark', least: 8, cell: (row) => ({ text: row.benchmark }) },
  { title: 'scenario', cell: (row) => ({ text: row.scenario }) },
  {
    title: 'result',
    align: 'right',
    cell: (row, style) => ({
      text: row.value === undefined ? '–' : `${figure(row.value)} ${row.unit ?? ''}`,
      style: style.bold,
    }),
  },
  { title: 'p99/bound', cell: (row) => ({ text: boundText(row) }) },
  {
    title: 'outcome',
    cell: (row, style) => ({
      text: outcomeText(row.outcome),
      style: row.outcome.kind === 'valid' ? style.good : style.bad,
    }),
  },
  { title: 'duration', cell: (row) => ({ text: durationText(row) }) },
];

/** `107.5/130 ms`, or the p99 alone where there is no bound. */
export function boundText(row: Pick<RunRow, 'scenario' | 'p99Ms' | 'boundMs'>): string {
  // An Offline run is one query: its percentiles tell when samples were done, not how long one waited.
  if (row.p99Ms === undefined || row.scenario === 'Offline') return '–';
  return row.boundMs === undefined
    ? `${figure(row.p99Ms)} ms`
    : `${figure(row.p99Ms)}/${figure(row.boundMs)} ms`;
}

/** `612/600 s`: how long it ran and how long it had to. */
export function durationText(row: Pick<RunRow, 'durationS' | 'minDurationS'>): string {
  if (row.durationS === undefined) return '–';
  return row.minDurationS === undefined
    ? `${figure(row.durationS)} s`
    : `${figure(row.durationS)}/${figure(row.minDurationS)} s`;
}

function rowOf(document: RunDocument): RunRow {
  const { result } = document;
  return {
    system: document.system,
    benchmark: document.benchmark,
    scenario: document.scenario,
    value: result.value,
    unit: result.unit,
    p99Ms: result.latencyMs.p99,
    boundMs: result.boundMs,
    outcome: document.outcome,
    durationS: result.durationS,
    minDurationS: result.minDurationS,
  };
}
