/** `baremark report`: one system's runs as a table, and as files to keep. */
import type { Command } from 'commander';
import { runsCsv } from '../../report/runs/csv.js';
import { runsHtml } from '../../report/runs/html.js';
import { runsMarkdown } from '../../report/runs/markdown.js';
import { readSeries } from '../../report/runs/read-series.js';
import { runsTable } from '../../report/runs/run-table.js';
import { runsPeaks } from '../../report/text/peak-sections.js';
import { onlySystem } from '../../results/read/system.js';
import { commandLine } from '../command-line.js';
import { checkReports, type ReportFiles, resultsIn, writeReports } from '../result-files.js';
import { styleOf } from '../text-table.js';

export function configure(command: Command): void {
  command
    .argument('<dir>', 'results of one system, ours or an MLPerf submission, such as results/NAME')
    .option('--csv <file>', 'write CSV, one row per run')
    .option('--md <file>', 'write Markdown')
    .option('--html <file>', 'write one page with charts')
    .addHelpText(
      'after',
      `
Exit codes: 0 the runs were read; 1 something could not be read, or the files of
a run disagree with each other; 2 wrong usage or bad input.`,
    )
    .action(report);
}

async function report(dir: string, files: ReportFiles): Promise<void> {
  const targets = await checkReports(files, [dir]);
  const { systems, problems } = await resultsIn(dir);
  const system = onlySystem(dir, systems);
  const style = styleOf(process.stdout);
  process.stdout.write(`${runsTable(system, style)}${runsPeaks(system, style)}`);
  await writeReports(targets, {
    csv: () => runsCsv(system),
    md: () => runsMarkdown(system),
    html: async () => runsHtml(system, { series: await readSeries(system.runs), commands: [commandLine()] }),
  });
  const agrees = system.runs.every(({ disagreements = [] }) => disagreements.length === 0);
  if (problems.length > 0 || !agrees) process.exitCode = 1;
}
