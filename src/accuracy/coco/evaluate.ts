/** COCO's bounding-box evaluation in full: twelve numbers, equal to those of pycocotools. */
import { areaRanges, iouThresholds, type MatchSink, matchCell, maxDetections } from './match.js';
import type { BoxTable, CocoSet } from './table.js';

/** 0 to 1; -1 where there is no ground truth to measure against, as pycocotools has it. */
export interface CocoSummary {
  /** AP averaged over IoU .50:.05:.95: what MLPerf calls mAP. */
  readonly ap: number;
  readonly ap50: number;
  readonly ap75: number;
  readonly apSmall: number;
  readonly apMedium: number;
  readonly apLarge: number;
  readonly ar1: number;
  readonly ar10: number;
  readonly ar100: number;
  readonly arSmall: number;
  readonly arMedium: number;
  readonly arLarge: number;
}

// As numpy.linspace(0, 1, 101) rounds, which is not i / 100 everywhere.
const recallPoints = Array.from({ length: 101 }, (_, i) => (i === 100 ? 1 : i * 0.01));
const thresholds = iouThresholds.length;

/** What is averaged for the summary, over categories that have ground truth in the area range. */
interface Sums {
  categories: number;
  readonly precision: Float64Array;
  readonly recall: Float64Array;
}

const newSums = (): Sums => ({
  categories: 0,
  precision: new Float64Array(thresholds),
  recall: new Float64Array(thresholds),
});

/** The outcomes of one category over all images. */
class CategoryOutcomes implements MatchSink {
  readonly scores: number[] = [];
  readonly ranks: number[] = [];
  readonly matched: number[][] = areaRanges.map(() => []);
  readonly ignored: number[][] = areaRanges.map(() => []);
  readonly wantedCounts = areaRanges.map(() => 0);
  detection(score: number, rank: number): void {
    this.scores.push(score);
    this.ranks.push(rank);
  }
  outcome(area: number, matched: number, ignored: number): void {
    this.matched[area]!.push(matched);
    this.ignored[area]!.push(ignored);
  }
  wanted(area: number, count: number): void {
    this.wantedCounts[area]! += count;
  }
}

/** Rows by category, then image, then `tie`, then file order. */
function sortedRows(table: BoxTable, tie: (a: number, b: number) => number): Uint32Array {
  const rows = Uint32Array.from({ length: table.count }, (_, i) => i);
  return rows.sort(
    (a, b) =>
      table.category[a]! - table.category[b]! || table.image[a]! - table.image[b]! || tie(a, b) || a - b,
  );
}

/** Walks the rows of a table in step with images: each call takes the rows of one category and image. */
function takeCell(
  table: BoxTable,
  rows: Uint32Array,
  from: number,
  category: number,
  image: number,
): { readonly rows: number[]; readonly next: number } {
  const cell: number[] = [];
  let next = from;
  for (; next < rows.length; next++) {
    const row = rows[next]!;
    if (table.category[row] !== category || table.image[row] !== image) break;
    cell.push(row);
  }
  return { rows: cell, next };
}

/** Adds one category to the sums of an area range, counting the best `perImage` detections of an image. */
function accumulate(
  outcomes: CategoryOutcomes,
  byScore: Uint32Array,
  area: number,
  perImage: number,
  sums: Sums,
): void {
  const wanted = outcomes.wantedCounts[area]!;
  if (wanted === 0) return;
  sums.categories += 1;
  const kept = byScore.filter((i) => outcomes.ranks[i]! < perImage);
  const recall = new Float64Array(kept.length);
  const precision = new Float64Array(kept.length);
  for (let t = 0; t < thresholds; t++) {
    let right = 0;
    let wrong = 0;
    for (let i = 0; i < kept.length; i++) {
      if (((outcomes.ignored[area]![kept[i]!]! >> t) & 1) === 0) {
        if ((outcomes.matched[area]![kept[i]!]! >> t) & 1) right += 1;
        else wrong += 1;
      }
      recall[i] = right / wanted;
      precision[i] = right / (wrong + right + Number.EPSILON);
    }
    for (let i = kept.length - 1; i > 0; i--)
      if (precision[i]! > precision[i - 1]!) precision[i - 1] = precision[i]!;
    sums.recall[t]! += kept.length > 0 ? recall[kept.length - 1]! : 0;
    let at = 0;
    for (const point of recallPoints) {
      while (at < kept.length && recall[at]! < point) at++;
      if (at === kept.length) break;
      sums.precision[t]! += precision[at]!;
    }
  }
}

/**
 * Evaluates detections against ground truth: IoU .50:.05:.95, four area ranges, 1, 10 and 100 detections
 * an image and category. Ties in score keep the order of the detections. Rules: pycocotools' COCOeval, `bbox`.
 */
export function evaluateCoco(set: CocoSet): CocoSummary {
  const { truth, detections } = set;
  const truthRows = sortedRows(truth, () => 0);
  const detectionRows = sortedRows(detections, (a, b) => detections.score[b]! - detections.score[a]!);
  const perArea = areaRanges.map(newSums);
  const [best1, best10] = [newSums(), newSums()];
  let [g, d] = [0, 0];
  while (g < truth.count || d < detections.count) {
    const category = Math.min(
      at(truth, truthRows, g, 'category'),
      at(detections, detectionRows, d, 'category'),
    );
    const outcomes = new CategoryOutcomes();
    for (;;) {
      const image = Math.min(
        at(truth, truthRows, g, 'category') === category ? at(truth, truthRows, g, 'image') : Infinity,
        at(detections, detectionRows, d, 'category') === category
          ? at(detections, detectionRows, d, 'image')
          : Infinity,
      );
      if (image === Infinity) break;
      const truths = takeCell(truth, truthRows, g, category, image);
      const found = takeCell(detections, detectionRows, d, category, image);
      [g, d] = [truths.next, found.next];
      matchCell(set, truths.rows, found.rows.slice(0, maxDetections), outcomes);
    }
    const byScore = Uint32Array.from(outcomes.scores, (_, i) => i).sort(
      (a, b) => outcomes.scores[b]! - outcomes.scores[a]! || a - b,
    );
    for (const [area, sums] of perArea.entries()) accumulate(outcomes, byScore, area, maxDetections, sums);
    accumulate(outcomes, byScore, 0, 1, best1);
    accumulate(outcomes, byScore, 0, 10, best10);
  }
  const [all, small, medium, large] = perArea as [Sums, Sums, Sums, Sums];
  return {
    ap: meanPrecision(all),
    ap50: meanPrecision(all, 0.5),
    ap75: meanPrecision(all, 0.75),
    apSmall: meanPrecision(small),
    apMedium: meanPrecision(medium),
    apLarge: meanPrecision(large),
    ar1: meanRecall(best1),
    ar10: meanRecall(best10),
    ar100: meanRecall(all),
    arSmall: meanRecall(small),
    arMedium: meanRecall(medium),
    arLarge: meanRecall(large),
  };
}

/** The category or image of the row at a place of the walk; Infinity past its end. */
function at(table: BoxTable, rows: Uint32Array, place: number, column: 'category' | 'image'): number {
  return place < rows.length ? table[column][rows[place]!]! : Infinity;
}

function meanPrecision(sums: Sums, iou?: number): number {
  if (sums.categories === 0) return -1;
  const values = iou === undefined ? [...sums.precision] : [sums.precision[iouThresholds.indexOf(iou)]!];
  return total(values) / (sums.categories * recallPoints.length * values.length);
}

function meanRecall(sums: Sums): number {
  return sums.categories === 0 ? -1 : total([...sums.recall]) / (sums.categories * thresholds);
}

function total(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}
