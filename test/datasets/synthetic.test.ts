import { describe, expect, it } from 'vitest';
import { checkDataset } from '../../src/datasets/check-dataset.js';
import type { SyntheticTextSpec } from '../../src/datasets/library-spec.js';
import { openLibrary } from '../../src/datasets/open-library.js';
import { featureLengths } from '../../src/datasets/synthetic/squad-lengths.js';

const textSpec: SyntheticTextSpec = { kind: 'synthetic-text', seed: 7, maxSequence: 384, vocabSize: 30_522 };
const all = Uint32Array.from({ length: 10_833 }, (_, i) => i);

describe('synthetic text', () => {
  it('has 10,833 samples, lengths spread as those of SQuAD', async () => {
    const library = await openLibrary(textSpec);
    expect([library.totalSampleCount, library.performanceSampleCount]).toEqual([10_833, 10_833]);
    const lengths = Array.from(all, (index) => library.sampleLength!(index));
    // SQuAD's 10,833 features have 1,933,625 tokens; the mean of as many draws is within 1% of theirs.
    const tokens = lengths.reduce((sum, length) => sum + length, 0);
    expect(Math.abs(tokens / 1_933_625 - 1)).toBeLessThan(0.01);
    // Kolmogorov–Smirnov: the distributions differ by less than 1.63 / √n, the 1% point.
    let drawn = 0;
    let counted = 0;
    let worst = 0;
    for (const [i, count] of featureLengths.counts.entries()) {
      drawn += lengths.filter((length) => length === featureLengths.from + i).length;
      counted += count;
      worst = Math.max(worst, Math.abs(drawn - counted) / 10_833);
    }
    expect(counted).toBe(10_833);
    expect(drawn).toBe(10_833);
    expect(worst).toBeLessThan(1.63 / Math.sqrt(10_833));
  });

  it('is [CLS] question [SEP] context [SEP] in ids of the vocabulary, with mask and segments', async () => {
    const loaded = await (await openLibrary(textSpec)).load(all.subarray(0, 500));
    const [ids, mask, segments] = loaded.columns;
    expect([ids, mask, segments].map((column) => [column?.name, column?.type, column?.padValue])).toEqual([
      ['input_ids', 'int32', 0],
      ['input_mask', 'uint8', 0],
      ['segment_ids', 'uint8', 0],
    ]);
    expect(new Uint8Array(mask!.data).every((value) => value === 1)).toBe(true);
    for (let slot = 0; slot < 500; slot += 1) {
      const [from, to] = [ids!.offsets[slot]!, ids!.offsets[slot + 1]!];
      const tokens = Array.from(new Int32Array(ids!.data).subarray(from, to));
      const first = tokens.indexOf(102);
      expect([tokens[0], tokens.at(-1), tokens.filter((id) => id === 102).length]).toEqual([101, 102, 2]);
      expect(first).toBeGreaterThan(1);
      expect(first).toBeLessThan(66);
      expect(tokens.every((id) => id > 100 && id < 30_522)).toBe(true);
      const marks = new Uint8Array(segments!.data).subarray(from, to);
      expect(Array.from(marks)).toEqual(tokens.map((_, i) => (i > first ? 1 : 0)));
    }
  });

  it('is the same for the same seed, whichever samples are loaded with it', async () => {
    const bytesOf = async (spec: SyntheticTextSpec, indices: Uint32Array) => {
      const [ids] = (await (await openLibrary(spec)).load(indices)).columns;
      return Array.from(new Int32Array(ids!.data).subarray(0, ids!.offsets[1]));
    };
    const alone = await bytesOf(textSpec, Uint32Array.of(42));
    expect(await bytesOf(textSpec, Uint32Array.of(42, 41, 40))).toEqual(alone);
    expect(await bytesOf({ ...textSpec, seed: 8 }, Uint32Array.of(42))).not.toEqual(alone);
    // Seeds beyond 32 bits count too.
    expect(await bytesOf({ ...textSpec, seed: 7 + 2 ** 32 }, Uint32Array.of(42))).not.toEqual(alone);
    expect((await openLibrary({ ...textSpec, seed: 8 })).hash).not.toBe((await openLibrary(textSpec)).hash);
  });

  it('keeps to a shorter sequence and a smaller vocabulary', async () => {
    const library = await openLibrary({ ...textSpec, count: 200, maxSequence: 16, vocabSize: 300 });
    expect(library.totalSampleCount).toBe(200);
    const [ids] = (await library.load(all.subarray(0, 200))).columns;
    expect(library.sampleLength!(3)).toBe(16);
    expect(Math.max(...new Int32Array(ids!.data))).toBeLessThan(300);
  });

  it('refuses what it cannot be made of', async () => {
    await expect(openLibrary({ ...textSpec, vocabSize: 50 })).rejects.toMatchObject({ code: 'BAD_DATASET' });
    await expect(openLibrary({ ...textSpec, maxSequence: 4 })).rejects.toThrow(/use at least 8/);
    const { problems } = await checkDataset({ ...textSpec, vocabSize: 50 });
    expect(problems).toHaveLength(1);
  });
});

describe('synthetic images', () => {
  it('are pictures, not noise, and the same for the same seed', async () => {
    const spec = { kind: 'synthetic-images', seed: 3, inputSize: 96, layout: 'uint8-nhwc' } as const;
    const library = await openLibrary(spec);
    expect([library.totalSampleCount, library.performanceSampleCount]).toEqual([5000, 64]);
    const load = async (...indices: number[]) =>
      new Uint8Array((await library.load(Uint32Array.from(indices))).columns[0]!.data);
    const one = await load(11);
    expect(await load(12, 11)).toEqual(Uint8Array.from([...(await load(12)), ...one]));
    expect(await load(12)).not.toEqual(one);
    let steps = 0;
    let spread = 0;
    const mean = one.reduce((sum, value) => sum + value, 0) / one.length;
    for (let i = 0; i + 3 < one.length; i += 1) {
      steps += Math.abs(one[i + 3]! - one[i]!);
      spread += Math.abs(one[i]! - mean);
    }
    // In noise, neighbours differ by more than values do from their mean; in pictures, by much less.
    expect(spread).toBeGreaterThan(3 * steps);
  });

  it.each([
    ['float-nchw', 'float32', [3, 24, 24]],
    ['float16-nchw', 'float16', [3, 24, 24]],
    ['uint8-nhwc', 'uint8', [24, 24, 3]],
  ] as const)('come as %s', async (layout, type, dims) => {
    const library = await openLibrary({ kind: 'synthetic-images', seed: 3, inputSize: 24, layout });
    const loaded = await library.load(Uint32Array.of(5, 6, 7));
    expect(loaded.response).toBe('coco-detections');
    const [column] = loaded.columns;
    expect([column?.name, column?.type, column?.dims]).toEqual(['image', type, dims]);
    expect(Array.from(column!.offsets)).toEqual([0, 1728, 3456, 5184]);
    expect(column?.data).toBeInstanceOf(SharedArrayBuffer);
  });
});

it('no data at all is counts alone', async () => {
  const library = await openLibrary({ kind: 'none', totalSampleCount: 10, performanceSampleCount: 100 });
  expect([library.totalSampleCount, library.performanceSampleCount, library.response]).toEqual([
    10,
    10,
    'none',
  ]);
  expect((await library.load(Uint32Array.of(3))).columns).toEqual([]);
});
