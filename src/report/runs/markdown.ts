/** One system's runs as Markdown: the table of runs, and what is known of the system. */
import { markdownText } from '../../base/text/safe.js';
import type { ResultRun, ResultSystem } from '../../results/types.js';
import { peakOf } from '../peak/of-runs.js';
import { peakTables } from '../peak/tables.js';
import { peakSentence } from '../peak/words.js';
import { disagreementLines } from '../text/disagreements.js';
import { markdownTable } from '../text/markdown.js';
import { measuredText } from '../text/numbers.js';
import { repeatsCells, repeatsOf } from './repeats.js';
import { runCells, runTitles } from './run-row.js';
import { systemFacts } from './system-facts.js';

export function runsMarkdown(system: ResultSystem): string {
  const facts = systemFacts(system).map(([label, value]) => [label, measuredText(value)]);
  const parts = [
    `# Runs of ${markdownText(system.name)}`,
    markdownTable(runTitles, repeatsOf(system.runs).map(repeatsCells), [3]),
    ...(repeatsOf(system.runs).length < system.runs.length
      ? ['## Run by run', markdownTable(runTitles, system.runs.map(runCells), [3])]
      : []),
    ...system.runs.flatMap(peakPart),
    ...disagreementsPart(system),
    ...(facts.length ? ['## The system', markdownTable(['', ''], facts)] : []),
  ];
  return `${parts.join('\n\n')}\n`;
}

function peakPart(run: ResultRun): string[] {
  const peak = peakOf(run);
  if (!peak) return [];
  const number = run.runNumber === undefined ? '' : `, run ${run.runNumber}`;
  return [
    `## ${markdownText(`The search of ${run.benchmark} ${run.scenario}${number}`)}`,
    markdownText(peakSentence(peak)),
    ...peakTables(peak).flatMap(({ caption, header, rows, numbers }) => [
      `${caption}:`,
      markdownTable(header, rows, numbers),
    ]),
  ];
}

function disagreementsPart({ runs }: ResultSystem): string[] {
  const lines = disagreementLines(runs).map((line) => `- ${markdownText(line)}`);
  return lines.length > 0 ? ['## Files that disagree', lines.join('\n')] : [];
}
