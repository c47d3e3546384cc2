/** The table of finished runs that a person reads at the end of `run` and in `report`. */
import type { ResultSystem, RunDocument } from '../../results/types.js';
import { finalsSentence, peakSentence } from '../peak/words.js';
import { firstOf } from '../text/disagreements.js';
import { outcomeReasons } from '../text/numbers.js';
import { type Cell, type Column, plainStyle, type Style, textTable, wrapped } from '../text/text-table.js';
import { type RepeatsRow, repeatsOf, repeatsRow } from './repeats.js';
import { boundText, durationText, type RunRow, resultText, rowOfDocument, rowOfRun } from './run-row.js';

/**
 * One line per run, or per benchmark with the mean and the spread of its repeats, and under it the peak that was found, why
 * it is not VALID, what it warns of and in what its files disagree. Runs of one system stand under its name, those of several have a column for it. At most 80 columns, ending in
 * a newline.
 */
export function runTable(documents: readonly RunDocument[], style: Style = plainStyle): string {
  return rowsTable(documents.map(rowOfDocument), style);
}

/** The same for the runs of one system as read back. */
export function runsTable(system: ResultSystem, style: Style = plainStyle): string {
  return rowsTable(system.runs.map(rowOfRun), style);
}

function rowsTable(rows: readonly RunRow[], style: Style): string {
  const systems = new Set(rows.map((row) => row.system));
  const only = systems.size === 1 ? [...systems][0] : undefined;
  const groups = repeatsOf(rows);
  const repeated = groups.some((group) => group.length > 1);
  const left = new Set([only !== undefined && 'system', repeated ? 'duration' : 'repeats']);
  const shown = columns.filter(({ title }) => !left.has(title));
  const table = textTable(
    shown,
    groups.map((group) => {
      const row = repeatsRow(group);
      return shown.map((column) => column.cell(row, style));
    }),
    style,
  );
  const lines = table.flatMap((line, i) => {
    const group = groups[i - 1] ?? [];
    const found = said(group, peakLines).flatMap((line) => wrapped(line, 2).map(style.dim));
    return [
      line,
      ...found,
      ...said(group, remarksOn).flatMap((remark) => wrapped(remark, 2).map(style.warn)),
    ];
  });
  const heading = only === undefined ? [] : [...wrapped(`system  ${only}`, 0), ''];
  return `${[...heading, ...lines].join('\n')}\n`;
}

/** What is said of each run; of several with the number of the run, where it is not said of all. */
function said(group: readonly RunRow[], of: (row: RunRow) => readonly string[]): readonly string[] {
  const all = group.map(of);
  const [first] = all;
  if (all.length < 2 || first === undefined) return first ?? [];
  const shared = first.filter((text) => all.every((texts) => texts.includes(text)));
  return [
    ...shared,
    ...all.flatMap((texts, i) =>
      texts
        .filter((text) => !shared.includes(text))
        .map((text) => `Run ${group[i]!.runNumber ?? i + 1}: ${text}`),
    ),
  ];
}

function remarksOn({ outcome, warnings, disagreements = [] }: RunRow): readonly string[] {
  return [...outcomeReasons(outcome), ...warnings, ...firstOf(disagreements)];
}

/** What the search found and what became of it. Why there is no run at the peak is among the run's reasons. */
function peakLines({ peak, outcome }: RunRow): string[] {
  if (!peak || (peak.kind !== 'found' && outcome.kind === 'invalid')) return [];
  return [peakSentence(peak), finalsSentence(peak)].filter((sentence) => sentence !== undefined);
}

const columns: readonly (Column & { readonly cell: (row: RepeatsRow, style: Style) => Cell })[] = [
  { title: 'system', least: 8, cell: ({ row }) => ({ text: row.system }) },
  { title: 'benchmark', least: 8, cell: ({ row }) => ({ text: row.benchmark }) },
  {
    title: 'scenario',
    cell: ({ row }) => ({ text: row.mode === 'AccuracyOnly' ? `${row.scenario}, accuracy` : row.scenario }),
  },
  {
    title: 'result',
    align: 'right',
    cell: ({ row }, style) => ({ text: resultText(row), style: style.bold }),
  },
  { title: 'repeats', cell: ({ spread }) => ({ text: spread }) },
  { title: 'p99/bound', cell: ({ row }) => ({ text: boundText(row) }) },
  {
    title: 'outcome',
    cell: ({ outcome, allValid }, style) => ({ text: outcome, style: allValid ? style.good : style.bad }),
  },
  { title: 'duration', cell: ({ row }) => ({ text: durationText(row) }) },
];
