/** The table of finished runs that a person reads at the end of `run` and in `report`. */
import type { Outcome, RunDocument } from '../results/types.js';
import { figure, outcomeReasons, outcomeText } from './numbers.js';
import { type Cell, plainStyle, type Style, textTable, wrapped } from './textTable.js';

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

/** One line a run, and under it why it is not VALID; at most 80 columns, ending in a newline. */
export function runTable(documents: readonly RunDocument[], style: Style = plainStyle): string {
  return runRowsTable(documents.map(rowOf), style);
}

export function runRowsTable(rows: readonly RunRow[], style: Style = plainStyle): string {
  const columns = [
    { title: 'system', least: 8 },
    { title: 'benchmark', least: 8 },
    { title: 'scenario' },
    { title: 'result', align: 'right' },
    { title: 'p99/bound' },
    { title: 'outcome' },
    { title: 'duration' },
  ] as const;
  const table = textTable(
    columns,
    rows.map((row) => cells(row, style)),
    style,
  );
  const lines = table.flatMap((line, i) => {
    if (i === 0) return [line];
    const reasons = outcomeReasons(rows[i - 1]!.outcome);
    return [line, ...reasons.flatMap((reason) => wrapped(reason, 2).map(style.warn))];
  });
  return `${lines.join('\n')}\n`;
}

function cells(row: RunRow, style: Style): Cell[] {
  return [
    { text: row.system },
    { text: row.benchmark },
    { text: row.scenario },
    { text: row.value === undefined ? '–' : `${figure(row.value)} ${row.unit ?? ''}`, style: style.bold },
    { text: boundText(row) },
    { text: outcomeText(row.outcome), style: row.outcome.kind === 'valid' ? style.good : style.bad },
    { text: durationText(row) },
  ];
}

/** `107.5/130 ms`, or the p99 alone where there is no bound. */
export function boundText(row: Pick<RunRow, 'p99Ms' | 'boundMs'>): string {
  if (row.p99Ms === undefined) return '–';
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
