/** Decoding and non-maximum suppression of SSD's heads on the host, with the result that the graph's own gives. */
import { centreScale, sideScale } from './ssd-anchors.js';
import { classCount } from './ssd-topology.js';

/** A score must be above this to count. */
export const scoreThreshold = 0.05;
/** A box is dropped that overlaps a better one of its class by more than this. */
export const iouThreshold = 0.5;
/** Of each class only so many best boxes are looked at. */
export const candidatesPerClass = 200;
/** Of an image only so many best detections are kept. */
export const maxDetections = 200;

/** Detections of a batch; places beyond an image's detections have score 0, label 0 and an empty box. */
export interface Detections {
  /** [batch, 200, 4]: left, top, right, bottom, relative to the image. */
  readonly bboxes: Float32Array;
  /** [batch, 200]: 1 to 80. */
  readonly labels: BigInt64Array;
  /** [batch, 200], best first. */
  readonly scores: Float32Array;
}

/**
 * @param boxHeads [batch, 4, anchors]
 * @param classHeads [batch, 81, anchors], before softmax
 * @param anchors [anchors, 4] of `defaultBoxes`
 */
export function detect(
  boxHeads: Float32Array,
  classHeads: Float32Array,
  anchors: Float32Array,
  batch: number,
): Detections {
  const count = anchors.length / 4;
  const result = {
    bboxes: new Float32Array(batch * maxDetections * 4),
    labels: new BigInt64Array(batch * maxDetections),
    scores: new Float32Array(batch * maxDetections),
  };
  for (let image = 0; image < batch; image++) {
    const heads = classHeads.subarray(image * classCount * count, (image + 1) * classCount * count);
    const boxes = boxHeads.subarray(image * 4 * count, (image + 1) * 4 * count);
    const kept = candidates(heads, count).flatMap((found) => suppress(found, boxes, anchors));
    kept.sort((a, b) => b.score - a.score || a.label - b.label);
    kept.slice(0, maxDetections).forEach(({ box, label, score }, i) => {
      const at = image * maxDetections + i;
      result.bboxes.set(box, at * 4);
      result.labels[at] = BigInt(label);
      result.scores[at] = score;
    });
  }
  return result;
}

interface Candidates {
  readonly label: number;
  /** Anchors whose score is above the threshold. */
  readonly anchors: number[];
  readonly scores: number[];
}

interface Detection {
  readonly box: Float32Array;
  readonly label: number;
  readonly score: number;
}

/** Softmax over the classes of the anchors where an object could count; what is above the threshold, by class. */
function candidates(heads: Float32Array, count: number): Candidates[] {
  const found = Array.from(
    { length: classCount },
    (_, label): Candidates => ({ label, anchors: [], scores: [] }),
  );
  const objects = bestObject(heads, count);
  const powers = new Float64Array(classCount);
  for (let i = 0; i < count; i++) {
    // A score is at most e^(its logit − the background's), which alone rules most anchors out.
    if (objects[i]! - heads[i]! < logThreshold) continue;
    const highest = Math.max(objects[i]!, heads[i]!);
    let sum = 0;
    for (let label = 0, at = i; label < classCount; label++, at += count) {
      powers[label] = Math.exp(heads[at]! - highest);
      sum += powers[label]!;
    }
    for (let label = 1; label < classCount; label++) {
      const score = Math.fround(powers[label]! / sum);
      if (score <= Math.fround(scoreThreshold)) continue;
      found[label]!.anchors.push(i);
      found[label]!.scores.push(score);
    }
  }
  return found;
}

const logThreshold = Math.log(scoreThreshold);

/** The highest logit of each anchor but the background's. */
function bestObject(heads: Float32Array, count: number): Float32Array {
  const best = heads.slice(count, 2 * count);
  for (let label = 2, at = 2 * count; label < classCount; label++)
    for (let i = 0; i < count; i++, at++) if (heads[at]! > best[i]!) best[i] = heads[at]!;
  return best;
}

/** Greedy suppression within a class, best first, equal scores in the anchors' order. */
function suppress(
  { label, anchors: at, scores }: Candidates,
  heads: Float32Array,
  anchors: Float32Array,
): Detection[] {
  const order = Array.from(at, (_, i) => i).sort((a, b) => scores[b]! - scores[a]! || a - b);
  const kept: Detection[] = [];
  for (const i of order.slice(0, candidatesPerClass)) {
    const box = decode(heads, anchors, at[i]!);
    if (kept.every((better) => overlap(better.box, box) <= iouThreshold))
      kept.push({ box, label, score: scores[i]! });
  }
  return kept;
}

/** Left, top, right and bottom of an anchor moved by its heads. */
function decode(heads: Float32Array, anchors: Float32Array, i: number): Float32Array {
  const count = anchors.length / 4;
  const [x, y, width, height] = anchors.subarray(i * 4, i * 4 + 4) as unknown as [
    number,
    number,
    number,
    number,
  ];
  const centreX = x + centreScale * heads[i]! * width;
  const centreY = y + centreScale * heads[count + i]! * height;
  const halfWidth = 0.5 * width * Math.exp(sideScale * heads[2 * count + i]!);
  const halfHeight = 0.5 * height * Math.exp(sideScale * heads[3 * count + i]!);
  return Float32Array.of(
    centreX - halfWidth,
    centreY - halfHeight,
    centreX + halfWidth,
    centreY + halfHeight,
  );
}

/** Intersection over union. */
function overlap(a: Float32Array, b: Float32Array): number {
  const width = Math.min(a[2]!, b[2]!) - Math.max(a[0]!, b[0]!);
  const height = Math.min(a[3]!, b[3]!) - Math.max(a[1]!, b[1]!);
  if (width <= 0 || height <= 0) return 0;
  const both = width * height;
  return both / ((a[2]! - a[0]!) * (a[3]! - a[1]!) + (b[2]! - b[0]!) * (b[3]! - b[1]!) - both);
}
