/** What a graph is built from: every choice that changes the model, and nothing else. */

import { BaremarkError } from '../base/errors.js';
import { orList } from '../base/suggest.js';
import type { ElementType, TensorInfo } from '../base/tensor.js';

/** Of weights and arithmetic; the outputs are float32 in both cases. */
export type GraphPrecision = 'fp32' | 'fp16';

/** BERT with the question-answering head (no pooler), weights drawn from `seed`. */
export interface BertSpec {
  readonly kind: 'bert';
  readonly layers: number;
  /** Width of a token's vector; a multiple of `heads`. */
  readonly hidden: number;
  readonly heads: number;
  /** Width of the feed-forward layer. */
  readonly intermediate: number;
  readonly vocabSize: number;
  /** The longest sequence, in tokens. */
  readonly maxPositions: number;
  readonly precision: GraphPrecision;
  readonly seed: number;
  /**
   * Emits ONNX Runtime's contrib operators (`com.microsoft`) instead of standard ones.
   * Their attention takes lengths, so a mask must then be ones followed by zeros, as BERT's is.
   */
  readonly fused?: boolean;
}

/** SSD-ResNet34 as MLPerf Inference published it, at 1200×1200 or smaller, weights drawn from `seed`. */
export interface SsdSpec {
  readonly kind: 'ssd-resnet34';
  /** Height and width of the image, in pixels; at least 385. */
  readonly inputSize: number;
  /** `float-nchw`: normalized float32 [N,3,S,S]; `uint8-nhwc`: RGB bytes [N,S,S,3], normalized in the graph. */
  readonly input: 'float-nchw' | 'uint8-nhwc';
  readonly precision: GraphPrecision;
  readonly seed: number;
  /** `graph`: the graph decodes and suppresses; `host`: it ends at the heads, for `detect` to finish. */
  readonly nms: 'graph' | 'host';
  /** Multiplies every channel count of the network (rounded to a multiple of 8); 1 is the published network. */
  readonly widthMultiplier?: number;
}

/** SSDLite-MobileNet-v2 as it was trained: its layers and weights are those of a TensorFlow.js model that was pulled. */
export interface SsdMobilenetSpec {
  readonly kind: 'ssd-mobilenet';
  /** Height and width of the image, in pixels. */
  readonly inputSize: number;
  /** `float-nchw`: float32 [N,3,S,S] from -1 to 1; `uint8-nhwc`: RGB bytes [N,S,S,3], normalized in the graph. */
  readonly input: SsdSpec['input'];
  readonly precision: GraphPrecision;
  readonly nms: SsdSpec['nms'];
  /** SHA-256 of the archive that the weights come in, hex. */
  readonly archive: string;
}

/** A graph that detects objects in images. */
export type DetectorSpec = SsdSpec | SsdMobilenetSpec;

export type GraphSpec = BertSpec | DetectorSpec;

export const graphKinds: readonly GraphSpec['kind'][] = ['bert', 'ssd-resnet34', 'ssd-mobilenet'];

export function isDetector(spec: GraphSpec | undefined): spec is DetectorSpec {
  return spec !== undefined && spec.kind !== 'bert';
}

/** Below this, the last of the five extra blocks has no pixels left. */
const minInputSize = 385;

/** Throws `BAD_OPTION` that names field, value and fix, unless a graph can be built from this. */
export function checkSpec(spec: GraphSpec): void {
  const field = (name: string, value: unknown, holds: boolean, rule: string): void => {
    if (!holds)
      throw new BaremarkError(
        'BAD_OPTION',
        `${spec.kind} model: ${name} is ${String(value)}; it must be ${rule}.`,
      );
  };
  const count = (name: string, value: number): void =>
    field(
      name,
      value,
      Number.isInteger(value) && value > 0 && value < 2 ** 31,
      'a whole number of at least 1',
    );
  field('kind', spec.kind, graphKinds.includes(spec.kind), orList(graphKinds));
  field('precision', spec.precision, ['fp32', 'fp16'].includes(spec.precision), 'fp32 or fp16');
  if (spec.kind !== 'ssd-mobilenet')
    field(
      'seed',
      spec.seed,
      Number.isInteger(spec.seed) && spec.seed >= 0 && spec.seed < 2 ** 32,
      'a whole number from 0 to 4294967295',
    );
  if (spec.kind === 'bert') {
    for (const name of ['layers', 'hidden', 'heads', 'intermediate', 'vocabSize', 'maxPositions'] as const)
      count(name, spec[name]);
    field('hidden', spec.hidden, spec.hidden % spec.heads === 0, `a multiple of heads (${spec.heads})`);
    return;
  }
  const least = spec.kind === 'ssd-resnet34' ? minInputSize : 1;
  field(
    'inputSize',
    spec.inputSize,
    Number.isInteger(spec.inputSize) && spec.inputSize >= least && spec.inputSize <= 4096,
    `a whole number from ${least} to 4096`,
  );
  field('input', spec.input, ['float-nchw', 'uint8-nhwc'].includes(spec.input), 'float-nchw or uint8-nhwc');
  field('nms', spec.nms, ['graph', 'host'].includes(spec.nms), 'graph or host');
  if (spec.kind === 'ssd-mobilenet') return;
  const width = spec.widthMultiplier ?? 1;
  field('widthMultiplier', width, width > 0 && width <= 4, 'above 0 and at most 4');
}

/** Inputs and outputs of a graph; `batch` and `sequence` are dynamic. */
export interface GraphSignature {
  readonly inputs: readonly TensorInfo[];
  readonly outputs: readonly TensorInfo[];
}

/** Shorthand for one input or output. */
export function tensorInfo(name: string, type: ElementType, dims: readonly (number | string)[]): TensorInfo {
  return { name, type, dims };
}
