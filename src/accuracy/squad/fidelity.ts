/** Fidelity of BERT for any weights: how many answer spans are the same, and how far apart the logits are. */
import type { LogSource } from '../accuracy-log.js';
import { equalValues, type Fidelity, fidelityGates, percent } from '../fidelity.js';
import { maxAnswerLength, type SpanLogits } from './answers.js';
import { readSquadLogits, type SquadLogOptions } from './log.js';

export interface SquadFidelity extends Fidelity {
  /** Share of all samples whose best span is the same, 0 to 1. */
  readonly equalSpans: number;
  /** Largest and mean absolute difference over all logits of the compared samples; absent where none compare. */
  readonly largestDifference?: number;
  readonly meanDifference?: number;
}

/**
 * The span with the highest sum of logits among the first `length` positions: start not after end, at most
 * 30 tokens; the earliest of equal ones. Unlike an answer, it may lie in the question.
 */
function argmaxSpan({ start, end }: SpanLogits, length: number): readonly [number, number] {
  let best = -Infinity;
  let span: readonly [number, number] = [0, 0];
  for (let from = 0; from < length; from++) {
    const last = Math.min(length, from + maxAnswerLength);
    for (let to = from; to < last; to++) {
      const score = start[from]! + end[to]!;
      if (score <= best) continue;
      best = score;
      span = [from, to];
    }
  }
  return span;
}

/**
 * Compares two BERT accuracy logs sample by sample. `tokens` gives the number of tokens of a sample: the padding after
 * them is not compared. Throws BAD_LOG where a file is not an accuracy log.
 */
export async function squadFidelity(
  reference: LogSource,
  test: LogSource,
  samples: number,
  tokens: (sample: number) => number,
  options: { readonly reference?: SquadLogOptions; readonly test?: SquadLogOptions } = {},
): Promise<SquadFidelity> {
  const a = await readSquadLogits(reference, samples, tokens, options.reference);
  const b = await readSquadLogits(test, samples, tokens, options.test);
  let [compared, identical, equal, largest, sum, count] = [0, 0, 0, 0, 0, 0];
  for (let sample = 0; sample < samples; sample++) {
    const [x, y] = [a.logits[sample], b.logits[sample]];
    if (x === undefined || y === undefined) continue;
    compared += 1;
    const length = tokens(sample);
    const first = (logits: ArrayLike<number>) => (logits as Float32Array).subarray(0, length);
    if (equalValues(first(x.start), first(y.start)) && equalValues(first(x.end), first(y.end)))
      identical += 1;
    const [left, right] = [argmaxSpan(x, length), argmaxSpan(y, length)];
    if (left[0] === right[0] && left[1] === right[1]) equal += 1;
    for (let i = 0; i < length; i++) {
      const [start, end] = [Math.abs(x.start[i]! - y.start[i]!), Math.abs(x.end[i]! - y.end[i]!)];
      largest = Math.max(largest, start, end);
      sum += start + end;
    }
    count += 2 * length;
  }
  const equalSpans = samples === 0 ? 0 : equal / samples;
  const differences = count > 0 ? { largestDifference: largest, meanDifference: sum / count } : {};
  return {
    samples,
    compared,
    identical,
    equalSpans,
    ...differences,
    ...fidelityGates(equalSpans),
    referenceProblems: a.problems,
    testProblems: b.problems,
    message:
      identical === samples
        ? `All ${samples} responses are identical.`
        : `${percent(equalSpans)} of ${samples} answer spans are equal (${identical} responses bit for bit, ` +
          `${samples - compared} without a good response in both); ` +
          `logits differ by at most ${largest.toPrecision(3)}, ${(count > 0 ? sum / count : 0).toPrecision(3)} in the mean.`,
  };
}
