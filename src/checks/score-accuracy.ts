/** Scores the accuracy log of a finished run, ours or a submission's, from the log and the data set alone. */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { BaremarkError } from '../base/errors.js';
import { checkDatasetDirs, datasetOf } from '../plan/dataset.js';
import { findBenchmark, readCatalogue } from '../plan/models.js';
import { files } from '../results/layout.js';
import { type Judgement, judgeLog, type LogFormat } from '../run/accuracy.js';

export interface AccuracyRequest {
  /** The accuracy folder of a run or a submission, or the log itself. */
  readonly path: string;
  /** Folder with SQuAD v1.1 or COCO val2017. */
  readonly dataset: string;
  /** Benchmark or model; that of the run's document, else of the log's path, where absent. */
  readonly model?: string;
  readonly format?: LogFormat;
}

export interface ScoredAccuracy extends Judgement {
  readonly log: string;
  readonly benchmark: string;
}

/**
 * @throws BaremarkError `BAD_LOG` where there is no log, `UNKNOWN_MODEL` or `BAD_OPTION` where the benchmark is not
 * known, `UNKNOWN_DATASET` where the folder does not hold its data
 */
export async function scoreAccuracy(request: AccuracyRequest): Promise<ScoredAccuracy> {
  const log = logIn(resolve(request.path));
  const benchmark = findBenchmark(request.model ?? benchmarkOf(log), 'the benchmark (--model)');
  const dir = resolve(request.dataset);
  checkDatasetDirs([dir], [benchmark.model.task], '--dataset');
  const format = { ...request.format, classes: request.format?.classes ?? benchmark.model.classes };
  const judged = await judgeLog(log, datasetOf(benchmark.model, [dir]), benchmark.quality, format);
  // The folder was checked to hold this model's data, so there are answers to judge by.
  return { log, benchmark: benchmark.name, ...judged! };
}

/** The log itself, or the one in the folder or in its `accuracy`. */
function logIn(path: string): string {
  if (existsSync(path) && statSync(path).isFile()) return path;
  const name = files.accuracyLog;
  const found = [join(path, name), join(path, 'accuracy', name)].find((file) => existsSync(file));
  if (found !== undefined) return found;
  throw new BaremarkError(
    'BAD_LOG',
    `${path} has no ${name}; give the accuracy folder of a run, such as <system>/<benchmark>/<scenario>/accuracy.`,
  );
}

/** From `run.json` beside the log, else the first folder above it that is named like a benchmark or model. */
function benchmarkOf(log: string): string {
  const document = join(dirname(log), files.run);
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
