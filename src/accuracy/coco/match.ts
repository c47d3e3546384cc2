/** Matches the detections of one category in one image to its ground truth, by COCO's greedy rule at ten IoU thresholds. */
import type { CocoSet } from './table.js';

/** start + i × step with the last value exact, as numpy's linspace rounds; .75 must be .75 to the bit. */
export const iouThresholds: readonly number[] = Array.from({ length: 10 }, (_, i) =>
  i === 9 ? 0.95 : i * ((0.95 - 0.5) / 9) + 0.5,
);

/** All, small, medium and large objects, in square pixels, both ends inside. */
export const areaRanges: readonly (readonly [number, number])[] = [
  [0, 1e10],
  [0, 32 ** 2],
  [32 ** 2, 96 ** 2],
  [96 ** 2, 1e10],
];

/** Detections of one image and category that count: those with the highest scores. */
export const maxDetections = 100;

/** Outcome of one detection in one area range; bit t is IoU threshold t. */
export interface MatchSink {
  /** Called once per detection, best score first; `rank` counts from 0 within image and category. */
  detection(score: number, rank: number): void;
  /** Called after `detection` for each area range. */
  outcome(area: number, matched: number, ignored: number): void;
  /** Ground truth that is asked for in this area range. */
  wanted(area: number, count: number): void;
}

/**
 * Intersection over union of a detection with a ground truth, boxes as x, y, width, height;
 * over the detection's own area where the truth is a crowd. 0 where they only touch.
 */
export function boxIou(d: Float64Array, di: number, g: Float64Array, gi: number, crowd: boolean): number {
  const [dx, dy, dw, dh] = [d[di]!, d[di + 1]!, d[di + 2]!, d[di + 3]!];
  const [gx, gy, gw, gh] = [g[gi]!, g[gi + 1]!, g[gi + 2]!, g[gi + 3]!];
  const width = Math.min(dw + dx, gw + gx) - Math.max(dx, gx);
  if (width <= 0) return 0;
  const height = Math.min(dh + dy, gh + gy) - Math.max(dy, gy);
  if (height <= 0) return 0;
  const shared = width * height;
  return shared / (crowd ? dw * dh : dw * dh + gw * gh - shared);
}

/**
 * Matches `detections` (rows of the set's detections, best score first, at most `maxDetections`) to
 * `truths` (rows of its ground truth, in file order). A detection takes the free truth with the highest IoU;
 * truths that are ignored (crowds, or outside the area range) are taken only where no other will do, and
 * what matched them, or matched nothing and is itself outside the range, is neither right nor wrong.
 */
export function matchCell(
  set: CocoSet,
  truths: readonly number[],
  detections: readonly number[],
  sink: MatchSink,
): void {
  const { truth, detections: table } = set;
  const [G, D] = [truths.length, detections.length];
  const ious = new Float64Array(D * G);
  for (let d = 0; d < D; d++)
    for (let g = 0; g < G; g++)
      ious[d * G + g] = boxIou(
        table.boxes,
        4 * detections[d]!,
        truth.boxes,
        4 * truths[g]!,
        truth.crowd[truths[g]!] === 1,
      );

  const matched = new Uint16Array(D * areaRanges.length);
  const ignored = new Uint16Array(D * areaRanges.length);
  for (const [a, [least, most]] of areaRanges.entries()) {
    const isIgnored = (g: number) =>
      truth.crowd[truths[g]!] === 1 || truth.area[truths[g]!]! < least || truth.area[truths[g]!]! > most;
    const places = truths.map((_, g) => g);
    const wanted = places.filter((g) => !isIgnored(g));
    const order = [...wanted, ...places.filter(isIgnored)];
    sink.wanted(a, wanted.length);

    const taken = new Uint8Array(G);
    for (let t = 0; G > 0 && t < iouThresholds.length; t++) {
      taken.fill(0);
      for (let d = 0; d < D; d++) {
        let best = Math.min(iouThresholds[t]!, 1 - 1e-10);
        let match = -1;
        for (let i = 0; i < G; i++) {
          const g = order[i]!;
          if (taken[g] === 1 && truth.crowd[truths[g]!] === 0) continue;
          if (match >= 0 && match < wanted.length && i >= wanted.length) break;
          const iou = ious[d * G + g]!;
          if (iou < best) continue;
          best = iou;
          match = i;
        }
        if (match < 0) continue;
        const g = order[match]!;
        taken[g] = 1;
        if (match >= wanted.length) ignored[a * D + d]! |= 1 << t;
        if (truth.idZero[truths[g]!] === 0) matched[a * D + d]! |= 1 << t;
      }
    }
    for (let d = 0; d < D; d++) {
      const box = 4 * detections[d]!;
      const area = table.boxes[box + 2]! * table.boxes[box + 3]!;
      if (area < least || area > most) ignored[a * D + d]! |= 0x3ff & ~matched[a * D + d]!;
    }
  }
  for (let d = 0; d < D; d++) {
    sink.detection(table.score[detections[d]!]!, d);
    for (let a = 0; a < areaRanges.length; a++) sink.outcome(a, matched[a * D + d]!, ignored[a * D + d]!);
  }
}
