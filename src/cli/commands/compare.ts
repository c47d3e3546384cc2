/** `baremark compare`: what candidates keep of a baseline, with intervals and everything that differs. */
import type { Command } from 'commander';
import { BaremarkError } from '../../base/errors.js';
import { type AnswerCheck, compareAnswers } from '../../checks/same-answers.js';
import { compareSystems } from '../../compare/compare-systems.js';
import type { Comparison, SystemRuns } from '../../compare/types.js';
import { compareCsv } from '../../report/compare/csv.js';
import { compareHtml } from '../../report/compare/html.js';
import { compareMarkdown } from '../../report/compare/markdown.js';
import { compareTable } from '../../report/compare/table.js';
import { wrapped } from '../../report/text/text-table.js';
import { loadPublished } from '../../results/published.js';
import type { ResultSystem } from '../../results/types.js';
import { toJson } from '../plan-text.js';
import {
  commandLine,
  offlineCompletions,
  type ReportFiles,
  seriesByRun,
  systemIn,
  systemsIn,
  writeReports,
} from '../result-files.js';
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
    .option('--margin <percent>', 'difference that counts as none', '5%')
    .option('--force', 'give verdicts also where what must match does not, or a run is not VALID')
    .option('--csv <file>', 'write one row a pair')
    .option('--md <file>', 'write Markdown')
    .option('--html <file>', 'write one page with charts')
    .option('--json', 'print one JSON object instead of the table')
    .addHelpText(
      'after',
      '\nExit codes: 0 no candidate is known to be slower by more than the margin;\n1 one is, its answers differ, or no pair can be compared; 2 wrong usage or bad\ninput.',
    )
    .action(compare);
}

async function compare(
  baselineDir: string,
  candidateDirs: readonly string[],
  flags: CompareFlags,
): Promise<void> {
  const marginPercent = marginOf(flags.margin);
  const baseline = await systemIn(baselineDir);
  const candidates: ResultSystem[] = [];
  for (const dir of candidateDirs) candidates.push(...(await systemsIn(dir)));
  const { results } = await loadPublished();
  const published = results.map(({ samplesPerSecond, accelerators, ...result }) => ({
    ...result,
    samplesPerSecondPerAccelerator: samplesPerSecond / accelerators,
  }));
  const options = { marginPercent, force: flags.force, published };
  const comparison = compareSystems(
    await withCompletions(baseline),
    await Promise.all(candidates.map(withCompletions)),
    options,
  );
  const answers: AnswerCheck[] = [];
  for (const candidate of candidates) answers.push(...(await compareAnswers(baseline, candidate)));
  const style = styleOf(process.stdout);
  process.stdout.write(
    flags.json
      ? `${toJson({ ...comparison, answers })}\n`
      : `${compareTable(comparison, style)}${answersText(answers)}`,
  );
  await writeReports(flags, {
    csv: () => compareCsv(comparison),
    md: () => compareMarkdown(comparison),
    html: async () => {
      const runs = [baseline, ...candidates].flatMap((system) => system.runs);
      return compareHtml(comparison, { series: await seriesByRun(runs), commands: [commandLine()] });
    },
  });
  process.exitCode = holds(comparison) && !answers.some(({ kind }) => kind === 'different') ? 0 : 1;
}

/** Whether both compute the same, from their accuracy runs. */
function answersText(answers: readonly AnswerCheck[]): string {
  if (answers.length === 0) return '';
  const word = { same: 'same answers', different: 'DIFFERENT ANSWERS', unknown: 'answers not compared' };
  // One paragraph for all benchmarks of which the same is to be said.
  const groups = new Map<string, string[]>();
  for (const { kind, message, benchmark, scenario, candidate } of answers) {
    const finding = `${word[kind]}. ${message}`;
    groups.set(finding, [...(groups.get(finding) ?? []), `${candidate} ${benchmark} ${scenario}`]);
  }
  const paragraphs = [...groups].map(([finding, which]) => {
    const places = which.length > 2 ? `${which.length} benchmarks` : which.join(', ');
    return wrapped(`${places}: ${finding}`, 0).join('\n');
  });
  return `\n${paragraphs.join('\n')}\n`;
}

async function withCompletions(system: ResultSystem): Promise<SystemRuns> {
  return { ...system, completionsNs: await offlineCompletions(system.runs) };
}

/** No pair is slower, and at least one pair could be compared. */
function holds({ candidates }: Comparison): boolean {
  const verdicts = candidates.flatMap(({ pairs }) => pairs.map(({ verdict }) => verdict.kind));
  return verdicts.some((kind) => kind !== 'not comparable') && !verdicts.includes('slower');
}

function marginOf(text: string): number {
  const percent = /^\d+(\.\d+)?%?$/.test(text) ? Number.parseFloat(text) : Number.NaN;
  if (percent > 0 && percent < 100) return percent;
  throw new BaremarkError(
    'BAD_OPTION',
    `--margin is ${JSON.stringify(text)}; it must be a percentage above 0 and below 100, such as 5%.`,
  );
}
