import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { alignedText, piecesText } from '../../src/accuracy/squad/answer-text.js';
import { type AnswerFeature, bestSpan, extractAnswers, highest } from '../../src/accuracy/squad/answers.js';
import { basicTokens } from '../../src/accuracy/squad/basic-tokenizer.js';
import { lehmer } from './random.js';

/** Random logits from −10 to 10, whole numbers (with many ties) where asked; as in the fixture's script. */
function seededLogits(seed: number, length: number, whole: boolean) {
  const random = lehmer(seed);
  const value = () => (whole ? Math.trunc : Math.fround)(20 * random() - 10);
  const pairs = Array.from({ length }, () => [value(), value()] as const);
  return { start: pairs.map(([start]) => start), end: pairs.map(([, end]) => end) };
}

describe('extractAnswers', () => {
  it('gives the answers of the reference for awkward text in overlapping windows', async () => {
    const golden: {
      length: number;
      documents: string[][];
      features: (Omit<AnswerFeature, 'docTokens'> & { document: number })[];
      answers: Record<string, string>;
    } = JSON.parse(await readFile(new URL('fixtures/squad-answers.json', import.meta.url), 'utf8'));
    const features = golden.features.map((feature) => ({
      ...feature,
      docTokens: golden.documents[feature.document]!,
    }));
    expect(features).toHaveLength(104);
    const logits = features.map((feature, i) =>
      seededLogits(i + 1, golden.length, Number(feature.qasId.split('-')[1]) % 2 === 1),
    );
    expect(Object.fromEntries(extractAnswers(features, (i) => logits[i]))).toEqual(golden.answers);
  });

  const feature: AnswerFeature = {
    qasId: 'q',
    tokens: ['[CLS]', 'who', '[SEP]', 'ann', 'and', 'bob', '[SEP]'],
    tokenToOrigMap: [-1, -1, -1, 0, 1, 2, -1],
    tokenIsMaxContext: [false, false, false, true, true, true, false],
    docTokens: ['Ann', 'and', 'Bob.'],
  };

  it('answers nothing for a question with a window that has no logits', () => {
    const logits = { start: [0, 0, 0, 9, 0, 0, 0], end: [0, 0, 0, 9, 0, 0, 0] };
    const features = [feature, { ...feature, qasId: 'r' }, { ...feature, qasId: 'r' }];
    const answers = extractAnswers(features, (i) => (i === 1 ? undefined : logits));
    expect([...answers]).toEqual([['q', 'Ann']]);
  });

  it('answers "empty", as the reference does, where no span is allowed', () => {
    const outside = { ...feature, tokenToOrigMap: feature.tokens.map(() => -1) };
    const logits = { start: [1, 2, 3, 4, 5, 6, 7], end: [1, 2, 3, 4, 5, 6, 7] };
    expect(bestSpan(outside, logits)).toBeUndefined();
    expect(extractAnswers([outside], () => logits).get('q')).toBe('empty');
  });

  it('takes the earlier of equal spans and none of more than 30 tokens', () => {
    const long: AnswerFeature = {
      ...feature,
      tokens: Array.from({ length: 40 }, (_, i) => `t${i}`),
      tokenToOrigMap: Array.from({ length: 40 }, (_, i) => i),
      tokenIsMaxContext: Array.from({ length: 40 }, () => true),
    };
    const start = new Float32Array(40);
    const end = new Float32Array(40);
    start[0] = 9;
    end[30] = 9;
    end[29] = 8;
    expect(bestSpan(long, { start, end })).toEqual({ start: 0, end: 29, score: 17 });
    expect(bestSpan(long, { start: new Float32Array(40), end: new Float32Array(40) })).toEqual({
      start: 0,
      end: 0,
      score: 0,
    });
  });
});

describe('highest', () => {
  it('gives places by value, the earlier of equal values first', () => {
    expect(highest([1, 3, 3, 2, 3], 3)).toEqual([1, 2, 4]);
    expect(highest([1, 3, 3, 2, 3], 9)).toEqual([1, 2, 4, 3, 0]);
  });
});

describe('answer text', () => {
  it.each([
    // The first example of get_final_text's own commentary.
    ['steve smith', "Steve Smith's", 'Steve Smith'],
    ['cafe muller', 'the Café Müller,', 'Café Müller'],
    ['elsewhere', 'Steve Smith', 'Steve Smith'],
    ['x', 'x\u200by', 'x\u200by'],
  ])('aligns %j in %j', (predicted, original, expected) => {
    expect(alignedText(predicted, original)).toBe(expected);
  });

  it('joins word pieces', () => {
    expect(piecesText(['##ed', 'sea', '##ts', '!'])).toBe('ed seats !');
  });
});

describe('basicTokens', () => {
  // Right-hand sides come from Google BERT's own tests of BasicTokenizer.
  it.each([
    [' \tHeLLo!how  \n Are yoU?  ', ['hello', '!', 'how', 'are', 'you', '?']],
    ['H\u00E9llo', ['hello']],
    ['ah\u535A\u63A8zz', ['ah', '\u535A', '\u63A8', 'zz']],
  ])('splits %j', (text, tokens) => {
    expect(basicTokens(text)).toEqual(tokens);
  });
});
