/** From a batch's outputs to one response per sample, in the layouts that MLPerf's accuracy scripts read out of LoadGen's log. */
import { BaremarkError } from '../base/errors.js';
import { halfToFloat } from '../base/float16.js';
import type { Tensor, TensorMap } from '../base/tensor.js';
import type { ResponseKind } from './sample-library.js';

/**
 * Responses of the first `batchSize` samples, sample `sampleIndices[i]` in row i.
 *
 * `squad-logits`: `maxSequence` pairs of float32, start and end logit of each token, as accuracy-squad.py reads
 * them. Past a sample's own `lengths[i]`, or past the length that was computed if none is given, both are −10,000, the
 * value with which that script pads. A response then does not depend on the batch that its sample was in, and padding
 * cannot reach the best candidates.
 *
 * `coco-detections`: seven float32 for each detection with a score above 0: sample index, ymin, xmin, ymax, xmax
 * (0 to 1), score, class, as accuracy-coco.py reads them. The class is the model's own label: SSD-ResNet34's labels go
 * from 1 to 80 and stand for COCO's category ids in ascending order; that script maps them back with --use-inv-map.
 */
export function encodeResponses(
  kind: ResponseKind,
  outputs: TensorMap,
  batchSize: number,
  sampleIndices: ArrayLike<number>,
  lengths?: ArrayLike<number>,
  maxSequence = 384,
): Uint8Array[] {
  switch (kind) {
    case 'squad-logits':
      return squadLogits(outputs, batchSize, lengths, maxSequence);
    case 'coco-detections':
      return cocoDetections(outputs, batchSize, sampleIndices);
    case 'none':
      return Array.from({ length: batchSize }, () => new Uint8Array(0));
  }
}

const belowEveryLogit = -10_000;

function squadLogits(
  outputs: TensorMap,
  batchSize: number,
  lengths: ArrayLike<number> | undefined,
  maxSequence: number,
): Uint8Array[] {
  const start = output(outputs, 'output_start_logits', 'start_logits', 'start');
  const end = output(outputs, 'output_end_logits', 'end_logits', 'end');
  requireShape(start, 'output_start_logits', batchSize, 2);
  requireShape(end, 'output_end_logits', batchSize, 2);
  const computed = start.dims[1]!;
  const startAt = reader(start);
  const endAt = reader(end);
  return Array.from({ length: batchSize }, (_, row) => {
    const pairs = new Float32Array(2 * Math.max(maxSequence, computed)).fill(belowEveryLogit);
    const length = Math.min(computed, lengths?.[row] ?? computed);
    for (let token = 0; token < length; token += 1) {
      pairs[2 * token] = startAt(row * computed + token);
      pairs[2 * token + 1] = endAt(row * computed + token);
    }
    return new Uint8Array(pairs.buffer);
  });
}

function cocoDetections(
  outputs: TensorMap,
  batchSize: number,
  sampleIndices: ArrayLike<number>,
): Uint8Array[] {
  const boxes = output(outputs, 'bboxes', 'boxes');
  const labels = output(outputs, 'labels', 'classes');
  const scores = output(outputs, 'scores');
  requireShape(scores, 'scores', batchSize, 2);
  requireShape(labels, 'labels', batchSize, 2);
  requireShape(boxes, 'bboxes', batchSize, 3);
  const perImage = scores.dims[1]!;
  const boxAt = reader(boxes);
  const labelAt = reader(labels);
  const scoreAt = reader(scores);
  return Array.from({ length: batchSize }, (_, row) => {
    const values: number[] = [];
    for (let i = row * perImage; i < (row + 1) * perImage; i += 1) {
      const score = scoreAt(i);
      if (!(score > 0)) continue;
      const [left, top, right, bottom] = [boxAt(4 * i), boxAt(4 * i + 1), boxAt(4 * i + 2), boxAt(4 * i + 3)];
      values.push(sampleIndices[row]!, top, left, bottom, right, score, labelAt(i));
    }
    return new Uint8Array(Float32Array.from(values).buffer);
  });
}

function output(outputs: TensorMap, ...names: readonly string[]): Tensor {
  const found = names.find((name) => outputs[name]);
  if (found !== undefined) return outputs[found]!;
  throw new BaremarkError(
    'MODEL_DATA_MISMATCH',
    `The model has no output ${names[0]}, only ${Object.keys(outputs).join(', ') || 'none'}; use a model made for this data set.`,
  );
}

function requireShape({ dims }: Tensor, name: string, batchSize: number, rank: number): void {
  if (dims.length === rank && dims[0]! >= batchSize) return;
  throw new BaremarkError(
    'MODEL_DATA_MISMATCH',
    `The model's output ${name} has shape [${dims.join(', ')}] for a batch of ${batchSize}, where ${rank} dimensions and one row per sample are needed; use a model made for this data set.`,
  );
}

function reader({ type, data }: Tensor): (at: number) => number {
  if (type === 'float16') return (at) => halfToFloat(Number(data[at]));
  return (at) => Number(data[at]);
}
