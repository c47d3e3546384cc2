/** Decoding and suppression of SSD's heads on the host: part of every batch, in the thread that runs the model. */
import type { Session } from '../../backends/backend.js';
import type { SsdSpec } from '../../graphs/spec.js';
import { defaultBoxes } from '../../graphs/ssd/anchors.js';
import { detect, maxBoxes } from '../../graphs/ssd/postprocess.js';
import { ssdSignature } from '../../graphs/ssd/ssd-resnet34.js';
import { ssdTopology } from '../../graphs/ssd/topology.js';

/** A session of a graph with `nms: host` that answers as the same graph with `nms: graph` does. */
export function withHostNms(session: Session, spec: SsdSpec): Session {
  const anchors = defaultBoxes(spec.inputSize, ssdTopology(spec).grids);
  const { outputs } = ssdSignature({ ...spec, nms: 'graph' });
  return {
    inputs: session.inputs,
    outputs,
    provider: session.provider,
    async run(batch) {
      const heads = await session.run(batch);
      const [boxes, classes] = [heads.head_boxes!.data, heads.head_scores!.data] as Float32Array[];
      const { bboxes, labels, scores } = detect(boxes!, classes!, anchors, batch.size);
      const dims = [batch.size, maxBoxes];
      return {
        bboxes: { type: 'float32', dims: [...dims, 4], data: bboxes },
        labels: { type: 'int64', dims, data: labels },
        scores: { type: 'float32', dims, data: scores },
      };
    },
    close: () => session.close(),
  };
}
