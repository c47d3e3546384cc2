/** One run as the tables show it, from a document just written or from a run read back. */
import type { Peak } from '../../results/document/peak.js';
import type { Outcome, ResultRun, RunDocument } from '../../results/types.js';
import { peakOf } from '../peak/of-runs.js';
import { figure, outcomeText, percentText } from '../text/numbers.js';

export interface RunRow {
  readonly system: string;
  readonly benchmark: string;
  readonly scenario: string;
  readonly mode: ResultRun['mode'];
  readonly runNumber?: number;
  readonly value?: number;
  readonly unit?: string;
  readonly p99Ms?: number;
  readonly boundMs?: number;
  readonly outcome: Outcome;
  /** What the run warns of, in sentences. */
  readonly warnings: readonly string[];
  readonly durationS?: number;
  readonly minDurationS?: number;
  /** Facts in which the run's files disagree, one sentence each. */
  readonly disagreements?: readonly string[];
  /** What a search found before the run. */
  readonly peak?: Peak;
}

export function rowOfDocument(document: RunDocument): RunRow {
  const { system, benchmark, scenario, mode, outcome, result } = document;
  const { value, unit, boundMs, durationS, minDurationS, peak } = result;
  const p99Ms = result.latencyMs.p99;
  const warnings = document.warnings.map(({ message }) => message);
  return {
    system,
    benchmark,
    scenario,
    mode,
    value,
    unit,
    p99Ms,
    boundMs,
    outcome,
    warnings,
    durationS,
    minDurationS,
    peak,
  };
}

export function rowOfRun(run: ResultRun): RunRow {
  const {
    system,
    benchmark,
    scenario,
    mode,
    runNumber,
    outcome,
    boundMs,
    durationS,
    minDurationS,
    disagreements,
  } = run;
  const { value, unit } = run.throughput ?? {};
  const p99Ms = run.latencyMs?.p99;
  const warnings = (run.document?.warnings ?? []).map(({ message }) => message);
  return {
    system,
    benchmark,
    scenario,
    mode,
    runNumber,
    value,
    unit,
    p99Ms,
    boundMs,
    outcome,
    warnings,
    durationS,
    minDurationS,
    disagreements,
    peak: peakOf(run),
  };
}

/** `8465.6 samples/s`, or – where there is no figure. */
export function resultText({ value, unit }: Pick<RunRow, 'value' | 'unit'>): string {
  return value === undefined ? '–' : `${figure(value)} ${unit ?? ''}`;
}

/** `107.5/130 ms`, or the p99 alone where there is no bound. */
export function boundText(row: Pick<RunRow, 'scenario' | 'p99Ms' | 'boundMs'>): string {
  // An Offline run is one query: its percentiles say when samples were done, not how long anyone waited.
  if (row.p99Ms === undefined || row.scenario === 'Offline') return '–';
  return row.boundMs === undefined
    ? `${figure(row.p99Ms)} ms`
    : `${figure(row.p99Ms)}/${figure(row.boundMs)} ms`;
}

/** `612/600 s`: how long it ran, and how long it had to. */
export function durationText(row: Pick<RunRow, 'durationS' | 'minDurationS'>): string {
  if (row.durationS === undefined) return '–';
  return row.minDurationS === undefined
    ? `${figure(row.durationS)} s`
    : `${figure(row.durationS)}/${figure(row.minDurationS)} s`;
}

/** Titles of `runCells`; the first three name the run. */
export const runTitles = [
  'benchmark',
  'scenario',
  'run',
  'result',
  'p99/bound',
  'share of bound',
  'outcome',
  'duration',
  'accuracy',
] as const;

/** A run as the texts of one row in Markdown and HTML. */
export function runCells(run: ResultRun): string[] {
  return cellsOf(run, rowOfRun(run), nameOf(run), run.boundShare, outcomeText(run.outcome));
}

/** @param name what stands for the run */
export function cellsOf(
  run: ResultRun,
  row: RunRow,
  name: string,
  share: number | undefined,
  outcome: string,
): string[] {
  const { accuracy } = run;
  return [
    run.benchmark,
    run.scenario,
    name,
    resultText(row),
    boundText(row),
    percentText(share),
    outcome,
    durationText(row),
    accuracy ? `${accuracy.metric} ${figure(accuracy.value)}` : '–',
  ];
}

function nameOf({ mode, runNumber }: ResultRun): string {
  return mode === 'AccuracyOnly' ? 'accuracy' : String(runNumber ?? '–');
}
