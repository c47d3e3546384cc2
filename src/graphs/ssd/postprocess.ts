/** Decoding and non-maximum suppression of SSD's heads on the host, with the same result as in the graph. */
import { centreScale, sideScale } from './anchors.js';
import { type Detections, emptyDetections, rankOf, suppress } from './suppression.js';
import { classCount } from './topology.js';

/** A score must be above this to count. */
export const scoreThreshold = 0.05;
/** A box that overlaps a better one of its class by more than this is dropped. */
export const iouThreshold = 0.5;
/** Only this many of each class's best boxes are considered. */
export const candidatesPerClass = 200;
/** Only this many of an image's best detections are kept. */
export const maxBoxes = 200;

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
  const rules = { classes: classCount, anchors: count, candidatesPerClass, iouThreshold, maxBoxes };
  const found = emptyDetections(batch, maxBoxes);
  for (let image = 0; image < batch; image++) {
    const heads = classHeads.subarray(image * classCount * count, (image + 1) * classCount * count);
    const boxes = boxHeads.subarray(image * 4 * count, (image + 1) * 4 * count);
    const ofImage = found.of(image);
    suppress(candidates(heads, count), rules, (i, to, n) => decode(boxes, anchors, i, to, n), ofImage);
  }
  return found.all;
}

const leastScore = Math.fround(scoreThreshold);
const logThreshold = Math.log(scoreThreshold);

/** Anchors worked on at once: their data stays in the processor's cache while the classes' planes are read. */
const block = 512;

/**
 * Every class of every anchor whose softmax is above the threshold, as numbers whose ascending order is that of
 * detections: highest score first, then lowest class, then first anchor.
 */
function candidates(heads: Float32Array, count: number): Float64Array {
  const found: number[] = [];
  const best = new Float32Array(block);
  const places = new Uint32Array(block);
  const highest = new Float64Array(block);
  const sums = new Float64Array(block);
  const powers = new Float64Array(classCount * block);
  for (let start = 0; start < count; start += block) {
    const length = Math.min(block, count - start);
    bestObject(heads, count, start, length, best);
    let active = 0;
    for (let i = 0; i < length; i++) {
      const background = heads[start + i]!;
      // A score is at most e^(its logit − the background's); that alone rules most anchors out.
      if (best[i]! - background < logThreshold) continue;
      places[active] = start + i;
      highest[active] = Math.max(best[i]!, background);
      sums[active++] = 0;
    }
    for (let label = 0; label < classCount; label++)
      for (let k = 0; k < active; k++) {
        const power = Math.exp(heads[label * count + places[k]!]! - highest[k]!);
        powers[label * block + k] = power;
        sums[k]! += power;
      }
    for (let label = 1; label < classCount; label++)
      for (let k = 0; k < active; k++) {
        const score = Math.fround(powers[label * block + k]! / sums[k]!);
        if (score > leastScore) found.push(rankOf(score, label * count + places[k]!, classCount * count));
      }
  }
  return Float64Array.from(found).sort();
}

/** The highest logit of each of these anchors, except the background's. */
function bestObject(
  heads: Float32Array,
  count: number,
  start: number,
  length: number,
  best: Float32Array,
): void {
  best.fill(Number.NEGATIVE_INFINITY);
  for (let label = 1; label < classCount; label++) {
    const at = label * count + start;
    for (let i = 0; i < length; i++) if (heads[at + i]! > best[i]!) best[i] = heads[at + i]!;
  }
}

/** Writes left, top, right and bottom of an anchor moved by its heads as the box of this number. */
function decode(heads: Float32Array, anchors: Float32Array, i: number, boxes: Float32Array, n: number): void {
  const count = anchors.length / 4;
  const [width, height] = [anchors[4 * i + 2]!, anchors[4 * i + 3]!];
  const centreX = anchors[4 * i]! + centreScale * heads[i]! * width;
  const centreY = anchors[4 * i + 1]! + centreScale * heads[count + i]! * height;
  const halfWidth = 0.5 * width * Math.exp(sideScale * heads[2 * count + i]!);
  const halfHeight = 0.5 * height * Math.exp(sideScale * heads[3 * count + i]!);
  boxes[4 * n] = centreX - halfWidth;
  boxes[4 * n + 1] = centreY - halfHeight;
  boxes[4 * n + 2] = centreX + halfWidth;
  boxes[4 * n + 3] = centreY + halfHeight;
}
