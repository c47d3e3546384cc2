/** Greedy non-maximum suppression within each class, on the host: what all detectors have in common. */

/** Detections of a batch; places beyond an image's detections have score 0, label 0 and an empty box. */
export interface Detections {
  /** [batch, most boxes, 4]: left, top, right, bottom, relative to the image. */
  readonly bboxes: Float32Array;
  /** [batch, most boxes], from 1. */
  readonly labels: BigInt64Array;
  /** [batch, most boxes], best first. */
  readonly scores: Float32Array;
}

/** What of a detector's candidates is kept. */
export interface SuppressionRules {
  /** Classes with the background, which is class 0. */
  readonly classes: number;
  readonly anchors: number;
  /** Only this many of each class's best boxes are considered. */
  readonly candidatesPerClass: number;
  /** A box that overlaps a better one of its class by more than this is dropped. */
  readonly iouThreshold: number;
  /** Only this many of an image's best detections are kept. */
  readonly maxBoxes: number;
}

/** Room for the detections of a batch, and the part of it that belongs to one image. */
export function emptyDetections(
  batch: number,
  maxBoxes: number,
): { readonly all: Detections; readonly of: (image: number) => Detections } {
  const all = {
    bboxes: new Float32Array(batch * maxBoxes * 4),
    labels: new BigInt64Array(batch * maxBoxes),
    scores: new Float32Array(batch * maxBoxes),
  };
  const of = (image: number) => {
    const at = image * maxBoxes;
    return {
      bboxes: all.bboxes.subarray(4 * at, 4 * (at + maxBoxes)),
      labels: all.labels.subarray(at, at + maxBoxes),
      scores: all.scores.subarray(at, at + maxBoxes),
    };
  };
  return { all, of };
}

const scoreOf = new Float32Array(1);
const bitsOf = new Uint32Array(scoreOf.buffer);
/** The bits of 1. Positive numbers below it have smaller bits, in the same order. */
const bitsOfOne = 0x3f800000;

/**
 * A candidate as a number whose ascending order is that of detections: highest score first, then lowest place, which is
 * class × anchors + anchor. Exact, because scores from the threshold to 1 have fewer than 2^26 values and places are
 * below 2^27.
 */
export function rankOf(score: number, place: number, places: number): number {
  scoreOf[0] = score;
  return (bitsOfOne - bitsOf[0]!) * places + place;
}

/**
 * Keeps the best detections of one image, best first over all classes, so that it ends with the last one kept.
 * @param ranked numbers of `rankOf`, ascending
 * @param decode writes left, top, right and bottom of an anchor's box as the box of this number
 */
export function suppress(
  ranked: Float64Array,
  rules: SuppressionRules,
  decode: (anchor: number, boxes: Float32Array, n: number) => void,
  { bboxes, labels, scores }: Detections,
): void {
  const { classes, anchors, candidatesPerClass, iouThreshold, maxBoxes } = rules;
  const places = classes * anchors;
  const looked = new Uint32Array(classes);
  const keptOf = Array.from({ length: classes }, (): number[] => []);
  let kept = 0;
  for (const rank of ranked) {
    if (kept === maxBoxes) return;
    const place = rank % places;
    const label = Math.floor(place / anchors);
    if (looked[label]! >= candidatesPerClass) continue;
    looked[label]!++;
    decode(place % anchors, bboxes, kept);
    if (keptOf[label]!.some((better) => overlap(bboxes, better, kept) > iouThreshold)) continue;
    keptOf[label]!.push(kept);
    bitsOf[0] = bitsOfOne - Math.floor(rank / places);
    scores[kept] = scoreOf[0]!;
    labels[kept++] = BigInt(label);
  }
  // The last box that was decoded may not have been kept.
  if (kept < maxBoxes) bboxes.fill(0, 4 * kept);
}

/** Intersection over union of two boxes. */
function overlap(boxes: Float32Array, m: number, n: number): number {
  const [a, b] = [4 * m, 4 * n];
  const width = Math.min(boxes[a + 2]!, boxes[b + 2]!) - Math.max(boxes[a]!, boxes[b]!);
  const height = Math.min(boxes[a + 3]!, boxes[b + 3]!) - Math.max(boxes[a + 1]!, boxes[b + 1]!);
  if (width <= 0 || height <= 0) return 0;
  const both = width * height;
  return both / (area(boxes, a) + area(boxes, b) - both);
}

function area(boxes: Float32Array, at: number): number {
  return (boxes[at + 2]! - boxes[at]!) * (boxes[at + 3]! - boxes[at + 1]!);
}
