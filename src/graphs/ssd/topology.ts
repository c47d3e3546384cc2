/**
 * Sizes of SSD-ResNet34: channels, feature maps, grids and anchors, by the arithmetic of its convolutions.
 * Source: MLPerf Inference's reference model (SSD_R34, strides 3,3,2,2,2,2: the box heads' stride, the class heads'
 * stride, and the strides of extra blocks one to four; block five has stride 1, four and five have no padding).
 */
import type { SsdSpec } from '../spec.js';

/** COCO's 80 classes and the background, which is class 0. */
export const classCount = 81;

/** Default boxes per place in each of the six grids. */
export const boxesPerPlace: readonly number[] = [4, 6, 6, 6, 4, 4];

/** Stride of the box and class heads. */
export const headStride = 3;

/** An extra block: a 1×1 convolution to `inner` channels, then a 3×3 one to `outer`. */
interface ExtraBlock {
  readonly inner: number;
  readonly outer: number;
  readonly stride: number;
  readonly pad: number;
}

const extraBlocks: readonly ExtraBlock[] = [
  { inner: 256, outer: 512, stride: 2, pad: 1 },
  { inner: 256, outer: 512, stride: 2, pad: 1 },
  { inner: 128, outer: 256, stride: 2, pad: 1 },
  { inner: 128, outer: 256, stride: 2, pad: 0 },
  { inner: 128, outer: 256, stride: 1, pad: 0 },
];

export interface SsdTopology {
  readonly inputSize: number;
  /** Channels and number of residual blocks of ResNet-34's first three stages. */
  readonly stages: readonly { readonly channels: number; readonly blocks: number; readonly stride: number }[];
  readonly extras: readonly ExtraBlock[];
  /** Channels of the six feature maps that have heads. */
  readonly featureChannels: readonly number[];
  /** Side of each head's grid, e.g. 50, 25, 13, 7, 3, 3. */
  readonly grids: readonly number[];
  /** Default boxes in all. */
  readonly anchors: number;
}

/** The sizes for this spec; 1200×1200 has grids of 50, 25, 13, 7, 3, 3 and 15,130 anchors. */
export function ssdTopology({
  inputSize,
  widthMultiplier = 1,
}: Pick<SsdSpec, 'inputSize' | 'widthMultiplier'>): SsdTopology {
  const width = (channels: number): number => Math.max(8, Math.round((channels * widthMultiplier) / 8) * 8);
  const extras = extraBlocks.map((block) => ({
    ...block,
    inner: width(block.inner),
    outer: width(block.outer),
  }));
  const stages = [
    { channels: width(64), blocks: 3, stride: 1 },
    { channels: width(128), blocks: 4, stride: 2 },
    { channels: width(256), blocks: 6, stride: 1 },
  ];
  const stem = convolved(convolved(inputSize, 7, 2, 3), 3, 2, 1);
  const sides = [stages.reduce((side, stage) => convolved(side, 3, stage.stride, 1), stem)];
  for (const { stride, pad } of extras) sides.push(convolved(sides.at(-1)!, 3, stride, pad));
  const grids = sides.map((side) => convolved(side, 3, headStride, 1));
  return {
    inputSize,
    stages,
    extras,
    featureChannels: [width(256), ...extras.map((block) => block.outer)],
    grids,
    anchors: grids.reduce((sum, grid, level) => sum + grid * grid * boxesPerPlace[level]!, 0),
  };
}

/** Side of a feature map after a convolution. */
function convolved(side: number, kernel: number, stride: number, pad: number): number {
  return Math.floor((side + 2 * pad - kernel) / stride) + 1;
}
