/** SQuAD's EM and F1 from an accuracy log alone: logits to answers to scores, with everything that is wrong named. */
import { halfToFloat } from '../../base/float16.js';
import { float32Of, type LogSource } from '../accuracy-log.js';
import type { LogProblem, LogProblems } from '../log-problems.js';
import { readResponses } from '../log-responses.js';
import { type AnswerFeature, extractAnswers, type SpanLogits } from './answers.js';
import { type SquadQuestion, type SquadScore, scoreSquad } from './score.js';

/** How a log holds a sample: start and end logit of each position in turn, of this type. */
export type LogitType = 'float32' | 'float16';

/** Features in the order of the query sample library, and the questions they answer. */
export interface SquadLogDataset {
  readonly features: readonly AnswerFeature[];
  readonly questions: readonly SquadQuestion[];
}

export interface SquadLogOptions {
  /** float32 unless the submitter's system wrote half precision. */
  readonly type?: LogitType;
  /** Positions of the longest response that is accepted; MLPerf's BERT has 384. */
  readonly maxLength?: number;
}

/** Logits by sample, where its response was good. */
export interface SquadLogits {
  readonly logits: readonly (SpanLogits | undefined)[];
  readonly problems: readonly LogProblem[];
}

type SplitLogits =
  | { readonly kind: 'logits'; readonly start: Float32Array; readonly end: Float32Array }
  | { readonly kind: 'wrong length' }
  | { readonly kind: 'not a number' };

/** Start and end logits of one response, or what is wrong with it. */
export function splitLogits(data: Uint8Array, type: LogitType): SplitLogits {
  const pair = type === 'float32' ? 8 : 4;
  if (data.length === 0 || data.length % pair !== 0) return { kind: 'wrong length' };
  const values =
    type === 'float32'
      ? float32Of(data)
      : Float32Array.from(new Uint16Array(data.slice().buffer), halfToFloat);
  if (!values.every(Number.isFinite)) return { kind: 'not a number' };
  const length = data.length / pair;
  const start = new Float32Array(length);
  const end = new Float32Array(length);
  for (let i = 0; i < length; i++) {
    start[i] = values[2 * i]!;
    end[i] = values[2 * i + 1]!;
  }
  return { kind: 'logits', start, end };
}

/**
 * Reads the logits of `samples` samples. `tokens` gives the tokens of a sample: a response must cover them and
 * may hold up to `maxLength` positions (padding). Throws BAD_LOG where the file is not an accuracy log.
 */
export async function readSquadLogits(
  log: LogSource,
  samples: number,
  tokens: (sample: number) => number,
  { type = 'float32', maxLength = 384 }: SquadLogOptions = {},
): Promise<SquadLogits> {
  const logits: (SpanLogits | undefined)[] = new Array(samples).fill(undefined);
  const accept = (sample: number, data: Uint8Array, problems: LogProblems): boolean => {
    const split = splitLogits(data, type);
    const detail = `${data.length} bytes where ${tokens(sample)} to ${maxLength} pairs of ${type} were expected`;
    if (split.kind === 'not a number') problems.add(split.kind, sample);
    else if (
      split.kind === 'wrong length' ||
      split.start.length < tokens(sample) ||
      split.start.length > maxLength
    )
      problems.add('wrong length', sample, detail);
    else {
      logits[sample] = split;
      return true;
    }
    return false;
  };
  const { problems, good } = await readResponses(log, samples, (response, found) =>
    accept(response.sample, response.data, found),
  );
  for (let sample = 0; sample < samples; sample++) if (good[sample] === 0) logits[sample] = undefined;
  return { logits, problems: problems.list() };
}

/** What a log is worth. */
export interface SquadLogResult extends SquadScore {
  readonly problems: readonly LogProblem[];
}

/** Scores a BERT accuracy log, or the responses of a run. A question with a missing or faulty sample is unanswered: 0 in EM and F1. */
export async function evaluateSquadLog(
  log: LogSource,
  { features, questions }: SquadLogDataset,
  options?: SquadLogOptions,
): Promise<SquadLogResult> {
  const { logits, problems } = await readSquadLogits(
    log,
    features.length,
    (sample) => features[sample]!.tokenToOrigMap.length,
    options,
  );
  return {
    ...scoreSquad(
      questions,
      extractAnswers(features, (i) => logits[i]),
    ),
    problems,
  };
}
