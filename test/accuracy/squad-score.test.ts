import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readSquadPredictions, readSquadQuestions } from '../../src/accuracy/squad/files.js';
import { splitWords } from '../../src/accuracy/squad/python-text.js';
import { answerWords, scoreSquad, wordF1 } from '../../src/accuracy/squad/score.js';
import { goldenPath } from '../helpers/golden.js';
import { itWithShared, sharedPath } from '../helpers/shared.js';

async function scoreShared(name: string) {
  const questions = await readSquadQuestions(sharedPath('squad/dev-v1.1.json'));
  return scoreSquad(questions, await readSquadPredictions(sharedPath(`squad/predictions-${name}.json`)));
}

describe('scoreSquad', () => {
  it('scores as the official evaluator, where a question left out counts as 0', async () => {
    const questions = await readSquadQuestions(goldenPath('squad/dev-v1.1.json'));
    const predictions = await readSquadPredictions(goldenPath('squad/predictions.json'));
    const { predictions: expected } = JSON.parse(await readFile(goldenPath('squad/expected.json'), 'utf8'));
    expect(scoreSquad(questions, predictions)).toEqual({ ...expected, unanswered: ['own0005'] });
  });

  // Both pairs of numbers are what the official evaluate-v1.1.py prints.
  itWithShared(['squad'], 'scores the BERT ensemble as the official evaluator', async () => {
    expect(await scoreShared('bert-ensemble')).toEqual({
      exactMatch: 86.20624408703878,
      f1: 92.19557978351145,
      questions: 10_570,
      unanswered: [],
    });
  });

  itWithShared(['squad'], 'counts the 13 questions that logistic regression left out as 0', async () => {
    const score = await scoreShared('logistic-regression');
    expect(score.exactMatch).toBeCloseTo(40.1419, 4);
    expect(score.f1).toBeCloseTo(50.9815, 4);
    expect(score.unanswered).toHaveLength(13);
  });

  it('takes the best answer for each measure on its own', () => {
    const questions = [{ id: 'q', answers: ['red big house', 'house'] }];
    expect(scoreSquad(questions, new Map([['q', 'The House!']]))).toMatchObject({ exactMatch: 100, f1: 100 });
    // "big house" shares 2 of 2 words with 3: 2·1·(2/3) / (1 + 2/3) = 0.8, and 1 of 2 with 1: 2/3.
    expect(scoreSquad(questions, new Map([['q', 'big house']])).f1).toBeCloseTo(80, 10);
    expect(scoreSquad(questions, new Map([['q', 'big house']])).exactMatch).toBe(0);
  });

  it('counts an exact match of two texts without words, whose F1 is 0', () => {
    const score = scoreSquad([{ id: 'q', answers: ['the'] }], new Map([['q', '...']]));
    expect(score).toMatchObject({ exactMatch: 100, f1: 0 });
  });
});

describe('answerWords', () => {
  // Right-hand sides come from Python's normalize_answer.
  it.each([
    ['A cat, the dog & an ant', 'cat dog ant'],
    ['theatre an-a', 'theatre ana'],
    ['éa thé', 'éa thé'],
    ['über the_end', 'über theend'],
    ['a\u0301 b', '\u0301 b'],
    ['“quoted” — dash', '“quoted” — dash'],
    ['ΑΣ', 'ας'],
    ['x\u001cy\u0085z\ufeffw', 'x y z\ufeffw'],
    ['½a a½', '½a a½'],
  ])('normalizes %j', (text, expected) => {
    expect(answerWords(text).join(' ')).toBe(expected);
  });
});

describe('wordF1', () => {
  it('compares words as bags', () => {
    expect(wordF1(['a', 'b', 'b'], ['b', 'b', 'c', 'd'])).toBeCloseTo(
      (2 * (2 / 3) * 0.5) / (2 / 3 + 0.5),
      12,
    );
    expect(wordF1(['a'], ['b'])).toBe(0);
  });
});

describe('splitWords', () => {
  it('knows what Python takes for white space', () => {
    expect(splitWords(' \u00a0a\u2003b\u3000\u0085')).toEqual(['a', 'b']);
    expect(splitWords('a\u200bb\ufeff')).toEqual(['a\u200bb\ufeff']);
    expect(splitWords('')).toEqual([]);
  });
});

describe('SQuAD files', () => {
  it('names what is wrong with a file', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'baremark-squad-'));
    const file = join(folder, 'file.json');
    try {
      await writeFile(file, '{"data": []}');
      await expect(readSquadQuestions(file)).rejects.toMatchObject({ code: 'BAD_DATASET' });
      await writeFile(file, '{"data": [{"paragraphs": [{"qas": [{"id": "q", "answers": []}]}]}]}');
      await expect(readSquadQuestions(file)).rejects.toThrow(/data\[0\]\.paragraphs\[0\]\.qas\[0\]\.answers/);
      await writeFile(file, '{"q": 3}');
      await expect(readSquadPredictions(file)).rejects.toMatchObject({ code: 'BAD_DATASET' });
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
