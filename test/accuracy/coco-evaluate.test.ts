import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { evaluateCoco } from '../../src/accuracy/coco/evaluate.js';
import { readCocoDetections, readCocoTruth } from '../../src/accuracy/coco/files.js';
import { goldenPath } from '../helpers/golden.js';
import { itWithShared, sharedPath } from '../helpers/shared.js';

interface Golden {
  readonly seed: number;
  readonly truth: unknown;
  readonly detections: unknown;
  readonly expected: readonly number[];
}

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'baremark-coco-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function evaluateFiles(truth: unknown, detections: unknown) {
  const [truthFile, detectionsFile] = [join(folder, 'truth.json'), join(folder, 'detections.json')];
  await writeFile(truthFile, JSON.stringify(truth));
  await writeFile(detectionsFile, JSON.stringify(detections));
  return evaluateCoco(await readCocoDetections(detectionsFile, await readCocoTruth(truthFile)));
}

describe('evaluateCoco', () => {
  itWithShared(
    ['coco/oracle-val2014'],
    'gives the twelve numbers of pycocotools for 100 val2014 images',
    async () => {
      const truth = await readCocoTruth(sharedPath('coco/oracle-val2014/instances_val2014_100.json'));
      const set = await readCocoDetections(
        sharedPath('coco/oracle-val2014/instances_val2014_fakebbox100_results.json'),
        truth,
      );
      // Printed by pycocotools 2.0.11 for the same two files.
      const expected = [
        0.5045806987249628, 0.6969727247299577, 0.5729816669904824, 0.5856257209410443, 0.5193996948036719,
        0.5013978986347466, 0.38681277964578054, 0.5936795762842003, 0.595352982877607, 0.6398109626113442,
        0.5664205978994309, 0.5642905982905982,
      ];
      expect(set.detections.count).toBe(734);
      for (const [i, value] of Object.values(evaluateCoco(set)).entries())
        expect(value).toBeCloseTo(expected[i]!, 12);
    },
  );

  it('gives the twelve numbers of pycocotools for six drawn images', async () => {
    const truth = await readCocoTruth(goldenPath('coco/instances_val2017.json'));
    const set = await readCocoDetections(goldenPath('coco/detections.json'), truth);
    const { detections } = JSON.parse(await readFile(goldenPath('coco/expected.json'), 'utf8'));
    const summary = Object.values(evaluateCoco(set));
    expect(summary).toHaveLength(12);
    for (const [i, value] of summary.entries()) expect(value).toBeCloseTo(detections[i], 12);
  });

  it('agrees with pycocotools on adversarial sets (crowds, ties, empty images, zero areas, id 0)', async () => {
    const goldens: Golden[] = JSON.parse(
      await readFile(new URL('fixtures/coco-adversarial.json', import.meta.url), 'utf8'),
    );
    expect(goldens.length).toBe(20);
    for (const golden of goldens) {
      const summary = Object.values(await evaluateFiles(golden.truth, golden.detections));
      expect(summary).toHaveLength(12);
      for (const [i, value] of summary.entries())
        expect(value, `seed ${golden.seed}, number ${i + 1}`).toBeCloseTo(golden.expected[i]!, 12);
    }
  });

  it('gives -1 without ground truth and 0 without detections', async () => {
    const images = [{ id: 1 }];
    const categories = [{ id: 1 }];
    const box = { image_id: 1, category_id: 1, bbox: [0, 0, 10, 10] };
    const nothing = await evaluateFiles({ images, categories, annotations: [] }, [{ ...box, score: 1 }]);
    expect(new Set(Object.values(nothing))).toEqual(new Set([-1]));
    const missed = await evaluateFiles({ images, categories, annotations: [{ id: 1, ...box }] }, []);
    expect(missed).toMatchObject({ ap: 0, ap50: 0, apSmall: 0, apMedium: -1, ar100: 0, arLarge: -1 });
  });
});

describe('COCO files', () => {
  const good = { images: [{ id: 1 }], categories: [{ id: 1 }], annotations: [] };
  const detection = { image_id: 1, category_id: 1, bbox: [0, 0, 1, 1], score: 0.5 };
  it.each([
    ['no images', {}, [], /truth\.json is wrong at images/],
    ['an empty list of images', { ...good, images: [] }, [], /holds no image/],
    ['an image twice', { ...good, images: [{ id: 1 }, { id: 1 }] }, [], /image id twice/],
    ['detections that are no array', good, {}, /detections\.json is wrong at its top level/],
    ['a box of 3', good, [{ ...detection, bbox: [1, 2, 3] }], /wrong at \[0\]\.bbox/],
    ['a score of null', good, [{ ...detection, score: null }], /wrong at \[0\]\.score/],
    ['an unknown image', good, [{ ...detection, image_id: 9 }], /names image 9/],
  ])('names %s', async (_, truth, detections, message) => {
    await expect(evaluateFiles(truth, detections)).rejects.toMatchObject({
      code: 'BAD_DATASET',
      message: expect.stringMatching(message),
    });
  });

  it('names a file that is absent or not JSON', async () => {
    await expect(readCocoTruth(join(folder, 'absent.json'))).rejects.toMatchObject({
      code: 'BAD_DATASET',
      message: expect.stringContaining('does not exist'),
    });
    await writeFile(join(folder, 'page.json'), '<html>');
    await expect(readCocoTruth(join(folder, 'page.json'))).rejects.toMatchObject({
      message: expect.stringContaining('is not JSON'),
    });
  });
});
