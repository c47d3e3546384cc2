/** `baremark compare`: how much of a baseline's performance candidates keep, with intervals and what differs. */
import type { Command } from 'commander';
import { BaremarkError } from '../../base/errors.js';
import { toJson } from '../../base/json.js';
import { compareResults } from '../../checks/compare-results.js';
import { answersText } from '../../report/compare/answers.js';
import { compareCsv } from '../../report/compare/csv.js';
import { compareHtml } from '../../report/compare/html.js';
import { compareMarkdown } from '../../report/compare/markdown.js';
import { compareSvg } from '../../report/compare/svg.js';
import { compareTable } from '../../report/compare/table.js';
import { readSeries } from '../../report/runs/read-series.js';
import { disagreementLines } from '../../report/text/disagreements.js';
import { comparePeaks } from '../../report/text/peak-sections.js';
import type { ResultSystem } from '../../results/types.js';
import { commandLine } from '../command-line.js';
import { say } from '../output/print.js';
import { checkReports, type ReportFiles, systemIn, systemsIn, writeReports } from '../result-files.js';
import { styleOf } from '../text-table.js';

interface CompareFlags extends ReportFiles {
  readonly margin: string;
  readonly force?: boolean;
  readonly json?: boolean;
}

export function configure(command: Command): void {
  command
    .argument('<baseline>', 'results of one system, ours or an MLPerf submission, such as results/NAME')
    .argument('<candidate...>', 'results of one or more other systems')
    .option('--margin <percent>', 'largest difference that still counts as equivalent', '5%')
    .option(
      '--force',
      'give verdicts even where runs do not match, are one, are not VALID or their files disagree',
    )
    .option('--csv <file>', 'write CSV, one row per pair')
    .option('--md <file>', 'write Markdown')
    .option('--html <file>', 'write one page with charts')
    .option('--svg <file>', 'write the charts of ratios and peaks as one picture')
    .option('--json', 'print one JSON object instead of the table')
    .addHelpText(
      'after',
      `
Exit codes: 0 no candidate is shown to be slower by more than the margin; 1 one
is, its answers differ, or no pair can be compared; 2 wrong usage or bad input.`,
    )
    .action(compare);
}

async function compare(
  baselineDir: string,
  candidateDirs: readonly string[],
  flags: CompareFlags,
): Promise<void> {
  const marginPercent = marginOf(flags.margin);
  const targets = await checkReports(flags, [baselineDir, ...candidateDirs]);
  const baseline = await systemIn(baselineDir);
  const candidates: ResultSystem[] = [];
  for (const dir of candidateDirs) candidates.push(...(await systemsIn(dir)));
  const runs = [baseline, ...candidates].flatMap((system) => system.runs);
  for (const line of disagreementLines(runs)) say(`baremark: ${line}`);
  const series = flags.html === undefined ? undefined : await readSeries(runs);
  const found = await compareResults(baseline, candidates, { marginPercent, force: flags.force, series });
  const { comparison, answers, conclusion } = found;
  const style = styleOf(process.stdout);
  process.stdout.write(
    flags.json
      ? `${toJson({ ...comparison, answers })}\n`
      : `${compareTable(comparison, style)}${answersText(answers)}${comparePeaks(comparison, style)}`,
  );
  await writeReports(targets, {
    csv: () => compareCsv(comparison),
    md: () => compareMarkdown(comparison),
    html: () => compareHtml(comparison, { series, commands: [commandLine()] }),
    svg: () => compareSvg(comparison),
  });
  process.exitCode = conclusion === 'holds' ? 0 : 1;
}

function marginOf(text: string): number {
  const percent = /^\d+(\.\d+)?%?$/.test(text) ? Number.parseFloat(text) : undefined;
  if (percent !== undefined && percent > 0 && percent < 100) return percent;
  throw new BaremarkError(
    'BAD_OPTION',
    `--margin is ${JSON.stringify(text)}; it must be a percentage above 0 and below 100, such as 5%.`,
  );
}
