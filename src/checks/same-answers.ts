/** Whether two systems give the same answers, from the accuracy logs of their runs of the same benchmark. */
import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { type LogSource, readAccuracyLog } from '../accuracy/accuracy-log.js';
import { cocoFidelity } from '../accuracy/coco/fidelity.js';
import { squadFidelity } from '../accuracy/squad/fidelity.js';
import { splitLogits } from '../accuracy/squad/log.js';
import type { SampleResponse } from '../loadgen/index.js';
import { findBenchmark } from '../plan/models.js';
import { files } from '../results/layout.js';
import type { ResultRun, ResultSystem } from '../results/types.js';

export interface AnswerCheck {
  readonly baseline: string;
  readonly candidate: string;
  readonly benchmark: string;
  readonly scenario: string;
  /** `same`: at least 99% of the answers; `unknown`: the logs cannot tell. */
  readonly kind: 'same' | 'different' | 'unknown';
  readonly message: string;
}

/** One check for each benchmark and scenario for which both systems have an accuracy log. */
export async function compareAnswers(
  baseline: ResultSystem,
  candidate: ResultSystem,
): Promise<readonly AnswerCheck[]> {
  const [left, right] = [logsOf(baseline), logsOf(candidate)];
  const checks: AnswerCheck[] = [];
  for (const [key, a] of left) {
    const b = right.get(key);
    if (b === undefined) continue;
    const { benchmark, scenario } = a.run;
    const name = { baseline: baseline.name, candidate: candidate.name, benchmark, scenario };
    const finding = await compareLogs(a, b);
    if (finding) checks.push({ ...name, ...finding });
  }
  return checks;
}

interface Logged {
  readonly run: ResultRun;
  readonly log: string;
}

function logsOf({ runs }: ResultSystem): Map<string, Logged> {
  const logs = new Map<string, Logged>();
  // An accuracy run of ours comes last and knows its data set, so it takes the place of a performance run.
  for (const run of runs) {
    const place = run.mode === 'AccuracyOnly' ? run.path : join(scenarioOf(run.path), 'accuracy');
    const log = join(place, files.accuracyLog);
    if (existsSync(log)) logs.set(`${run.benchmark}/${run.scenario}`, { run, log });
  }
  return logs;
}

/** `<scenario>/performance/run_N` → `<scenario>`. */
function scenarioOf(path: string): string {
  return basename(dirname(path)) === 'performance' ? dirname(dirname(path)) : dirname(path);
}

type Finding = Pick<AnswerCheck, 'kind' | 'message'>;

/** Undefined where neither run logged an answer, as performance runs do not. */
async function compareLogs(a: Logged, b: Logged): Promise<Finding | undefined> {
  const unknown = (message: string): Finding => ({ kind: 'unknown', message });
  const [left, right] = [a.run.document?.dataset, b.run.document?.dataset];
  if (left && right && left.hash !== right.hash)
    return unknown('The answers are to different samples, so they cannot be compared.');
  const logs = [await readWhole(a.log), await readWhole(b.log)] as const;
  if (logs[0].kind === 'damaged' || logs[1].kind === 'damaged') {
    const why = logs.flatMap((log) => (log.kind === 'damaged' ? log.why : []));
    return unknown([...new Set(why)].join(' '));
  }
  const [x, y] = [logs[0].entries, logs[1].entries];
  if (x.length === 0 && y.length === 0) return undefined;
  const samples = 1 + [...x, ...y].reduce((most, { sample }) => Math.max(most, sample), 0);
  const found =
    taskOf(a.run.benchmark) === 'bert'
      ? await squadFidelity(x, y, samples, lengthsOf(x, y, samples))
      : await cocoFidelity(x, y, samples);
  const problems = [...found.referenceProblems, ...found.testProblems].map(({ message }) => ` ${message}`);
  return { kind: found.meets99 ? 'same' : 'different', message: `${found.message}${problems.join('')}` };
}

function taskOf(benchmark: string): 'bert' | 'ssd' {
  try {
    return findBenchmark(benchmark, 'the benchmark').model.task;
  } catch {
    return benchmark.startsWith('bert') ? 'bert' : 'ssd';
  }
}

/** The responses of a log, or in a sentence why they are not all there. */
type ReadLog =
  | { readonly kind: 'whole'; readonly entries: readonly SampleResponse[] }
  | { readonly kind: 'damaged'; readonly why: string };

async function readWhole(log: LogSource): Promise<ReadLog> {
  const entries: SampleResponse[] = [];
  let unreadable = 0;
  const end = await readAccuracyLog(
    log,
    (entry) => entries.push(entry),
    () => {
      unreadable += 1;
    },
  );
  if (end.kind === 'cut short') return { kind: 'damaged', why: `An accuracy log is cut short: ${end.why}.` };
  return unreadable > 0
    ? { kind: 'damaged', why: `An accuracy log has ${unreadable} entries that cannot be read.` }
    : { kind: 'whole', entries };
}

/** The value that pads a response where there is no token. */
const padding = -10_000;

/** The number of tokens of each sample, found without its data set: what is not padding in either log. */
function lengthsOf(
  a: readonly SampleResponse[],
  b: readonly SampleResponse[],
  samples: number,
): (sample: number) => number {
  const lengths = new Uint32Array(samples);
  for (const { sample, data } of [...a, ...b]) {
    const split = splitLogits(data, 'float32');
    if (split.kind !== 'logits') continue;
    let length = split.start.length;
    while (length > 1 && split.start[length - 1] === padding && split.end[length - 1] === padding) length--;
    lengths[sample] = Math.max(lengths[sample]!, length);
  }
  return (sample) => lengths[sample]!;
}
