/**
 * SQuAD questions as BERT's features: a question with a span of its context. If the context is longer than the model's
 * input, the spans overlap. The rules are those of Google's BERT (run_squad), which MLPerf's reference follows.
 */
import type { SquadSpec } from '../library-spec.js';
import { readSquad, type SquadParagraph, squadFiles } from './file.js';
import { readWordPiece, type WordPiece } from './word-piece.js';

/** One input of the model. Arrays have one entry per token. */
export interface SquadFeature {
  /** Position of the question in the data set. */
  readonly exampleIndex: number;
  readonly qasId: string;
  readonly inputIds: Int32Array;
  /** Number of tokens in [CLS] question [SEP], which is segment 0; the rest is segment 1. */
  readonly firstSegment: number;
  /** 0 for [CLS] question [SEP], 1 for context [SEP]. */
  readonly segmentIds: Uint8Array;
  /** The tokens as text, `##` before those that continue a word. */
  readonly tokens: readonly string[];
  /** Word of the document that a token is part of; -1 for the question and the special tokens. */
  readonly tokenToOrigMap: Int32Array;
  /** 1 if this span gives the token more context than any other span of its document does. */
  readonly tokenIsMaxContext: Uint8Array;
  /** The context's words, split at white space. */
  readonly docTokens: readonly string[];
}

export interface SquadRules {
  readonly maxSequence: number;
  readonly docStride: number;
  readonly maxQuery: number;
}

/** MLPerf's rules; they turn the development set into 10,833 features. */
const squadRules: SquadRules = { maxSequence: 384, docStride: 128, maxQuery: 64 };

/** Features of a data set in its order; throws `BAD_DATASET` if a file is missing or broken. */
export async function squadFeatures(
  spec: Pick<SquadSpec, 'dir' | 'file' | 'vocab' | 'maxSequence' | 'docStride' | 'maxQuery'>,
): Promise<readonly SquadFeature[]> {
  const files = squadFiles(spec);
  const [paragraphs, wordPiece] = await Promise.all([readSquad(files.data), readWordPiece(files.vocab)]);
  return featurize(paragraphs, wordPiece, rulesOf(spec));
}

/** The rules that a spec asks for; MLPerf's if it does not say. */
export function rulesOf(spec: Partial<SquadRules>): SquadRules {
  return {
    maxSequence: spec.maxSequence ?? squadRules.maxSequence,
    docStride: spec.docStride ?? squadRules.docStride,
    maxQuery: spec.maxQuery ?? squadRules.maxQuery,
  };
}

function featurize(
  paragraphs: readonly SquadParagraph[],
  wordPiece: WordPiece,
  rules: SquadRules,
): readonly SquadFeature[] {
  const features: SquadFeature[] = [];
  let exampleIndex = 0;
  for (const { context, questions } of paragraphs) {
    const document = tokenizeDocument(context, wordPiece);
    for (const { id, question } of questions) {
      const query = wordPiece.encode(question).subarray(0, rules.maxQuery);
      // [CLS] and two [SEP] take three places.
      const spans = documentSpans(document.ids.length, rules.maxSequence - query.length - 3, rules.docStride);
      const source = { exampleIndex, qasId: id, query, document, wordPiece };
      for (const span of spans) features.push(makeFeature(source, span, spans));
      exampleIndex += 1;
    }
  }
  return features;
}

interface Document {
  readonly words: readonly string[];
  readonly ids: Int32Array;
  /** Word of each token. */
  readonly wordOf: Int32Array;
}

// BERT's own idea of white space: space, tab, line ends and the narrow no-break space.
const wordPattern = /[^ \t\r\n\u202f]+/g;

function tokenizeDocument(context: string, wordPiece: WordPiece): Document {
  const words = context.match(wordPattern) ?? [];
  const pieces = words.map((word) => wordPiece.encode(word));
  const count = pieces.reduce((sum, { length }) => sum + length, 0);
  const ids = new Int32Array(count);
  const wordOf = new Int32Array(count);
  let at = 0;
  for (const [word, piece] of pieces.entries()) {
    ids.set(piece, at);
    wordOf.fill(word, at, at + piece.length);
    at += piece.length;
  }
  return { words, ids, wordOf };
}

interface Span {
  readonly start: number;
  readonly length: number;
}

/** Spans of at most `room` tokens, `stride` apart, until one reaches the document's end; an empty document has none. */
export function documentSpans(tokens: number, room: number, stride: number): readonly Span[] {
  const spans: Span[] = [];
  for (let start = 0; start < tokens; ) {
    const length = Math.min(tokens - start, room);
    spans.push({ start, length });
    if (start + length === tokens) break;
    start += Math.min(length, stride);
  }
  return spans;
}

interface Source {
  readonly exampleIndex: number;
  readonly qasId: string;
  readonly query: Int32Array;
  readonly document: Document;
  readonly wordPiece: WordPiece;
}

function makeFeature(source: Source, span: Span, spans: readonly Span[]): SquadFeature {
  const { query, document, wordPiece } = source;
  const firstSegment = query.length + 2;
  const length = firstSegment + span.length + 1;
  const inputIds = new Int32Array(length);
  inputIds[0] = wordPiece.cls;
  inputIds.set(query, 1);
  inputIds[firstSegment - 1] = wordPiece.sep;
  inputIds.set(document.ids.subarray(span.start, span.start + span.length), firstSegment);
  inputIds[length - 1] = wordPiece.sep;
  const tokenToOrigMap = new Int32Array(length).fill(-1);
  tokenToOrigMap.set(document.wordOf.subarray(span.start, span.start + span.length), firstSegment);
  const tokenIsMaxContext = new Uint8Array(length);
  for (let i = 0; i < span.length; i += 1)
    tokenIsMaxContext[firstSegment + i] = hasMostContext(span, spans, span.start + i) ? 1 : 0;
  return {
    exampleIndex: source.exampleIndex,
    qasId: source.qasId,
    docTokens: document.words,
    inputIds,
    firstSegment,
    tokenToOrigMap,
    tokenIsMaxContext,
    // Made on demand: only accuracy needs them, and text for two million tokens takes time and memory.
    get segmentIds() {
      return new Uint8Array(length).fill(1, firstSegment);
    },
    get tokens() {
      return Array.from(inputIds, (id) => wordPiece.vocab[id]!);
    },
  };
}

/** Whether no earlier span gives the token at least as much context, and no later one more. */
function hasMostContext(span: Span, spans: readonly Span[], position: number): boolean {
  if (spans.length === 1) return true;
  const own = contextScore(span, position);
  return spans.every((other) => {
    const score = contextScore(other, position);
    return other.start < span.start ? score < own : score <= own;
  });
}

/** The lesser of the tokens to the left and to the right, with a little more for longer spans; -1 outside the span. */
function contextScore({ start, length }: Span, position: number): number {
  const left = position - start;
  const right = start + length - 1 - position;
  return left < 0 || right < 0 ? -1 : Math.min(left, right) + 0.01 * length;
}
