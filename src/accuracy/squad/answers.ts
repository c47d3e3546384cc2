/** From start and end logits to answers, as Google's BERT extracts them for SQuAD v1.1. */
import { alignedText, piecesText } from './answer-text.js';

/** A window of a document with its question, as laid out for the model; position i of the logits is token i. */
export interface AnswerFeature {
  readonly qasId: string;
  readonly tokens: readonly string[];
  /** A token each; word of the document that a position belongs to, or -1 for the question and the special tokens. */
  readonly tokenToOrigMap: ArrayLike<number>;
  /** Whether this window shows the position with more context than any other of its document. */
  readonly tokenIsMaxContext: ArrayLike<boolean | number>;
  /** Words of the document. */
  readonly docTokens: readonly string[];
}

/** Logits of one feature; both at least as long as its tokens. */
export interface SpanLogits {
  readonly start: ArrayLike<number>;
  readonly end: ArrayLike<number>;
}

/** Positions of an answer's first and last token, and the sum of their logits. */
export interface AnswerSpan {
  readonly start: number;
  readonly end: number;
  readonly score: number;
}

const nBest = 20;
export const maxAnswerLength = 30;
// What Google's script answers where no span is allowed.
const noAnswer = 'empty';

/** Places of the `count` highest values, highest first, the earlier of equal ones first. */
export function highest(values: ArrayLike<number>, count: number): number[] {
  const best: number[] = [];
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (best.length === count && !(value > values[best[count - 1]!]!)) continue;
    if (best.length === count) best.pop();
    let place = best.length;
    while (place > 0 && value > values[best[place - 1]!]!) place -= 1;
    best.splice(place, 0, i);
  }
  return best;
}

/**
 * The best allowed span among the 20 best starts and 20 best ends: start not after end, at most 30 tokens,
 * both in the document, the start in its window of most context. Undefined where there is none.
 */
export function bestSpan(feature: AnswerFeature, logits: SpanLogits): AnswerSpan | undefined {
  const inDocument = (position: number) => (feature.tokenToOrigMap[position] ?? -1) >= 0;
  const starts = highest(logits.start, nBest).filter(
    (position) => inDocument(position) && Boolean(feature.tokenIsMaxContext[position]),
  );
  const ends = highest(logits.end, nBest).filter(inDocument);
  let best: AnswerSpan | undefined;
  for (const start of starts) {
    for (const end of ends) {
      if (end < start || end - start + 1 > maxAnswerLength) continue;
      const score = logits.start[start]! + logits.end[end]!;
      if (best === undefined || score > best.score) best = { start, end, score };
    }
  }
  return best;
}

/** The text of a span as its author wrote it. */
function spanText(feature: AnswerFeature, span: AnswerSpan): string {
  const pieces = feature.tokens.slice(span.start, span.end + 1);
  const words = feature.docTokens.slice(
    feature.tokenToOrigMap[span.start]!,
    feature.tokenToOrigMap[span.end]! + 1,
  );
  return alignedText(piecesText(pieces), words.join(' '));
}

/**
 * Answers by question id: the best span over all of a question's windows, the earlier window where scores are equal.
 * A question with a window whose logits are absent gets no answer.
 */
export function extractAnswers(
  features: readonly AnswerFeature[],
  logitsOf: (feature: number) => SpanLogits | undefined,
): Map<string, string> {
  const best = new Map<string, { feature: AnswerFeature; span: AnswerSpan | undefined }>();
  const incomplete = new Set<string>();
  for (const [i, feature] of features.entries()) {
    const logits = logitsOf(i);
    if (logits === undefined) {
      incomplete.add(feature.qasId);
      continue;
    }
    const span = bestSpan(feature, logits);
    const held = best.get(feature.qasId);
    if (held === undefined || (span !== undefined && span.score > (held.span?.score ?? -Infinity)))
      best.set(feature.qasId, { feature, span });
  }
  const answers = new Map<string, string>();
  for (const [id, { feature, span }] of best)
    if (!incomplete.has(id)) answers.set(id, span === undefined ? noAnswer : spanText(feature, span));
  return answers;
}
