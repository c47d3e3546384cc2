/** SSD-ResNet34 as a graph: backbone, extra blocks, box and class heads, and, if asked for, decoding and suppression. */
import { GraphBuilder } from '../graph-builder.js';
import type { GraphSignature, SsdSpec } from '../spec.js';
import { detectorSignature } from './detector-signature.js';
import { detectionNodes } from './nms-graph.js';
import { maxBoxes } from './postprocess.js';
import { boxesPerPlace, classCount, headStride, type SsdTopology, ssdTopology } from './topology.js';

/** Mean and deviation of ImageNet's channels, of values in 0..1: the reference's normalization. */
const channelMean = [0.485, 0.456, 0.406];
const channelDeviation = [0.229, 0.224, 0.225];

/**
 * `image` in; out, with `nms: graph`, `bboxes` [batch, 200, 4] (left, top, right, bottom, relative to the image),
 * `labels` int64 [batch, 200] and `scores` [batch, 200], best first, padded with zeros; with `nms: host`,
 * `head_boxes` [batch, 4, anchors] and `head_scores` [batch, 81, anchors] before softmax, as `detect` takes them.
 */
export function ssdSignature(spec: SsdSpec): GraphSignature {
  const { anchors } = ssdTopology(spec);
  return detectorSignature(spec, { headBoxes: [4, anchors], headScores: [classCount, anchors], maxBoxes });
}

/** The graph; batch normalization is folded into the convolutions. */
export function buildSsd(spec: SsdSpec): GraphBuilder {
  const graph = new GraphBuilder(spec.precision);
  const topology = ssdTopology(spec);
  const { inputs, outputs } = ssdSignature(spec);
  const features = featureMaps(graph, topology, image(graph, spec, graph.input(inputs[0]!)));
  const [boxes, scores] = heads(graph, topology, features);
  const values =
    spec.nms === 'host'
      ? [boxes, scores]
      : Object.values(detectionNodes(graph, boxes, scores, spec.inputSize, topology.grids));
  outputs.forEach((info, i) => {
    graph.output(info, values[i]!);
  });
  return graph;
}

/** The input as normalized [batch, 3, side, side] in the model's precision. */
function image(graph: GraphBuilder, spec: SsdSpec, input: string): string {
  if (spec.input === 'float-nchw') return graph.type === 'float32' ? input : graph.cast(input, graph.type);
  const planes = graph.node('Transpose', [input], { attributes: { perm: [0, 3, 1, 2] } });
  const scale = channelDeviation.map((deviation) => 1 / (255 * deviation));
  const shift = channelMean.map((mean, i) => -mean / channelDeviation[i]!);
  const scaled = graph.node('Mul', [graph.cast(planes, graph.type), graph.number(scale, [1, 3, 1, 1])]);
  return graph.node('Add', [scaled, graph.number(shift, [1, 3, 1, 1])]);
}

function featureMaps(graph: GraphBuilder, { stages, extras }: SsdTopology, input: string): string[] {
  let channels = stages[0]!.channels;
  let x = relu(
    graph,
    conv(graph, input, { name: 'stem', from: 3, to: channels, kernel: 7, stride: 2, pad: 3 }),
  );
  x = graph.node('MaxPool', [x], {
    attributes: { kernel_shape: [3, 3], strides: [2, 2], pads: [1, 1, 1, 1] },
  });
  stages.forEach((stage, s) => {
    for (let block = 0; block < stage.blocks; block++) {
      const stride = block === 0 ? stage.stride : 1;
      x = residual(graph, x, `stage${s + 1}.block${block}`, channels, stage.channels, stride);
      channels = stage.channels;
    }
  });
  const features = [x];
  extras.forEach(({ inner, outer, stride, pad }, i) => {
    const name = `extra${i + 1}`;
    x = relu(graph, conv(graph, x, { name: `${name}.inner`, from: channels, to: inner, kernel: 1 }));
    x = relu(
      graph,
      conv(graph, x, { name: `${name}.outer`, from: inner, to: outer, kernel: 3, stride, pad }),
    );
    channels = outer;
    features.push(x);
  });
  return features;
}

function residual(
  graph: GraphBuilder,
  x: string,
  name: string,
  from: number,
  to: number,
  stride: number,
): string {
  const inner = relu(graph, conv(graph, x, { name: `${name}.conv1`, from, to, kernel: 3, stride, pad: 1 }));
  const outer = conv(graph, inner, {
    name: `${name}.conv2`,
    from: to,
    to,
    kernel: 3,
    pad: 1,
    gain: branchGain,
  });
  const skip =
    from === to && stride === 1 ? x : conv(graph, x, { name: `${name}.down`, from, to, kernel: 1, stride });
  return relu(graph, graph.node('Add', [outer, skip]));
}

/** Box heads [batch, 4, anchors] and class heads [batch, 81, anchors] in float32: channel = number × boxes + box. */
function heads(
  graph: GraphBuilder,
  { featureChannels }: SsdTopology,
  features: readonly string[],
): [string, string] {
  const level = (kind: string, numbers: number, gain: number, feature: string, i: number): string => {
    const to = numbers * boxesPerPlace[i]!;
    const options = {
      name: `${kind}${i}`,
      from: featureChannels[i]!,
      to,
      kernel: 3,
      stride: headStride,
      pad: 1,
      gain,
    };
    // Channels of class 0 come first. The bias leaves the score to the background unless another class is strong.
    const bias = Float32Array.from({ length: to }, (_, c) =>
      numbers === classCount && c < boxesPerPlace[i]! ? backgroundBias : 0,
    );
    return graph.node('Reshape', [conv(graph, feature, { ...options, bias }), graph.int64([0, numbers, -1])]);
  };
  const joined = (kind: string, numbers: number, gain: number): string => {
    const parts = features.map((feature, i) => level(kind, numbers, gain, feature, i));
    const all = graph.node('Concat', parts, { attributes: { axis: 2 } });
    return graph.type === 'float32' ? all : graph.cast(all, 'float32');
  };
  return [joined('boxes', 4, boxGain), joined('classes', classCount, classGain)];
}

interface ConvOptions {
  readonly name: string;
  readonly from: number;
  readonly to: number;
  readonly kernel: number;
  readonly stride?: number;
  readonly pad?: number;
  /** Deviation of the output ÷ that of an input rectified from unit normal values. */
  readonly gain?: number;
  /** Drawn from the seed if absent. */
  readonly bias?: Float32Array;
}

/** Gains that keep the activations near 1 through the depth and the class scores selective. */
const branchGain = 0.5;
const boxGain = 0.15;
const classGain = 0.25;
const backgroundBias = 7;

function conv(graph: GraphBuilder, x: string, options: ConvOptions): string {
  const { name, from, to, kernel, stride = 1, pad = 0, gain = 1, bias: values } = options;
  const fanIn = from * kernel * kernel;
  const weight = graph.weight(`${name}.weight`, [to, from, kernel, kernel], {
    kind: 'filters',
    std: gain / Math.sqrt(fanIn * 0.34),
    fanIn,
  });
  const bias = graph.weight(
    `${name}.bias`,
    [to],
    values ? { kind: 'values', values } : { kind: 'uniform', std: 0.1 },
  );
  return graph.node('Conv', [x, weight, bias], {
    attributes: {
      kernel_shape: [kernel, kernel],
      strides: [stride, stride],
      pads: [pad, pad, pad, pad],
    },
  });
}

function relu(graph: GraphBuilder, x: string): string {
  return graph.node('Relu', [x]);
}
