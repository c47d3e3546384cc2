import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readAccuracyLog } from '../../src/accuracy/accuracy-log.js';
import { extractAnswers, type SpanLogits } from '../../src/accuracy/squad/answers.js';
import { squadFidelity } from '../../src/accuracy/squad/fidelity.js';
import { readSquadQuestions } from '../../src/accuracy/squad/files.js';
import { evaluateSquadLog, splitLogits } from '../../src/accuracy/squad/log.js';
import { squadFeatures } from '../../src/datasets/squad/features.js';
import { goldenPath } from '../helpers/golden.js';
import { describeWithShared, itWithShared, sharedPath } from '../helpers/shared.js';
import { interleave, logText, type TestEntry } from './log-file.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'baremark-squad-log-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function write(name: string, text: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, text);
  return path;
}

// Five questions on one document; the right answer to question i is word i.
const words = ['Anna', 'Bert', 'Cleo', 'Dora', 'Emil'];
const features = words.map((_, i) => ({
  qasId: `q${i}`,
  tokens: ['[CLS]', 'who', '[SEP]', ...words.map((word) => word.toLowerCase()), '[SEP]'],
  tokenToOrigMap: [-1, -1, -1, 0, 1, 2, 3, 4, -1],
  tokenIsMaxContext: [0, 0, 0, 1, 1, 1, 1, 1, 0],
  docTokens: words,
}));
const questions = words.map((word, i) => ({ id: `q${i}`, answers: [word] }));
const dataset = { features, questions };
const tokens = () => 9;

/** Logits that answer with word i. */
function pointing(i: number, length = 9): Float32Array {
  const logits = Array.from({ length }, (_, position) => (position === 3 + i ? 5 : 0));
  return interleave(logits, logits);
}
const right = (): TestEntry[] => words.map((_, i) => ({ sample: i, data: pointing(i) }));
const kinds = (problems: readonly { kind: string; samples: readonly number[] }[]) =>
  problems.map(({ kind, samples }) => [kind, ...samples]);

describe('evaluateSquadLog', () => {
  it('scores a good log, also in half precision and padded', async () => {
    const log = await write('good.json', logText(right().reverse()));
    expect(await evaluateSquadLog(log, dataset)).toEqual({
      exactMatch: 100,
      f1: 100,
      questions: 5,
      unanswered: [],
      problems: [],
    });
    const padded = words.map((_, i) => ({ sample: i, data: pointing(i, 384) }));
    expect((await evaluateSquadLog(await write('padded.json', logText(padded)), dataset)).f1).toBe(100);
    // 5 is 0x4500 in half precision.
    const half = words.map((_, i) => ({
      sample: i,
      data: Uint16Array.from(pointing(i), (value) => (value === 5 ? 0x4500 : 0)),
    }));
    const result = await evaluateSquadLog(await write('half.json', logText(half)), dataset, {
      type: 'float16',
    });
    expect(result).toMatchObject({ f1: 100, problems: [] });
  });

  it('names each fault and counts none of it as correct', async () => {
    const entries = right();
    const spoilt = pointing(1);
    spoilt[17] = Number.NaN;
    const faulty = [
      entries[0]!,
      { sample: 1, data: spoilt },
      { sample: 2, data: pointing(2).subarray(2) },
      entries[3]!,
      entries[3]!,
    ];
    const result = await evaluateSquadLog(await write('faulty.json', logText(faulty)), dataset);
    expect(result).toMatchObject({ exactMatch: 20, f1: 20, unanswered: ['q1', 'q2', 'q3', 'q4'] });
    expect(kinds(result.problems)).toEqual([
      ['not a number', 1],
      ['wrong length', 2],
      ['duplicated', 3],
      ['missing', 4],
    ]);
    expect(result.problems.map(({ message }) => message)).toEqual([
      '1 response holds NaN or infinity: sample 1.',
      '1 response has the wrong length: sample 2 (64 bytes where 9 to 384 pairs of float32 were expected).',
      '1 sample is answered more than once, which counts as no answer: sample 3.',
      '1 sample has no response: sample 4.',
    ]);
  });

  it('scores what stands before the cut of a log that was cut short', async () => {
    const text = logText(right());
    const log = await write('cut.json', text.slice(0, Math.floor(text.length * 0.7)));
    const result = await evaluateSquadLog(log, dataset);
    expect(result.exactMatch).toBe(60);
    expect(kinds(result.problems)).toEqual([['cut short'], ['missing', 3, 4]]);
  });

  it('takes the responses of a run as they are', async () => {
    const responses = right().map(({ sample, data }) => ({
      sequence: sample,
      sample,
      data: new Uint8Array(data.buffer),
    }));
    expect(await evaluateSquadLog(responses, dataset)).toMatchObject({ exactMatch: 100, problems: [] });
  });

  it('scores the log that LoadGen wrote of half-precision logits as transformers and the official rule', async () => {
    const own = await squadFeatures({ dir: goldenPath('squad') });
    const asked = await readSquadQuestions(goldenPath('squad/dev-v1.1.json'));
    const expected = JSON.parse(await readFile(goldenPath('squad/expected.json'), 'utf8'));
    const log = goldenPath('squad/mlperf_log_accuracy.json');
    const data = { features: own, questions: asked };
    expect(await evaluateSquadLog(log, data, { type: 'float16' })).toEqual({
      ...expected.log,
      unanswered: [],
      problems: [],
    });
  });

  it('extracts the answers that transformers extracts from the logits of a log', async () => {
    const own = await squadFeatures({ dir: goldenPath('squad') });
    const predictions = JSON.parse(await readFile(goldenPath('squad/predictions.json'), 'utf8'));
    const responses: SpanLogits[] = [];
    await readAccuracyLog(goldenPath('squad/mlperf_log_accuracy.json'), ({ sample, data }) => {
      expect(data.length).toBe(4 * own[sample]!.inputIds.length);
      const logits = splitLogits(data, 'float16');
      if (logits.kind === 'logits') responses[sample] = logits;
    });
    const { own0005, ...answers } = Object.fromEntries(extractAnswers(own, (i) => responses[i]));
    // The question that the file of predictions leaves out: pointed at by its logits all the same.
    expect(own0005).toBe('seven');
    expect(answers).toEqual(predictions);
  });

  let realFeatures: ReturnType<typeof squadFeatures> | undefined;
  const allFeatures = () => {
    realFeatures ??= squadFeatures({ dir: sharedPath('squad') });
    return realFeatures;
  };

  const results = 'mlperf-results/v1.1/closed/Dell/results';
  describeWithShared(['squad', results], 'published logits', () => {
    it.each([
      // What people answered to the questions of these samples (dev-v1.1.json).
      ['R7525_A100-PCIE-40GBx3_TRT/bert-99.9/Offline', { 3097: '1700' }],
      [
        'R7525_A100-PCIE-40GBx3_TRT/bert-99/Server',
        { 976: 'less than a year', 7985: 'The Deadly Assassin and Mawdryn Undead', 8091: 'BBC Three' },
      ],
      ['R7525_vA100-PCIE-40GBx3_TRT/bert-99/Offline', { 786: '24', 7877: '1963 to 1989' }],
    ])('of %s give the right answers', async (run, expected) => {
      const all = await allFeatures();
      const path = sharedPath(results, run, 'accuracy/mlperf_log_accuracy.json');
      const found: Record<number, string | undefined> = {};
      await readAccuracyLog(path, ({ sample, data }) => {
        const feature = all[sample]!;
        // These systems write half precision, without padding.
        expect(data.length).toBe(4 * feature.inputIds.length);
        const logits = splitLogits(data, 'float16');
        if (logits.kind === 'logits' && sample in expected)
          found[sample] = extractAnswers([feature], () => logits).get(feature.qasId);
      });
      expect(found).toEqual(expected);
    });
  });

  itWithShared(
    ['squad'],
    'finds the answers of the real questions where the logits point at them',
    async () => {
      const all = await allFeatures();
      expect(all).toHaveLength(10_833);
      const asked = (await readSquadQuestions(sharedPath('squad/dev-v1.1.json'))).slice(0, 1500);
      const real = all.filter(({ exampleIndex }) => exampleIndex < asked.length);
      const answers = new Map(asked.map(({ id, answers: texts }) => [id, texts[0]!]));
      // Logits point at the first run of words that reads as the answer, apart from punctuation at its ends.
      const bare = (text: string) => text.replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu, '');
      const entries = real.map((feature, sample) => {
        const [start, end] = [new Float32Array(384), new Float32Array(384)];
        const wanted = bare(answers.get(feature.qasId)!);
        const count = wanted.split(/\s+/).length;
        const first = feature.docTokens.findIndex(
          (_, i) => bare(feature.docTokens.slice(i, i + count).join(' ')) === wanted,
        );
        const from = feature.tokenToOrigMap.indexOf(first);
        const to = feature.tokenToOrigMap.lastIndexOf(first + count - 1);
        if (first >= 0 && from >= 0 && to >= from && feature.tokenIsMaxContext[from] === 1) {
          start[from] = 9;
          end[to] = 9;
        }
        return { sequence: sample, sample, data: new Uint8Array(interleave(start, end).buffer) };
      });
      const result = await evaluateSquadLog(entries, { features: real, questions: asked });
      expect(result.problems).toEqual([]);
      // What is lost are answers inside of words, such as "$5" in "$5-million", and of more than 30 tokens.
      expect(result.exactMatch).toBeGreaterThan(90);
      expect(result.f1).toBeGreaterThan(92);
    },
  );
});

describe('splitLogits', () => {
  it('takes pairs apart and refuses what is no row of finite pairs', () => {
    const data = new Uint8Array(Float32Array.of(1, 2, 3, 4).buffer);
    expect(splitLogits(data, 'float32')).toEqual({
      kind: 'logits',
      start: Float32Array.of(1, 3),
      end: Float32Array.of(2, 4),
    });
    expect(splitLogits(data.subarray(0, 12), 'float32')).toEqual({ kind: 'wrong length' });
    expect(splitLogits(new Uint8Array(0), 'float32')).toEqual({ kind: 'wrong length' });
    expect(splitLogits(new Uint8Array(Float32Array.of(1, Infinity).buffer), 'float32')).toEqual({
      kind: 'not a number',
    });
  });
});

describe('squadFidelity', () => {
  it('finds equal logs identical', async () => {
    const log = await write('same.json', logText(right()));
    expect(await squadFidelity(log, log, 5, tokens)).toMatchObject({
      compared: 5,
      identical: 5,
      equalSpans: 1,
      largestDifference: 0,
      meanDifference: 0,
      meets99: true,
      meets999: true,
      message: 'All 5 responses are identical.',
    });
  });

  it('measures how far logs are apart, and leaves padding out', async () => {
    const entries = right();
    const near = pointing(0, 20);
    near[0] = 0.5; // start logit of token 0
    near[39] = 77; // padding
    const test = [{ sample: 0, data: near }, { sample: 1, data: pointing(2) }, ...entries.slice(2, 4)];
    const result = await squadFidelity(
      await write('a.json', logText(entries)),
      await write('b.json', logText(test)),
      5,
      tokens,
    );
    // Sample 0 keeps its span, sample 1 has another one, sample 4 is missing.
    expect(result).toMatchObject({
      compared: 4,
      identical: 2,
      equalSpans: 0.6,
      meets99: false,
      meets999: false,
    });
    expect(result.largestDifference).toBe(5);
    // 0.5 once and 5 four times over 4 samples with 9 pairs.
    expect(result.meanDifference).toBeCloseTo(20.5 / 72, 10);
    expect(kinds(result.testProblems)).toEqual([['missing', 4]]);
    expect(result.message).toMatch(/^60% of 5 answer spans are equal \(2 responses bit for bit, 1 without/);
  });
});
