/** `baremark accuracy`: what the log of an accuracy run is worth, from the log and the data set alone. */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import type { Command } from 'commander';
import { BaremarkError } from '../../base/errors.js';
import { checkDatasetDirs, datasetOf } from '../../plan/dataset.js';
import { findBenchmark, readCatalogue } from '../../plan/models.js';
import { judgeLog, type LogFormat } from '../../run/accuracy.js';
import { toJson } from '../plan-text.js';

interface AccuracyFlags {
  readonly dataset: string;
  readonly model?: string;
  readonly logits: string;
  readonly classes: string;
  readonly json?: boolean;
}

const logName = 'mlperf_log_accuracy.json';

export function configure(command: Command): void {
  command
    .argument('<folder>', `accuracy folder of a run or a submission, or its ${logName}`)
    .requiredOption('--dataset <dir>', 'folder with SQuAD v1.1 or COCO val2017')
    .option('--model <name>', "benchmark or model (default: the run's own, or that of the path)")
    .option('--logits <type>', 'float32, or float16 as some submitted BERT logs hold', 'float32')
    .option('--classes <kind>', 'labels 1 to 80, or category-ids as some submitted SSD logs hold', 'labels')
    .option('--json', 'print one JSON object')
    .addHelpText(
      'after',
      '\nExit codes: 0 the target is met, or there is none; 1 it is missed, or the log has\nfaults; 2 wrong usage or bad input.',
    )
    .action(accuracy);
}

async function accuracy(folder: string, flags: AccuracyFlags): Promise<void> {
  const log = logIn(resolve(folder));
  const benchmark = findBenchmark(flags.model ?? benchmarkOf(log), 'the benchmark (--model)');
  const dir = resolve(flags.dataset);
  checkDatasetDirs([dir], [benchmark.model.task], '--dataset');
  const format: LogFormat = {
    logits: oneOf('--logits', flags.logits, ['float32', 'float16'] as const),
    classes: oneOf('--classes', flags.classes, ['labels', 'category-ids'] as const),
  };
  const judged = await judgeLog(log, datasetOf(benchmark.model, [dir]), benchmark.quality, format);
  // The folder was checked to hold this model's data, so there are answers to judge by.
  const { result, text } = judged!;
  const problems = judged!.problems.map(({ message }) => message);
  if (flags.json)
    process.stdout.write(`${toJson({ log, benchmark: benchmark.name, ...result, problems })}\n`);
  else {
    const lines = [text.trimEnd(), '', verdictOf(benchmark.name, result), ...problems];
    process.stdout.write(`${lines.join('\n')}\n`);
  }
  process.exitCode = result.met === false || problems.length > 0 ? 1 : 0;
}

function verdictOf(
  benchmark: string,
  { metric, value, target }: { metric: string; value: number; target?: number },
): string {
  const shown = (x: number) => (metric === 'F1' ? x.toFixed(3) : x.toFixed(5));
  if (target === undefined) return `${benchmark}: ${metric} ${shown(value)}; MLPerf has no target for it.`;
  const verdict = value >= target ? 'meets' : 'misses';
  return `${benchmark}: ${metric} ${shown(value)} ${verdict} the target of ${shown(target)}.`;
}

/** The log itself, or the one in the folder or in its `accuracy`. */
function logIn(path: string): string {
  if (existsSync(path) && statSync(path).isFile()) return path;
  const found = [join(path, logName), join(path, 'accuracy', logName)].find((file) => existsSync(file));
  if (found !== undefined) return found;
  throw new BaremarkError(
    'BAD_LOG',
    `${path} holds no ${logName}; give the accuracy folder of a run, as <system>/<benchmark>/<scenario>/accuracy.`,
  );
}

/** From `run.json` beside the log, else the first folder above it that is named like a benchmark or model. */
function benchmarkOf(log: string): string {
  const document = join(dirname(log), 'run.json');
  if (existsSync(document)) {
    try {
      const { benchmark } = JSON.parse(readFileSync(document, 'utf8')) as { benchmark?: unknown };
      if (typeof benchmark === 'string') return benchmark;
    } catch (cause) {
      throw new BaremarkError('BAD_RESULTS', `${document} is not JSON; name the benchmark with --model.`, {
        cause,
      });
    }
  }
  const names = new Set(
    readCatalogue().flatMap(({ model, benchmarks }) => [model.name, ...Object.keys(benchmarks)]),
  );
  for (let at = dirname(log); at !== dirname(at); at = dirname(at))
    if (names.has(basename(at))) return basename(at);
  throw new BaremarkError('BAD_OPTION', `the path of ${log} names no benchmark; give it with --model.`);
}

function oneOf<const T extends string>(flag: string, given: string, names: readonly T[]): T {
  const found = names.find((name) => name === given);
  if (found !== undefined) return found;
  throw new BaremarkError(
    'BAD_OPTION',
    `${flag} is ${JSON.stringify(given)}; it must be ${names.join(' or ')}.`,
  );
}
