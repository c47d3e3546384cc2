/** Decoding and non-maximum suppression of SSD's heads as nodes of the graph, for a batch of any size. */
import type { GraphBuilder } from '../graph-builder.js';
import { centreScale, defaultBoxes, sideScale } from './anchors.js';
import { candidatesPerClass, iouThreshold, maxBoxes, scoreThreshold } from './postprocess.js';
import { classCount } from './topology.js';

/** Detections of a batch: boxes [batch, 200, 4], labels int64 [batch, 200], scores [batch, 200]. */
export interface DetectionNames {
  readonly bboxes: string;
  readonly labels: string;
  readonly scores: string;
}

/**
 * @param boxHeads float32 [batch, 4, anchors]
 * @param classHeads float32 [batch, 81, anchors], before softmax
 */
export function detectionNodes(
  graph: GraphBuilder,
  boxHeads: string,
  classHeads: string,
  inputSize: number,
  grids: readonly number[],
): DetectionNames {
  const anchors = defaultBoxes(inputSize, grids);
  const count = anchors.length / 4;
  const classes = classCount - 1;
  const best = Math.min(candidatesPerClass, count);
  const boxes = decodeNodes(graph, boxHeads, anchors);

  const probabilities = graph.node('Softmax', [classHeads], { attributes: { axis: 1 } });
  const objects = graph.node('Slice', [
    probabilities,
    graph.int64([1]),
    graph.int64([classCount]),
    graph.int64([1]),
  ]);
  const [scores, places] = graph.nodes('TopK', [objects, graph.int64([best])], {
    attributes: { axis: 2 },
    outputs: 2,
  }) as [string, string];
  // Every class of every image is its own batch entry, because its candidates have their own boxes.
  const flatPlaces = graph.node('Reshape', [places, graph.int64([0, -1])]);
  const chosen = gatherBoxes(graph, boxes, flatPlaces, count);
  const nmsBoxes = graph.node('Reshape', [chosen, graph.int64([-1, best, 4])]);
  const nmsScores = graph.node('Reshape', [scores, graph.int64([-1, 1, best])]);
  const kept = graph.node('NonMaxSuppression', [
    nmsBoxes,
    nmsScores,
    graph.int64([best]),
    graph.float([iouThreshold]),
    graph.float([scoreThreshold]),
  ]);
  const nothing = graph.node('Mul', [nmsScores, graph.float([0], [])]);
  const keptScores = graph.node('ScatterND', [nothing, kept, graph.node('GatherND', [nmsScores, kept])]);

  const perImage = graph.node('Reshape', [keptScores, graph.int64([-1, classes * best])]);
  const limit = Math.min(maxBoxes, classes * best);
  const [top, order] = graph.nodes('TopK', [perImage, graph.int64([limit])], {
    attributes: { axis: 1 },
    outputs: 2,
  }) as [string, string];
  const present = graph.node('Greater', [top, graph.float([0], [])]);
  const label = graph.node('Add', [
    graph.node('Div', [order, graph.int64([best], [])]),
    graph.int64([1], []),
  ]);
  const outBoxes = gatherBoxes(graph, chosen, order, classes * best);
  const presentBoxes = graph.node('Unsqueeze', [graph.cast(present, 'float32'), graph.int64([2])]);
  return {
    bboxes: graph.node('Mul', [outBoxes, presentBoxes]),
    labels: graph.node('Mul', [label, graph.cast(present, 'int64')]),
    scores: top,
  };
}

/** Left, top, right, bottom of every anchor: [batch, anchors, 4]. */
function decodeNodes(graph: GraphBuilder, boxHeads: string, anchors: Float32Array): string {
  const count = anchors.length / 4;
  const column = (from: number, scale: number): Float32Array =>
    Float32Array.from(
      { length: 2 * count },
      (_, i) => scale * anchors[(i % count) * 4 + from + Math.floor(i / count)]!,
    );
  const table = (name: string, values: Float32Array): string =>
    graph.weight(`anchors.${name}`, [1, 2, count], { kind: 'values', values }, true);
  const [moves, stretches] = graph.nodes('Split', [boxHeads], { attributes: { axis: 1 }, outputs: 2 }) as [
    string,
    string,
  ];
  const centre = graph.node('Add', [
    graph.node('Mul', [moves, table('reach', column(2, centreScale))]),
    table('centre', column(0, 1)),
  ]);
  const stretch = graph.node('Exp', [graph.node('Mul', [stretches, graph.float([sideScale], [])])]);
  const half = graph.node('Mul', [stretch, table('half', column(2, 0.5))]);
  const corners = graph.node(
    'Concat',
    [graph.node('Sub', [centre, half]), graph.node('Add', [centre, half])],
    {
      attributes: { axis: 1 },
    },
  );
  return graph.node('Transpose', [corners], { attributes: { perm: [0, 2, 1] } });
}

/** Rows of `boxes` [batch, count, 4] at `places` [batch, n], as [batch, n, 4]. */
export function gatherBoxes(graph: GraphBuilder, boxes: string, places: string, count: number): string {
  const batch = graph.node('Gather', [graph.node('Shape', [places]), graph.int64([0], [])]);
  const images = graph.node('Range', [graph.int64([0], []), batch, graph.int64([1], [])]);
  const starts = graph.node('Mul', [images, graph.int64([count], [])]);
  const column = graph.node('Unsqueeze', [starts, graph.int64([1])]);
  const rows = graph.node('Reshape', [boxes, graph.int64([-1, 4])]);
  return graph.node('Gather', [rows, graph.node('Add', [places, column])]);
}
