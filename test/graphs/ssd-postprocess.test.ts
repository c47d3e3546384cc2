import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import ort from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { GraphBuilder } from '../../src/graphs/graph-builder.js';
import { writeModel } from '../../src/graphs/model-writer.js';
import { tensorInfo } from '../../src/graphs/spec.js';
import { defaultBoxes } from '../../src/graphs/ssd-anchors.js';
import { detectionNodes } from '../../src/graphs/ssd-nms-graph.js';
import { type Detections, detect } from '../../src/graphs/ssd-postprocess.js';
import { hasShared, sharedPath } from '../helpers/shared.js';
import { normal, open, temporaryFolder } from './support.js';

const grids = [50, 25, 13, 7, 3, 3];
const perPlace = [4, 6, 6, 6, 4, 4];
const count = 15130;
const reference = ['coco', 'ssd-resnet34-postprocess', 'mlcommons_ssd_resnet34_postprocess.onnx'];
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

interface Found {
  readonly box: number[];
  readonly label: number;
  readonly score: number;
}

/** MLCommons' graph: takes twelve heads, gives top, left, bottom, right; fills up with scores of zero. */
async function runReference({ boxes, classes }: Heads): Promise<Found[]> {
  const session = await open(sharedPath(...reference));
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
async function runGraph(batch: readonly Heads[], side = 1200, sides = grids): Promise<Detections> {
  const graph = new GraphBuilder('fp32');
  const boxes = graph.input(tensorInfo('boxes', 'float32', ['batch', 4, count]));
  const classes = graph.input(tensorInfo('classes', 'float32', ['batch', 81, count]));
  const names = detectionNodes(graph, boxes, classes, side, sides);
  graph.output(tensorInfo('bboxes', 'float32', ['batch', 200, 4]), names.bboxes);
  graph.output(tensorInfo('labels', 'int64', ['batch', 200]), names.labels);
  graph.output(tensorInfo('scores', 'float32', ['batch', 200]), names.scores);
  const at = join(folder, `nms${written++}`);
  mkdirSync(at);
  await writeModel(graph, 'nms', 0, at);
  const session = await open(join(at, 'model.onnx'));
  const joined = (parts: Float32Array[]) => Float32Array.from(parts.flatMap((part) => Array.from(part)));
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

// Few detections, many, and classes with far more candidates than the 200 that are looked at.
const cases = [
  { seed: 11, spread: 1, background: 7, at: 'few' },
  { seed: 12, spread: 1.5, background: 6, at: 'thousands of' },
  { seed: 13, spread: 2.5, background: 0, at: 'more than 200 per class of' },
] as const;

describe.skipIf(!hasShared(...reference))(
  "decoding and suppression against MLCommons' graph (skipped where ../shared/coco/ssd-resnet34-postprocess is absent)",
  () => {
    it.each(cases)(
      '$at candidates: same boxes, classes and scores, in the graph and on the host',
      async (c) => {
        const heads = randomHeads(c.seed, c.spread, c.background);
        const expected = await runReference(heads);
        expect(expected.length).toBeGreaterThan(c.at === 'few' ? 0 : 199);
        expectSame(listed(await runGraph([heads])), expected);
        expectSame(listed(detect(heads.boxes, heads.classes, defaultBoxes(1200, grids), 1)), expected);
      },
    );
  },
);
