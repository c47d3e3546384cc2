/** Exact match and F1 of predicted answers, to the last digit those of SQuAD's official evaluator for v1.1. */
import { splitWords } from './python-text.js';

/** A question and the answers that people gave to it; at least one. */
export interface SquadQuestion {
  readonly id: string;
  readonly answers: readonly string[];
}

/** Percentages over all questions; an unanswered question scores 0 in both. */
export interface SquadScore {
  readonly exactMatch: number;
  readonly f1: number;
  readonly questions: number;
  readonly unanswered: readonly string[];
}

// Python's \b for str stands between \w and not-\w, and its \w is letters, numbers and the underscore,
// without marks; JavaScript's \b knows ASCII only.
const article = /(?<![\p{L}\p{N}_])(?:a|an|the)(?![\p{L}\p{N}_])/gu;
const asciiPunctuation = /[!-/:-@[-`{-~]/g;

/** Lower case, no ASCII punctuation, no English articles; what remains, as words. */
export function answerWords(text: string): string[] {
  return splitWords(text.toLowerCase().replace(asciiPunctuation, '').replace(article, ' '));
}

function countWords(words: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return counts;
}

/** F1 over words as bags, 0 to 1; 0 where no word is shared, also when both are empty. */
export function wordF1(prediction: readonly string[], answer: readonly string[]): number {
  const left = countWords(answer);
  let same = 0;
  for (const word of prediction) {
    const count = left.get(word) ?? 0;
    if (count === 0) continue;
    same += 1;
    left.set(word, count - 1);
  }
  if (same === 0) return 0;
  const precision = same / prediction.length;
  const recall = same / answer.length;
  return (2 * precision * recall) / (precision + recall);
}

/**
 * Scores predictions (question id → answer text) against the questions, in the questions' order.
 * Each question takes the best of its answers, separately for exact match and for F1.
 * Rules: `evaluate-v1.1.py` of the SQuAD leaderboard (Rajpurkar et al., 2016).
 */
export function scoreSquad(
  questions: readonly SquadQuestion[],
  predictions: ReadonlyMap<string, string>,
): SquadScore {
  let exact = 0;
  let f1 = 0;
  const unanswered: string[] = [];
  for (const question of questions) {
    const prediction = predictions.get(question.id);
    if (prediction === undefined) {
      unanswered.push(question.id);
      continue;
    }
    const words = answerWords(prediction);
    const text = words.join(' ');
    let bestExact = 0;
    let bestF1 = 0;
    for (const answer of question.answers) {
      const answered = answerWords(answer);
      if (answered.join(' ') === text) bestExact = 1;
      bestF1 = Math.max(bestF1, wordF1(words, answered));
    }
    exact += bestExact;
    f1 += bestF1;
  }
  const total = questions.length;
  return { exactMatch: (100 * exact) / total, f1: (100 * f1) / total, questions: total, unanswered };
}
