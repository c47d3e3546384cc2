/** Inputs and outputs that all detectors have, whatever lies between. */
import { type DetectorSpec, type GraphSignature, tensorInfo } from '../spec.js';

/** Shapes in which detectors differ, without the batch. */
export interface DetectorShapes {
  readonly headBoxes: readonly (number | string)[];
  readonly headScores: readonly (number | string)[];
  /** Most detections of an image. */
  readonly maxBoxes: number;
}

/**
 * `image` in; out, with `nms: graph`, `bboxes` [batch, most, 4] (left, top, right, bottom, relative to the image), `labels`
 * int64 [batch, most] and `scores` [batch, most], best first, padded with zeros; with `nms: host`, the heads.
 */
export function detectorSignature(
  { inputSize: size, input, nms }: DetectorSpec,
  { headBoxes, headScores, maxBoxes }: DetectorShapes,
): GraphSignature {
  const image =
    input === 'uint8-nhwc'
      ? tensorInfo('image', 'uint8', ['batch', size, size, 3])
      : tensorInfo('image', 'float32', ['batch', 3, size, size]);
  const outputs =
    nms === 'host'
      ? [
          tensorInfo('head_boxes', 'float32', ['batch', ...headBoxes]),
          tensorInfo('head_scores', 'float32', ['batch', ...headScores]),
        ]
      : [
          tensorInfo('bboxes', 'float32', ['batch', maxBoxes, 4]),
          tensorInfo('labels', 'int64', ['batch', maxBoxes]),
          tensorInfo('scores', 'float32', ['batch', maxBoxes]),
        ];
  return { inputs: [image], outputs };
}
