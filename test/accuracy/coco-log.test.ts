import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cocoFidelity } from '../../src/accuracy/coco/fidelity.js';
import { type CocoTruth, readCocoTruth } from '../../src/accuracy/coco/files.js';
import { evaluateCocoLog } from '../../src/accuracy/coco/log.js';
import { goldenPath } from '../helpers/golden.js';
import { itWithShared, sharedPath } from '../helpers/shared.js';
import { logText, type TestEntry } from './log-file.js';

let folder: string;
let truth: CocoTruth;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'baremark-coco-log-'));
  // Two images of 100 × 50 pixels, ids not in the order of the file; categories 1 and 5 are labels 1 and 2.
  const box = (id: number, image_id: number, category_id: number, bbox: number[]) => ({
    id,
    image_id,
    category_id,
    bbox,
    area: bbox[2]! * bbox[3]!,
    iscrowd: 0,
  });
  const document = {
    images: [
      { id: 8, width: 100, height: 50 },
      { id: 3, width: 100, height: 50 },
    ],
    categories: [{ id: 5 }, { id: 1 }],
    annotations: [box(1, 8, 1, [10, 10, 20, 20]), box(2, 3, 5, [50, 0, 40, 50])],
  };
  truth = await readCocoTruth(await write('truth.json', JSON.stringify(document)));
});
afterAll(() => rm(folder, { recursive: true }));

async function write(name: string, text: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, text);
  return path;
}

/** One detection as the log has it: ymin, xmin, ymax, xmax in fractions. */
const detection = (
  image: number,
  [ymin, xmin, ymax, xmax]: readonly number[],
  score: number,
  label: number,
) => [image, ymin!, xmin!, ymax!, xmax!, score, label];
const entry = (sample: number, ...detections: number[][]): TestEntry => ({
  sample,
  data: Float32Array.from(detections.flat()),
});
const kinds = (problems: readonly { kind: string; count: number; samples: readonly number[] }[]) =>
  problems.map(({ kind, count, samples }) => [kind, count, ...samples]);

const first = detection(0, [0.2, 0.1, 0.6, 0.3], 0.9, 1);
const second = detection(1, [0, 0.5, 1, 0.9], 0.8, 2);
const sampleImageIds = [8, 3];

describe('evaluateCocoLog', () => {
  it('scores a good log: boxes in pixels, labels in ascending order of the category ids', async () => {
    const log = await write('good.json', logText([entry(0, first), entry(1, second)]));
    const result = await evaluateCocoLog(log, { truth, sampleImageIds });
    expect(result.ap).toBeCloseTo(1, 10);
    expect(result).toMatchObject({ detections: 2, problems: [] });
  });

  it('takes category ids for classes where told so', async () => {
    const withIds = [entry(0, first), entry(1, [...second.slice(0, 6), 5])];
    const log = await write('ids.json', logText(withIds));
    expect((await evaluateCocoLog(log, { truth, sampleImageIds, classes: 'category-ids' })).ap).toBeCloseTo(
      1,
      10,
    );
    const asLabels = await evaluateCocoLog(log, { truth, sampleImageIds });
    expect(asLabels.ap).toBeCloseTo(0.5, 10);
    expect(kinds(asLabels.problems)).toEqual([['unknown class', 1, 1]]);
  });

  it('evaluates only the images that are samples', async () => {
    const log = await write('one.json', logText([entry(0, first)]));
    expect((await evaluateCocoLog(log, { truth, sampleImageIds: [8] })).ap).toBeCloseTo(1, 10);
  });

  it.each([
    ['missing samples', [entry(0, first)], ['missing', 1, 1]],
    ['duplicated samples', [entry(0, first), entry(1, second), entry(1, second)], ['duplicated', 1, 1]],
    ['NaN', [entry(0, first), entry(1, second.with(5, Number.NaN))], ['not a number', 1, 1]],
    [
      'boxes outside the image',
      [entry(0, first), entry(1, second.with(2, 1.05).with(4, 1.2))],
      ['outside the image', 1, 1],
    ],
    ['boxes in pixels', [entry(0, first), entry(1, second.with(4, 90))], ['outside the image', 1, 1]],
    ['boxes inside out', [entry(0, first), entry(1, second.with(3, -0.05))], ['outside the image', 1, 1]],
    ['another image', [entry(0, first), entry(1, second.with(0, 0))], ['wrong image', 1, 1]],
    ['an unknown class', [entry(0, first), entry(1, second.with(6, 3))], ['unknown class', 1, 1]],
    [
      'a class that is no whole number',
      [entry(0, first), entry(1, second.with(6, 1.5))],
      ['unknown class', 1, 1],
    ],
    ['a wrong length', [entry(0, first), entry(1, second.slice(1))], ['wrong length', 1, 1]],
    ['an unknown sample', [entry(0, first), entry(1), entry(2, second)], ['unknown sample', 1, 2]],
  ])('names %s and counts them as wrong', async (_, entries, problem) => {
    const result = await evaluateCocoLog(await write('bad.json', logText(entries)), {
      truth,
      sampleImageIds,
    });
    expect(result.ap).toBeCloseTo(0.5, 10);
    expect(kinds(result.problems)).toEqual([problem]);
  });

  it('keeps a faulty box as a false detection, which costs precision', async () => {
    const outside = detection(0, [0.2, 1.5, 0.6, 1.7], 0.95, 1);
    const log = await write('false.json', logText([entry(0, outside, first), entry(1, second)]));
    // Category 1: one false detection ahead of the right one, precision 1/2 at every recall.
    expect((await evaluateCocoLog(log, { truth, sampleImageIds })).ap).toBeCloseTo(0.75, 10);
  });

  it('evaluates a box that overhangs the edge as it is, like pycocotools', async () => {
    // 0.4 wide and 1 high in the image, 0.6 and 1 in all: IoU 2/3, right at .50 to .65.
    const log = await write('edge.json', logText([entry(0, first), entry(1, second.with(4, 1.1))]));
    const result = await evaluateCocoLog(log, { truth, sampleImageIds });
    expect(result.problems).toEqual([]);
    expect(result.ap).toBeCloseTo((1 + 0.4) / 2, 10);
  });

  it('names a log that was cut short', async () => {
    const text = logText([entry(0, first), entry(1, second)]);
    const log = await write('cut.json', text.slice(0, -20));
    const result = await evaluateCocoLog(log, { truth, sampleImageIds });
    expect(kinds(result.problems)).toEqual([
      ['cut short', 1],
      ['missing', 1, 1],
    ]);
    expect(result.ap).toBeCloseTo(0.5, 10);
  });

  it('gives the twelve numbers of pycocotools for a log that LoadGen wrote', async () => {
    const drawn = await readCocoTruth(goldenPath('coco/instances_val2017.json'));
    const expected = JSON.parse(await readFile(goldenPath('coco/expected.json'), 'utf8')) as {
      log: number[];
    };
    const { problems, detections, ...summary } = await evaluateCocoLog(
      goldenPath('coco/mlperf_log_accuracy.json'),
      // Samples are images in the order of the file.
      { truth: drawn, sampleImageIds: [411, 9, 2050, 733, 58, 307] },
    );
    expect(problems).toEqual([]);
    expect(detections).toBe(40);
    const numbers = Object.values(summary);
    expect(numbers).toHaveLength(12);
    for (const [i, number] of numbers.entries()) expect(number).toBeCloseTo(expected.log[i]!, 6);
  });

  /** The log of a system that finds exactly what is there. */
  async function logOfTruth(all: CocoTruth, ids: readonly number[]): Promise<string> {
    const entries = ids.map((id, sample) => {
      const place = all.imagePlaces.get(id)!;
      const { width, height } = all.images[place]!;
      const rows = Array.from({ length: all.truth.count }, (_, i) => i).filter(
        (i) => all.truth.image[i] === place && all.truth.crowd[i] === 0,
      );
      return entry(
        sample,
        ...rows.map((i) => {
          const [x, y, w, h] = all.truth.boxes.subarray(4 * i, 4 * i + 4) as unknown as number[];
          const box = [y! / height!, x! / width!, (y! + h!) / height!, (x! + w!) / width!];
          return detection(sample, box, 1, all.truth.category[i]! + 1);
        }),
      );
    });
    return await write('truth.log.json', logText(entries));
  }

  async function expectPerfect(file: string): Promise<void> {
    const all = await readCocoTruth(file);
    const sampleImageIds = all.images.map(({ id }) => id).reverse();
    const result = await evaluateCocoLog(await logOfTruth(all, sampleImageIds), {
      truth: all,
      sampleImageIds,
    });
    expect(result.problems).toEqual([]);
    expect(result.ap).toBeCloseTo(1, 6);
    expect(result.ar100).toBeCloseTo(1, 6);
  }

  it('gives mAP 1 to the truth itself', () => expectPerfect(goldenPath('coco/instances_val2017.json')));

  const real = 'coco/val2017-ccby/instances_val2017.json';
  itWithShared([real], 'gives mAP 1 to the truth itself on 47 real images', () =>
    expectPerfect(sharedPath(real)),
  );
});

describe('cocoFidelity', () => {
  it('finds equal logs identical', async () => {
    const log = await write('same.json', logText([entry(0, first), entry(1, second)]));
    const result = await cocoFidelity(log, log, 2);
    expect(result).toMatchObject({
      identical: 2,
      matched: 2,
      matchedShare: 1,
      meets99: true,
      meets999: true,
    });
    expect(result.ap).toBeCloseTo(1, 10);
    expect(result.message).toBe('All 2 responses are identical.');
  });

  it('takes two logs without any detection for equal', async () => {
    const log = await write('none.json', logText([entry(0), entry(1)]));
    expect(await cocoFidelity(log, log, 2)).toMatchObject({ matchedShare: 1, ap: -1, meets999: true });
  });

  it('matches by class at IoU 0.5, each reference once', async () => {
    const reference = await write('r.json', logText([entry(0, first), entry(1, second)]));
    // Same box twice for sample 0 (one is too many), the wrong class for sample 1.
    const test = await write(
      't.json',
      logText([entry(0, first.with(5, 0.5), first.with(4, 0.35)), entry(1, second.with(6, 3))]),
    );
    const result = await cocoFidelity(reference, test, 2);
    expect(result).toMatchObject({
      referenceDetections: 2,
      testDetections: 3,
      matched: 1,
      identical: 0,
      meets99: false,
    });
    expect(result.matchedShare).toBeCloseTo(1 / 3, 12);
    // Class 1: first comes the box of IoU 0.8 (right up to .80: 7 of 10 thresholds), then the exact one.
    // At .85 to .95 the first is wrong and the exact one right: precision 1/2. Class 2: nothing. Class 3: no truth.
    expect(result.ap).toBeCloseTo((0.7 + 0.3 * 0.5) / 2, 10);
    expect(result.message).toMatch(/^33\.333% of the detections match at IoU 0\.5 \(1 of 2 and 3\)/);
  });

  it('passes no gate where a response is missing', async () => {
    const reference = await write('r2.json', logText([entry(0, first), entry(1)]));
    const test = await write('t2.json', logText([entry(0, first)]));
    const result = await cocoFidelity(reference, test, 2);
    expect(result).toMatchObject({ compared: 1, matchedShare: 1, meets99: false });
    expect(kinds(result.testProblems)).toEqual([['missing', 1, 1]]);
  });
});
