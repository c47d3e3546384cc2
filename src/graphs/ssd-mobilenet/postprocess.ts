/** Suppression of SSD-MobileNet's boxes: on the host, and as nodes of the graph, with the same result. */
import type { GraphBuilder } from '../graph-builder.js';
import { type DetectionNames, gatherBoxes } from '../ssd/nms-graph.js';
import { type Detections, emptyDetections, rankOf, suppress } from '../ssd/suppression.js';

/** Columns of the class scores: the background, and COCO's category ids from 1 to 90. */
export const classColumns = 91;
/** Ids from 1 to 90 that COCO gives to no category of its boxes; nothing was trained for them. */
const unused = [12, 26, 29, 30, 45, 66, 68, 69, 71, 83];
/** The 80 category ids, which are the labels. */
export const categoryIds: readonly number[] = Array.from(
  { length: classColumns - 1 },
  (_, i) => i + 1,
).filter((id) => !unused.includes(id));

/** A score must be above this to count. */
export const scoreThreshold = 0.05;
/** The overlap, as intersection over union, and the number of boxes of the model's own pipeline configuration. */
export const iouThreshold = 0.6;
export const maxBoxes = 100;

const leastScore = Math.fround(scoreThreshold);
/** The logit of the threshold, and a little less, so that rounding decides nothing. */
const leastLogit = Math.log(scoreThreshold / (1 - scoreThreshold)) - 1e-4;

/**
 * @param boxes [batch, anchors, 4]: left, top, right, bottom
 * @param logits [batch, anchors, 91], before the sigmoid
 */
export function detectMobilenet(boxes: Float32Array, logits: Float32Array, batch: number): Detections {
  const anchors = boxes.length / 4 / batch;
  const rules = { classes: classColumns, anchors, candidatesPerClass: anchors, iouThreshold, maxBoxes };
  const found = emptyDetections(batch, maxBoxes);
  for (let image = 0; image < batch; image++) {
    const own = boxes.subarray(image * anchors * 4, (image + 1) * anchors * 4);
    const scores = logits.subarray(image * anchors * classColumns, (image + 1) * anchors * classColumns);
    const decode = (anchor: number, to: Float32Array, n: number): void =>
      to.set(own.subarray(4 * anchor, 4 * anchor + 4), 4 * n);
    suppress(candidates(scores, anchors), rules, decode, found.of(image));
  }
  return found.all;
}

/** Every category of every anchor whose score is above the threshold, as the numbers of `rankOf`, ascending. */
function candidates(logits: Float32Array, anchors: number): Float64Array {
  const found: number[] = [];
  for (let anchor = 0; anchor < anchors; anchor++)
    for (const id of categoryIds) {
      const logit = logits[anchor * classColumns + id]!;
      if (logit < leastLogit) continue;
      const score = Math.fround(1 / (1 + Math.exp(-logit)));
      if (score > leastScore) found.push(rankOf(score, id * anchors + anchor, classColumns * anchors));
    }
  return Float64Array.from(found).sort();
}

/** The same as nodes; boxes and logits as `detectMobilenet` takes them. */
export function mobilenetDetectionNodes(
  graph: GraphBuilder,
  boxes: string,
  logits: string,
  anchors: number,
): DetectionNames {
  const ids = graph.int64(categoryIds);
  const byClass = graph.node('Transpose', [graph.node('Sigmoid', [logits])], {
    attributes: { perm: [0, 2, 1] },
  });
  const scores = graph.node('Gather', [byClass, ids], { attributes: { axis: 1 } });
  const kept = graph.node('NonMaxSuppression', [
    boxes,
    scores,
    graph.int64([maxBoxes]),
    graph.float([iouThreshold]),
    graph.float([scoreThreshold]),
  ]);
  const nothing = graph.node('Mul', [scores, graph.float([0], [])]);
  const keptScores = graph.node('ScatterND', [nothing, kept, graph.node('GatherND', [scores, kept])]);
  const places = categoryIds.length * anchors;
  const [top, order] = graph.nodes(
    'TopK',
    [
      graph.node('Reshape', [keptScores, graph.int64([-1, places])]),
      graph.int64([Math.min(maxBoxes, places)]),
    ],
    { attributes: { axis: 1 }, outputs: 2 },
  ) as [string, string];
  const present = graph.node('Greater', [top, graph.float([0], [])]);
  const category = graph.node('Div', [order, graph.int64([anchors], [])]);
  const anchor = graph.node('Sub', [order, graph.node('Mul', [category, graph.int64([anchors], [])])]);
  const label = graph.node('Gather', [ids, category]);
  const presentBoxes = graph.node('Unsqueeze', [graph.cast(present, 'float32'), graph.int64([2])]);
  return {
    bboxes: graph.node('Mul', [gatherBoxes(graph, boxes, anchor, anchors), presentBoxes]),
    labels: graph.node('Mul', [label, graph.cast(present, 'int64')]),
    scores: top,
  };
}
