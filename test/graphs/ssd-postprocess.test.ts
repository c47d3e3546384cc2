import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ort from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { GraphBuilder } from '../../src/graphs/graph-builder.js';
import { writeModel } from '../../src/graphs/model-writer.js';
import { tensorInfo } from '../../src/graphs/spec.js';
import { defaultBoxes } from '../../src/graphs/ssd/anchors.js';
import { detectionNodes } from '../../src/graphs/ssd/nms-graph.js';
import { detect } from '../../src/graphs/ssd/postprocess.js';
import type { Detections } from '../../src/graphs/ssd/suppression.js';
import { goldenPath } from '../helpers/golden.js';
import { describeWithShared, sharedPath } from '../helpers/shared.js';
import { joined, normal, open, temporaryFolder, uniform } from './support.js';

const grids = [50, 25, 13, 7, 3, 3];
const perPlace = [4, 6, 6, 6, 4, 4];
const count = 15130;
const reference = 'coco/ssd-resnet34-postprocess/mlcommons_ssd_resnet34_postprocess.onnx';
const folder = temporaryFolder();

interface Heads {
  readonly boxes: Float32Array;
  readonly classes: Float32Array;
}

/** Random heads: normal numbers, the background ahead by `background`. */
function randomHeads(seed: number, spread: number, background: number): Heads {
  const next = normal(seed);
  return {
    boxes: Float32Array.from({ length: 4 * count }, () => next()),
    classes: Float32Array.from(
      { length: 81 * count },
      (_, i) => spread * next() + (i < count ? background : 0),
    ),
  };
}

/** Thirty objects: every anchor whose centre and size are near one's speaks for its class. */
function crowdedHeads(seed: number): Heads {
  const { boxes, classes } = randomHeads(seed, 0.5, 7);
  const anchors = defaultBoxes(1200, grids);
  const next = uniform(seed);
  for (let object = 0; object < 30; object++) {
    const label = 1 + Math.floor(next() * 80);
    const [x, y, width, height] = anchors.subarray(Math.floor(next() * count) * 4) as unknown as number[];
    for (let i = 0; i < count; i++) {
      const away =
        Math.hypot(anchors[i * 4]! - x!, anchors[i * 4 + 1]! - y!) / Math.min(width!, height!) +
        Math.abs(Math.log((anchors[i * 4 + 2]! * anchors[i * 4 + 3]!) / (width! * height!)));
      if (away < 0.35) classes[label * count + i]! += 10 - 5 * away;
    }
  }
  return { boxes, classes };
}

/** How many scores are above 0.05, without the background's. */
function aboveThreshold({ classes }: Heads): number {
  let found = 0;
  for (let i = 0; i < count; i++) {
    let sum = 0;
    for (let label = 0; label < 81; label++) sum += Math.exp(classes[label * count + i]!);
    for (let label = 1; label < 81; label++) if (Math.exp(classes[label * count + i]!) / sum > 0.05) found++;
  }
  return found;
}

interface Found {
  readonly box: number[];
  readonly label: number;
  readonly score: number;
}

/** MLCommons' graph: takes twelve heads, gives top, left, bottom, right; fills up with scores of zero. */
async function runReference({ boxes, classes }: Heads): Promise<Found[]> {
  const session = await open(sharedPath(reference));
  const feeds: Record<string, ort.Tensor> = {};
  let start = 0;
  grids.forEach((grid, level) => {
    const places = grid * grid * perPlace[level]!;
    const part = (values: Float32Array, numbers: number) => {
      const out = new Float32Array(numbers * places);
      for (let n = 0; n < numbers; n++)
        out.set(values.subarray(n * count + start, n * count + start + places), n * places);
      return new ort.Tensor('float32', out, [1, numbers * perPlace[level]!, grid, grid]);
    };
    feeds[`ssd1200/multibox_head/cls_${level}/BiasAdd:0`] = part(classes, 81);
    feeds[`ssd1200/multibox_head/loc_${level}/BiasAdd:0`] = part(boxes, 4);
    start += places;
  });
  const out = await session.run(feeds);
  const tlbr = out['detection_bboxes:0']!.data as Float32Array;
  const labels = out['detection_classes:0']!.data as Float32Array;
  const found = Array.from(out['detection_scores:0']!.data as Float32Array, (score, i) => {
    const [top, left, bottom, right] = tlbr.subarray(i * 4, i * 4 + 4) as unknown as [
      number,
      number,
      number,
      number,
    ];
    return { box: [left, top, right, bottom], label: labels[i]!, score };
  });
  await session.release();
  return found.filter(({ score }) => score > 0);
}

let written = 0;

/** Our nodes in a graph of their own. */
async function runGraph(batch: readonly Heads[]): Promise<Detections> {
  const graph = new GraphBuilder('fp32');
  const boxes = graph.input(tensorInfo('boxes', 'float32', ['batch', 4, count]));
  const classes = graph.input(tensorInfo('classes', 'float32', ['batch', 81, count]));
  const names = detectionNodes(graph, boxes, classes, 1200, grids);
  graph.output(tensorInfo('bboxes', 'float32', ['batch', 200, 4]), names.bboxes);
  graph.output(tensorInfo('labels', 'int64', ['batch', 200]), names.labels);
  graph.output(tensorInfo('scores', 'float32', ['batch', 200]), names.scores);
  const at = join(folder, `nms${written++}`);
  mkdirSync(at);
  await writeModel(graph, 'nms', 0, at);
  const session = await open(join(at, 'model.onnx'));
  const out = await session.run({
    boxes: new ort.Tensor('float32', joined(batch.map((heads) => heads.boxes)), [batch.length, 4, count]),
    classes: new ort.Tensor('float32', joined(batch.map((heads) => heads.classes)), [
      batch.length,
      81,
      count,
    ]),
  });
  await session.release();
  return {
    bboxes: out.bboxes!.data as Float32Array,
    labels: out.labels!.data as BigInt64Array,
    scores: out.scores!.data as Float32Array,
  };
}

function listed({ bboxes, labels, scores }: Detections, image = 0): Found[] {
  return Array.from({ length: 200 }, (_, i) => {
    const at = image * 200 + i;
    return { box: [...bboxes.subarray(at * 4, at * 4 + 4)], label: Number(labels[at]), score: scores[at]! };
  }).filter(({ score }) => score > 0);
}

/** Every detection has its like, of the same class, with box and score within 1e-4, and its score in the same place. */
function expectSame(actual: Found[], expected: Found[]): void {
  expect(actual.length).toBe(expected.length);
  const left = [...expected];
  actual.forEach((found, i) => {
    expect(Math.abs(found.score - expected[i]!.score)).toBeLessThan(1e-4);
    const like = left.findIndex(
      ({ box, label, score }) =>
        label === found.label &&
        Math.abs(score - found.score) < 1e-4 &&
        box.every((edge, j) => Math.abs(edge - found.box[j]!) < 1e-4),
    );
    expect(like, `detection ${i} of class ${found.label} with score ${found.score}`).toBeGreaterThanOrEqual(
      0,
    );
    left.splice(like, 1);
  });
}

const cases: { of: string; heads: () => Heads; above: [number, number]; kept: [number, number] }[] = [
  // All that is above the threshold is kept, but for one that another suppresses: the threshold does the choosing.
  {
    of: 'fewer candidates than 200',
    heads: () => randomHeads(18, 1, 7.5),
    above: [100, 199],
    kept: [100, 199],
  },
  { of: 'a few hundred candidates', heads: () => randomHeads(11, 1, 7), above: [100, 999], kept: [100, 200] },
  {
    of: 'thousands of candidates',
    heads: () => randomHeads(12, 1.5, 6),
    above: [1000, 99999],
    kept: [200, 200],
  },
  {
    of: 'more candidates than 200 a class',
    heads: () => randomHeads(13, 2.5, 0),
    above: [16001, 999999],
    kept: [200, 200],
  },
  // Here far fewer are kept than are above the threshold, and than 200: suppression does the choosing.
  { of: 'crowds of overlapping boxes', heads: () => crowdedHeads(14), above: [200, 9999], kept: [30, 199] },
];

/** What MLCommons' graph makes of each case; test/golden/ssd-postprocess tells how it was computed. */
const golden: readonly { of: string; detections: readonly number[][] }[] = JSON.parse(
  readFileSync(goldenPath('ssd-postprocess', 'detections.json'), 'utf8'),
);

function goldenOf(of: string): Found[] {
  const { detections } = golden.find((one) => one.of === of)!;
  return detections.map(([label, score, ...box]) => ({ label: label!, score: score!, box }));
}

describe("decoding and suppression against MLCommons' graph", () => {
  it.each(cases)('$of: same boxes, classes and scores, in the graph and on the host', async (c) => {
    const heads = c.heads();
    const candidates = aboveThreshold(heads);
    expect(candidates).toBeGreaterThanOrEqual(c.above[0]);
    expect(candidates).toBeLessThanOrEqual(c.above[1]);
    const expected = goldenOf(c.of);
    expect(expected.length).toBeGreaterThanOrEqual(c.kept[0]);
    expect(expected.length).toBeLessThanOrEqual(c.kept[1]);
    expectSame(listed(await runGraph([heads])), expected);
    expectSame(listed(detect(heads.boxes, heads.classes, defaultBoxes(1200, grids), 1)), expected);
  });
});

describeWithShared([reference], "the detections expected of MLCommons' graph", () => {
  it.each(cases)('$of: are those that it gives', async (c) => {
    expectSame(await runReference(c.heads()), goldenOf(c.of));
  });
});

describe('decoding and suppression', () => {
  it('treat each image of a batch as if it were alone, in the graph and on the host', async () => {
    const batch = [randomHeads(15, 1, 7), crowdedHeads(16), randomHeads(17, 1, 30)];
    const graph = await runGraph(batch);
    const anchors = defaultBoxes(1200, grids);
    const all = (part: 'boxes' | 'classes') => joined(batch.map((heads) => heads[part]));
    const host = detect(all('boxes'), all('classes'), anchors, 3);
    for (const [image, heads] of batch.entries()) {
      const alone = listed(detect(heads.boxes, heads.classes, anchors, 1));
      expectSame(listed(host, image), alone);
      expectSame(listed(graph, image), alone);
    }
    // The background is sure everywhere in the third: nothing but padding.
    expect(listed(host, 2)).toEqual([]);
    expect(
      [...graph.scores.subarray(400), ...graph.bboxes.subarray(1600)].every((value) => value === 0),
    ).toBe(true);
    expect([...graph.labels.subarray(400)].every((label) => label === 0n)).toBe(true);
  });

  it('put equal scores in the order of classes, then of anchors', async () => {
    // Every anchor says class 3 and class 9 equally, so the 200 first anchors of each are looked at: four rows of 50
    // squares of 84 pixels at steps of 24. One and the next in its row or column overlap by 60 / (84 + 24) = 0.56,
    // diagonal neighbours by 60² / (2 · 84² − 60²) = 0.34: what is kept is a chessboard.
    const heads = { boxes: new Float32Array(4 * count), classes: new Float32Array(81 * count) };
    for (const label of [3, 9]) heads.classes.fill(9, label * count, (label + 1) * count);
    const anchors = defaultBoxes(1200, grids);
    const host = listed(detect(heads.boxes, heads.classes, anchors, 1));
    const expected = [3, 9].flatMap((label) =>
      [0, 1, 2, 3].flatMap((row) =>
        Array.from({ length: 25 }, (_, i) => {
          const [x, y] = [12 + 24 * (2 * i + (row % 2)), 12 + 24 * row];
          return { label, box: [x - 42, y - 42, x + 42, y + 42].map((edge) => edge / 1200) };
        }),
      ),
    );
    for (const found of [host, listed(await runGraph([heads]))]) {
      expect(found.map(({ label }) => label)).toEqual(expected.map(({ label }) => label));
      found.forEach(({ box, score }, i) => {
        expect(score).toBeCloseTo(Math.exp(9) / (2 * Math.exp(9) + 79), 5);
        box.forEach((edge, j) => {
          expect(edge).toBeCloseTo(expected[i]!.box[j]!, 5);
        });
      });
    }
  });
});
