/** Judges an accuracy run, or the log of one: scores it against the data set's answers. */
import type { LogSource } from '../accuracy/accuracy-log.js';
import { readCocoTruth } from '../accuracy/coco/files.js';
import { type CocoLogDataset, evaluateCocoLog } from '../accuracy/coco/log.js';
import type { LogProblem } from '../accuracy/log-problems.js';
import {
  againstTarget,
  cocoAccuracyText,
  type Quality,
  type QualityTarget,
  squadAccuracyText,
} from '../accuracy/quality.js';
import { readSquadQuestions } from '../accuracy/squad/files.js';
import { evaluateSquadLog, type LogitType } from '../accuracy/squad/log.js';
import { readCocoFolder } from '../datasets/coco/file.js';
import type { CocoSpec, LibrarySpec, SquadSpec } from '../datasets/library-spec.js';
import { rulesOf, squadFeatures } from '../datasets/squad/features.js';
import { squadFiles } from '../datasets/squad/file.js';

export interface Judgement {
  readonly result: Quality;
  /** `accuracy.txt`. */
  readonly text: string;
  /** What is wrong with the log; what they name counts as wrong answers, and then no target is met. */
  readonly problems: readonly LogProblem[];
}

/** How another submitter's system writes its log, where it differs from LoadGen's reference. */
export interface LogFormat {
  readonly logits?: LogitType;
  readonly classes?: CocoLogDataset['classes'];
}

/** Pairs of logits that a response is padded to, whatever a data set's longest sequence: MLPerf's 384. */
const paddedTo = 384;

type Score = Pick<Judgement, 'text' | 'problems'> & { readonly metric: 'F1' | 'mAP'; readonly value: number };

/**
 * Scores an accuracy log against its data set and judges it by the benchmark's target, where it has one.
 * Undefined where the data set has no answers to score against, as synthetic ones.
 */
export async function judgeLog(
  log: LogSource,
  dataset: LibrarySpec,
  target: QualityTarget | undefined,
  format: LogFormat = {},
): Promise<Judgement | undefined> {
  const score = await scoreLog(log, dataset, format);
  if (!score) return undefined;
  const { metric, value, text, problems } = score;
  const judged = againstTarget(metric, value, target);
  const met = judged.met && problems.length === 0;
  return { result: { ...judged, met }, text, problems };
}

async function scoreLog(log: LogSource, dataset: LibrarySpec, format: LogFormat): Promise<Score | undefined> {
  if (dataset.kind === 'squad') return scoreSquadLog(log, dataset, format);
  return dataset.kind === 'coco' ? scoreCocoLog(log, dataset, format) : undefined;
}

async function scoreSquadLog(log: LogSource, spec: SquadSpec, { logits }: LogFormat): Promise<Score> {
  const [features, questions] = await Promise.all([
    squadFeatures(spec),
    readSquadQuestions(squadFiles(spec).data),
  ]);
  const result = await evaluateSquadLog(
    log,
    { features, questions },
    { type: logits, maxLength: Math.max(paddedTo, rulesOf(spec).maxSequence) },
  );
  return {
    metric: 'F1',
    value: result.f1,
    text: squadAccuracyText(result),
    problems: result.problems,
  };
}

async function scoreCocoLog(log: LogSource, spec: CocoSpec, { classes }: LogFormat): Promise<Score> {
  const folder = await readCocoFolder(spec.dir);
  const truth = await readCocoTruth(folder.annotations);
  const result = await evaluateCocoLog(log, {
    truth,
    sampleImageIds: folder.images.map(({ id }) => id),
    classes,
  });
  return {
    metric: 'mAP',
    value: result.ap,
    text: cocoAccuracyText(result),
    problems: result.problems,
  };
}
