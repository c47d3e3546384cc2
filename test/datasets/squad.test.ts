import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openLibrary } from '../../src/datasets/open-library.js';
import { documentSpans, type SquadFeature, squadFeatures } from '../../src/datasets/squad/features.js';
import { readWordPiece } from '../../src/datasets/squad/word-piece.js';
import { goldenPath } from '../helpers/golden.js';
import { describeWithShared, itWithShared, sharedPath } from '../helpers/shared.js';
import golden from './golden/squad-features.json' with { type: 'json' };

interface GoldenFeature {
  readonly qasId: string;
  readonly inputIds: readonly number[];
  readonly firstSegment: number;
  readonly tokenToOrigMap: readonly number[];
  /** A digit per token. */
  readonly tokenIsMaxContext: string;
}

/** What transformers makes of our own questions; test/golden/squad tells how. */
async function ownGolden(): Promise<{
  features: readonly GoldenFeature[];
  texts: readonly { text: string; ids: readonly number[] }[];
}> {
  return JSON.parse(await readFile(goldenPath('squad', 'features.json'), 'utf8'));
}

describe('questions of our own', () => {
  it('make the features that transformers makes, id by id', async () => {
    const made = await squadFeatures({ dir: goldenPath('squad') });
    const { features } = await ownGolden();
    // Twelve questions of one window each, and four on a long text, of three windows each.
    expect(features).toHaveLength(24);
    expect(
      made.map((feature) => ({
        qasId: feature.qasId,
        inputIds: Array.from(feature.inputIds),
        firstSegment: feature.firstSegment,
        tokenToOrigMap: Array.from(feature.tokenToOrigMap),
        tokenIsMaxContext: Array.from(feature.tokenIsMaxContext).join(''),
      })),
    ).toEqual(features);
    for (const { segmentIds, firstSegment } of made)
      expect(Array.from(segmentIds)).toEqual(Array.from(segmentIds, (_, i) => (i < firstSegment ? 0 : 1)));
  });

  it('are a sample library of their features', async () => {
    const library = await openLibrary({ kind: 'squad', dir: goldenPath('squad') });
    const { features } = await ownGolden();
    expect([library.totalSampleCount, library.performanceSampleCount]).toEqual([24, 24]);
    // The second window of the question own0012.
    expect(library.sampleName(13)).toBe('own0012');
    expect(library.sampleLength?.(13)).toBe(384);
    const loaded = await library.load(Uint32Array.of(13, 0));
    const [ids] = loaded.columns;
    expect(Array.from(ids!.offsets)).toEqual([0, 384, 384 + 112]);
    const values = Array.from(new Int32Array(ids!.data));
    expect(values).toEqual([...features[13]!.inputIds, ...features[0]!.inputIds]);
  });

  it('are tokenized as by BertTokenizer: accents, ideographs, controls, signs and long words', async () => {
    const wordPiece = await readWordPiece(goldenPath('squad', 'vocab.txt'));
    const { texts } = await ownGolden();
    expect(texts.length).toBeGreaterThan(15);
    for (const { text, ids } of texts)
      expect([text, Array.from(wordPiece.encode(text))]).toEqual([text, ids]);
  });
});

describeWithShared(['squad'], 'the SQuAD v1.1 development set', () => {
  let features: readonly SquadFeature[];
  beforeAll(async () => {
    features = await squadFeatures({ dir: sharedPath('squad') });
  });

  function digest(values: (feature: SquadFeature) => ArrayLike<number>): string {
    const hash = createHash('sha256');
    for (const feature of features) hash.update(new Uint8Array(Int32Array.from(values(feature)).buffer));
    return hash.digest('hex');
  }

  it('makes the features that transformers and Google’s rules make, id by id', () => {
    expect(features).toHaveLength(golden.features);
    expect(features.reduce((sum, { inputIds }) => sum + inputIds.length, 0)).toBe(golden.tokens);
    expect(digest(({ inputIds }) => inputIds)).toBe(golden.inputIds);
    expect(digest(({ segmentIds }) => segmentIds)).toBe(golden.segmentIds);
    expect(digest(({ tokenToOrigMap }) => tokenToOrigMap)).toBe(golden.tokenToOrigMap);
    expect(digest(({ tokenIsMaxContext }) => tokenIsMaxContext)).toBe(golden.tokenIsMaxContext);
    const hash = createHash('sha256');
    for (const { qasId } of features) hash.update(`${qasId}\n`);
    expect(hash.digest('hex')).toBe(golden.qasIds);
  });

  it.each(golden.literal)('makes feature $feature', ({ feature, qasId, firstIds, lastIds, length }) => {
    const made = features[feature]!;
    expect(made.qasId).toBe(qasId);
    expect(made.inputIds).toHaveLength(length);
    expect(Array.from(made.inputIds.subarray(0, 24))).toEqual(firstIds);
    expect(Array.from(made.inputIds.subarray(-8))).toEqual(lastIds);
  });

  it('is a sample library of 10,833 samples', async () => {
    const library = await openLibrary({ kind: 'squad', dir: sharedPath('squad') });
    expect(library.totalSampleCount).toBe(10_833);
    expect(library.performanceSampleCount).toBe(10_833);
    expect(library.sampleName(0)).toBe('56be4db0acb8001400a502ec');
    const loaded = await library.load(Uint32Array.of(1234, 0));
    const [ids] = loaded.columns;
    expect(library.sampleLength?.(1234)).toBe(ids!.offsets[1]);
    const first = new Int32Array(ids!.data).subarray(ids!.offsets[1], ids!.offsets[1]! + 24);
    expect(Array.from(first)).toEqual(golden.literal[0]!.firstIds);
  });
});

itWithShared(['squad'], "the tokenizer does as BertTokenizer with BERT's own vocabulary", async () => {
  const wordPiece = await readWordPiece(sharedPath('squad', 'vocab.txt'));
  for (const { text, ids } of golden.texts)
    expect([text, Array.from(wordPiece.encode(text))]).toEqual([text, ids]);
});

const vocab = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', 'who', '?', 'a', 'b', 'c', 'd', '##e', 'f', '.'];

/** A data set of one paragraph, in a folder of its own. */
async function write(dir: string, context: string, questions: readonly string[]): Promise<void> {
  const qas = questions.map((question, i) => ({
    id: `q${i}`,
    question,
    answers: [{ text: 'a', answer_start: 0 }],
  }));
  await writeFile(
    join(dir, 'dev-v1.1.json'),
    JSON.stringify({ version: '1.1', data: [{ title: 't', paragraphs: [{ context, qas }] }] }),
  );
}

describe('features of a small data set', () => {
  let dir: string;
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'squad-'));
    await writeFile(join(dir, 'vocab.txt'), `${vocab.join('\n')}\n`);
  });
  afterAll(() => rm(dir, { recursive: true }));

  it('map tokens to words and keep special tokens out', async () => {
    await write(dir, 'A de\u202ff.\tx', ['Who?']);
    const [feature, ...more] = await squadFeatures({ dir });
    expect(more).toEqual([]);
    expect(feature?.docTokens).toEqual(['A', 'de', 'f.', 'x']);
    expect(feature?.tokens).toEqual([
      '[CLS]',
      'who',
      '?',
      '[SEP]',
      'a',
      'd',
      '##e',
      'f',
      '.',
      '[UNK]',
      '[SEP]',
    ]);
    expect(Array.from(feature!.tokenToOrigMap)).toEqual([-1, -1, -1, -1, 0, 1, 1, 2, 2, 3, -1]);
    expect(Array.from(feature!.segmentIds)).toEqual([0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1]);
    expect(Array.from(feature!.tokenIsMaxContext)).toEqual([0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 0]);
  });

  it('cut a long question and give a long context overlapping spans', async () => {
    await write(dir, 'a b c d f', ['who who who who']);
    // Two question tokens and three special ones leave room for three of the context.
    const features = await squadFeatures({ dir, maxSequence: 8, docStride: 1, maxQuery: 2 });
    expect(features.map(({ tokens }) => tokens.join(' '))).toEqual([
      '[CLS] who who [SEP] a b c [SEP]',
      '[CLS] who who [SEP] b c d [SEP]',
      '[CLS] who who [SEP] c d f [SEP]',
    ]);
    // By hand: b has a neighbour on both sides only in span 0, c only in span 1, d only in span 2.
    expect(features.map(({ tokenIsMaxContext }) => Array.from(tokenIsMaxContext.subarray(4, 7)))).toEqual([
      [1, 1, 0],
      [0, 1, 0],
      [0, 1, 1],
    ]);
  });

  it('hash to the same only where the samples are the same', async () => {
    await write(dir, 'a b', ['who?']);
    const hashOf = async (spec = {}) => (await openLibrary({ kind: 'squad', dir, ...spec })).hash;
    const first = await hashOf();
    expect(await hashOf({ performanceSampleCount: 1 })).toBe(first);
    expect(await hashOf({ docStride: 64 })).not.toBe(first);
    await write(dir, 'a c', ['who?']);
    expect(await hashOf()).not.toBe(first);
  });

  it('read a tokenizer.json as they read vocab.txt', async () => {
    await write(dir, 'a de', ['who?']);
    const path = join(dir, 'own.json');
    const model = {
      type: 'WordPiece',
      unk_token: '[UNK]',
      continuing_subword_prefix: '##',
      max_input_chars_per_word: 100,
      vocab: Object.fromEntries(vocab.map((token, id) => [token, id])),
    };
    const normalizer = {
      type: 'BertNormalizer',
      clean_text: true,
      handle_chinese_chars: true,
      strip_accents: null,
      lowercase: true,
    };
    const rest = { added_tokens: [], post_processor: null, decoder: null };
    await writeFile(
      path,
      JSON.stringify({
        version: '1.0',
        normalizer,
        pre_tokenizer: { type: 'BertPreTokenizer' },
        model,
        ...rest,
      }),
    );
    const [fromJson] = await squadFeatures({ dir, vocab: path });
    const [fromText] = await squadFeatures({ dir });
    expect(fromJson!.inputIds).toEqual(fromText!.inputIds);
  });
});

describe('bad SQuAD files', () => {
  let dir: string;
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'squad-'));
    await writeFile(join(dir, 'vocab.txt'), `${vocab.join('\n')}\n`);
  });
  afterAll(() => rm(dir, { recursive: true }));

  const paragraph = {
    context: 'a',
    qas: [{ id: 'q', question: 'who?', answers: [{ text: 'a', answer_start: 0 }] }],
  };
  const whole = JSON.stringify({ version: '1.1', data: [{ title: 't', paragraphs: [paragraph] }] });

  it.each([
    ['truncated', whole.slice(0, 60), 'it ends at position 60'],
    ['with a stray sign', `${whole.slice(0, 10)}}${whole.slice(10)}`, 'position 10'],
    ['without paragraphs', '{"version":"1.1","data":[{"title":"t"}]}', 'data[0].paragraphs'],
    ['without answers', whole.replace('"answers"', '"answer"'), 'data[0].paragraphs[0].qas[0].answers'],
    ['with a number for a question', whole.replace('"who?"', '7'), 'data[0].paragraphs[0].qas[0].question'],
    ['a list', '[]', 'its top level'],
    ['of version 2', whole.replace('"1.1"', '"v2.0"'), 'version v2.0, not 1.1'],
    ['without questions', '{"version":"1.1","data":[]}', 'has no questions'],
  ])('%s are refused with the place', async (_, text, place) => {
    const path = join(dir, 'dev-v1.1.json');
    await writeFile(path, text);
    await expect(openLibrary({ kind: 'squad', dir })).rejects.toMatchObject({
      code: 'BAD_DATASET',
      message: expect.stringContaining(place),
    });
    await expect(openLibrary({ kind: 'squad', dir })).rejects.toThrow(path);
  });

  it('that are missing are named', async () => {
    await expect(openLibrary({ kind: 'squad', file: join(dir, 'none.json') })).rejects.toThrow(
      /none\.json does not exist/,
    );
    const empty = await mkdtemp(join(tmpdir(), 'squad-'));
    await expect(openLibrary({ kind: 'squad', dir: empty })).rejects.toThrow(
      /neither vocab\.txt nor tokenizer\.json/,
    );
    await rm(empty, { recursive: true });
  });

  it.each([
    ['vocab.txt', 'one\ntwo\n', 'has no [CLS]'],
    ['tokenizer.json', '{"model":{"type":"BPE"}}', 'is not a WordPiece tokenizer'],
    [
      'tokenizer.json',
      '{"model":{"type":"WordPiece","vocab":{"[CLS]":0,"[SEP]":1,"[UNK]":2}}}',
      'is not a complete tokenizer',
    ],
    ['tokenizer.json', '{', 'is not JSON'],
  ])('a wrong %s is refused', async (name, text, problem) => {
    await writeFile(join(dir, 'dev-v1.1.json'), whole);
    const path = join(dir, `wrong-${name}`);
    await writeFile(path, text);
    await expect(openLibrary({ kind: 'squad', dir, vocab: path })).rejects.toMatchObject({
      code: 'BAD_DATASET',
      message: expect.stringContaining(problem),
    });
  });

  it('rules that leave no room for a context are refused', async () => {
    await writeFile(join(dir, 'dev-v1.1.json'), whole);
    await expect(openLibrary({ kind: 'squad', dir, maxSequence: 32 })).rejects.toThrow(/use at least 68/);
  });
});

describe('spans of a document', () => {
  // Worked out by hand from the rule: as many tokens as fit, the next span a stride further, until the end is reached.
  it.each([
    [5, 10, 4, [[0, 5]]],
    [10, 10, 4, [[0, 10]]],
    [
      11,
      10,
      4,
      [
        [0, 10],
        [4, 7],
      ],
    ],
    [
      7,
      3,
      128,
      [
        [0, 3],
        [3, 3],
        [6, 1],
      ],
    ],
    [0, 10, 4, []],
  ])('%d tokens, room for %d, stride %d', (tokens, room, stride, spans) => {
    expect(documentSpans(tokens, room, stride).map(({ start, length }) => [start, length])).toEqual(spans);
  });
});
