/** SSDLite-MobileNet-v2 as a graph: the layers and weights of a TensorFlow.js model, decoding, and, if asked for, suppression. */
import { BaremarkError } from '../../base/errors.js';
import { GraphBuilder } from '../graph-builder.js';
import type { GraphSignature, SsdMobilenetSpec } from '../spec.js';
import { centreScale, sideScale } from '../ssd/anchors.js';
import { detectorSignature } from '../ssd/detector-signature.js';
import { convertNodes } from '../tfjs/convert.js';
import type { TfjsModel } from '../tfjs/model.js';
import { dynamic } from '../tfjs/values.js';
import { classColumns, maxBoxes, mobilenetDetectionNodes } from './postprocess.js';

/**
 * Names of nodes that TensorFlow's Object Detection API gives to all its SSD models: the normalized image, the box
 * numbers and class logits of all anchors, and the anchors. What lies before and after is done here or by the host:
 * resizing, decoding, suppression.
 */
export const nodeNames = {
  image: 'Preprocessor/sub',
  boxes: 'Squeeze',
  classes: 'concat_1',
  anchors: 'Postprocessor/ExpandDims',
} as const;

/**
 * `image` in; out, with `nms: graph`, `bboxes` [batch, 100, 4] (left, top, right, bottom, relative to the image),
 * `labels` int64 [batch, 100], which are COCO's category ids, and `scores` [batch, 100], best first, padded with zeros;
 * with `nms: host`, `head_boxes` [batch, anchors, 4], decoded, and `head_scores` [batch, anchors, 91] before the sigmoid.
 */
export function ssdMobilenetSignature(spec: SsdMobilenetSpec): GraphSignature {
  const [headBoxes, headScores] = [
    ['anchors', 4],
    ['anchors', classColumns],
  ] as const;
  return detectorSignature(spec, { headBoxes, headScores, maxBoxes });
}

/** Throws `BAD_MODEL_FILE` where the model is no such detector, or has a node that cannot be converted. */
export function buildSsdMobilenet(spec: SsdMobilenetSpec, model: TfjsModel): GraphBuilder {
  const graph = new GraphBuilder(spec.precision);
  const { inputs, outputs } = ssdMobilenetSignature(spec);
  const size = spec.inputSize;
  const image = {
    kind: 'tensor',
    name: normalized(graph, spec, graph.input(inputs[0]!)),
    dims: [dynamic, size, size, 3],
    channelsFirst: true,
  } as const;
  const heads = convertNodes(model, graph, { [nodeNames.image]: image }, [
    nodeNames.boxes,
    nodeNames.classes,
  ]);
  const anchors = model.constants.get(nodeNames.anchors);
  const count = (anchors?.values.length ?? 0) / 4;
  const expected = [
    [dynamic, count, 4],
    [dynamic, count, classColumns],
  ];
  heads.forEach(({ dims }, i) => {
    if (dims.join() !== expected[i]!.join())
      throw new BaremarkError(
        'BAD_MODEL_FILE',
        `The TensorFlow.js model's node ${i === 0 ? nodeNames.boxes : nodeNames.classes} has the shape [${dims.join(', ')}] where [${expected[i]!.join(', ')}] was expected; give the model that baremark pulls.`,
      );
  });
  const [moves, logits] = heads.map(({ name }) =>
    graph.type === 'float32' ? name : graph.cast(name, 'float32'),
  );
  const boxes = decoded(graph, moves!, Float32Array.from(anchors!.values));
  const values =
    spec.nms === 'host'
      ? [boxes, logits!]
      : Object.values(mobilenetDetectionNodes(graph, boxes, logits!, count));
  outputs.forEach((info, i) => {
    graph.output(info, values[i]!);
  });
  return graph;
}

/** The input as [batch, 3, side, side] from -1 to 1, in the model's precision. */
function normalized(graph: GraphBuilder, { input }: SsdMobilenetSpec, image: string): string {
  if (input === 'float-nchw') return graph.type === 'float32' ? image : graph.cast(image, graph.type);
  const planes = graph.node('Transpose', [image], { attributes: { perm: [0, 3, 1, 2] } });
  const scaled = graph.node('Mul', [graph.cast(planes, graph.type), graph.number([2 / 255], [])]);
  return graph.node('Sub', [scaled, graph.number([1], [])]);
}

/**
 * Boxes as left, top, right, bottom. Heads and anchors have the vertical number first: moves of the centre and logarithms
 * of the sides' stretch, scaled as in SSD's paper; anchors are top, left, bottom, right.
 */
function decoded(graph: GraphBuilder, heads: string, anchors: Float32Array): string {
  const count = anchors.length / 4;
  const pairs = (value: (from: number, to: number) => number): Float32Array =>
    Float32Array.from({ length: 2 * count }, (_, i) => {
      const at = 4 * Math.floor(i / 2) + (i % 2);
      return value(anchors[at]!, anchors[at + 2]!);
    });
  const table = (name: string, values: Float32Array): string =>
    graph.weight(`anchors.${name}`, [1, count, 2], { kind: 'values', values }, true);
  const part = (from: number): string =>
    graph.node('Slice', [heads, graph.int64([from]), graph.int64([from + 2]), graph.int64([2])]);
  const centre = graph.node('Add', [
    graph.node('Mul', [
      part(0),
      table(
        'reach',
        pairs((from, to) => centreScale * (to - from)),
      ),
    ]),
    table(
      'centre',
      pairs((from, to) => (from + to) / 2),
    ),
  ]);
  const stretch = graph.node('Exp', [graph.node('Mul', [part(2), graph.float([sideScale], [])])]);
  const half = graph.node('Mul', [
    stretch,
    table(
      'half',
      pairs((from, to) => (to - from) / 2),
    ),
  ]);
  const corners = [graph.node('Sub', [centre, half]), graph.node('Add', [centre, half])];
  const vertical = graph.node('Concat', corners, { attributes: { axis: 2 } });
  return graph.node('Gather', [vertical, graph.int64([1, 0, 3, 2])], { attributes: { axis: 2 } });
}
