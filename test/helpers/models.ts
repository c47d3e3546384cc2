import type { BertSpec, SsdSpec } from '../../src/graphs/spec.js';

/** BERT small enough to be built and run in a moment, with BERT's vocabulary. */
export const tinyBert: BertSpec = {
  kind: 'bert',
  layers: 1,
  hidden: 32,
  heads: 2,
  intermediate: 64,
  vocabSize: 30522,
  maxPositions: 384,
  precision: 'fp32',
  seed: 1,
};

/** SSD-ResNet34's topology with a few channels on small images. */
export const tinySsd: SsdSpec = {
  kind: 'ssd-resnet34',
  inputSize: 400,
  input: 'float-nchw',
  precision: 'fp32',
  seed: 1,
  nms: 'graph',
  widthMultiplier: 0.125,
};
