/** Decoding and suppression of SSD's heads on the host: part of every batch, in the thread that runs the model. */
import type { TensorInfo, TensorMap } from '../../base/tensor.js';
import { graphSignature } from '../../graphs/signature.js';
import type { DetectorSpec } from '../../graphs/spec.js';
import { defaultBoxes } from '../../graphs/ssd/anchors.js';
import { detect } from '../../graphs/ssd/postprocess.js';
import type { Detections } from '../../graphs/ssd/suppression.js';
import { ssdTopology } from '../../graphs/ssd/topology.js';
import { detectMobilenet } from '../../graphs/ssd-mobilenet/postprocess.js';

/** What the host makes of a model's outputs before a batch is complete. */
export interface HostStep {
  readonly outputs: readonly TensorInfo[];
  /** @throws Error where the model's outputs are not those that it starts from */
  finish(outputs: TensorMap, size: number): TensorMap;
}

type Finish = (boxes: Float32Array, classes: Float32Array, size: number) => Detections;

/** The step after which a graph with `nms: host` has answered as the same graph with `nms: graph` does. */
export function hostNms(spec: DetectorSpec): HostStep {
  const found = detectorOf(spec);
  const { outputs } = graphSignature({ ...spec, nms: 'graph' });
  return {
    outputs,
    finish(heads, size) {
      const [boxes, classes] = [heads?.head_boxes?.data, heads?.head_scores?.data];
      if (!(boxes instanceof Float32Array && classes instanceof Float32Array))
        throw new Error(
          'the outputs head_boxes and head_scores, which nms=host starts from, are not float32',
        );
      const { bboxes, labels, scores } = found(boxes, classes, size);
      const dims = [size, scores.length / size];
      return {
        bboxes: { type: 'float32', dims: [...dims, 4], data: bboxes },
        labels: { type: 'int64', dims, data: labels },
        scores: { type: 'float32', dims, data: scores },
      };
    },
  };
}

function detectorOf(spec: DetectorSpec): Finish {
  if (spec.kind === 'ssd-mobilenet') return detectMobilenet;
  const anchors = defaultBoxes(spec.inputSize, ssdTopology(spec).grids);
  return (boxes, classes, size) => detect(boxes, classes, anchors, size);
}
