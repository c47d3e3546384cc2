/** Fidelity of SSD for any weights: the reference's detections are taken as the truth. */
import type { LogSource } from '../accuracy-log.js';
import { equalValues, type Fidelity, fidelityGates, percent } from '../fidelity.js';
import { evaluateCoco } from './evaluate.js';
import { detectionFields, isInImage, readLoggedDetections } from './log.js';
import { boxIou, maxDetections } from './match.js';
import { type DetectionTable, emptyDetections, emptyTruth, firstRows, setBox } from './table.js';

export interface CocoFidelity extends Fidelity {
  /** Detections of each side, and pairs of them of one class with IoU of at least 0.5. */
  readonly referenceDetections: number;
  readonly testDetections: number;
  readonly matched: number;
  /** Matched pairs ÷ the larger of the two numbers of detections, 0 to 1; 1 where neither found anything. */
  readonly matchedShare: number;
  /** mAP (IoU .50:.05:.95) of the detections under test against the reference's, 0 to 1; -1 where it found none. */
  readonly ap: number;
}

/**
 * Detections of all samples as rows: image = sample, best score first within a sample. Boxes that are outside
 * the image or have no area are left out: they detect nothing and overlap nothing, not even themselves.
 */
function toTable(
  responses: readonly (Float32Array | undefined)[],
  categories: Map<number, number>,
): DetectionTable {
  const total = responses.reduce((sum, values) => sum + (values?.length ?? 0) / detectionFields, 0);
  const table = emptyDetections(total);
  let count = 0;
  for (const [sample, values] of responses.entries()) {
    if (values === undefined) continue;
    const places = Array.from(
      { length: values.length / detectionFields },
      (_, i) => i * detectionFields,
    ).sort((a, b) => values[b + 5]! - values[a + 5]! || a - b);
    for (const at of places) {
      if (!isInImage(values, at) || values[at] !== sample) continue;
      const label = values[at + 6]!;
      const category = categories.get(label) ?? categories.size;
      categories.set(label, category);
      const [top, left] = [values[at + 1]!, values[at + 2]!];
      const [width, height] = [values[at + 4]! - left, values[at + 3]! - top];
      if (width === 0 || height === 0) continue;
      setBox(table, count, sample, category, [left, top, width, height]);
      table.score[count] = values[at + 5]!;
      count += 1;
    }
  }
  return firstRows(table, count);
}

/** Rows of each sample, in the table's order. */
function rowsBySample(table: DetectionTable, samples: number): number[][] {
  const rows: number[][] = Array.from({ length: samples }, () => []);
  for (let i = 0; i < table.count; i++) rows[table.image[i]!]!.push(i);
  return rows;
}

/** Pairs up, best score first, each detection with the free one of its class that overlaps it most, from IoU 0.5. */
function countMatches(
  reference: DetectionTable,
  inReference: readonly number[],
  test: DetectionTable,
  inTest: readonly number[],
): number {
  const free = new Set(inReference);
  let matched = 0;
  for (const row of inTest) {
    let best = 0.5;
    let match: number | undefined;
    for (const other of free) {
      if (reference.category[other] !== test.category[row]) continue;
      const iou = boxIou(test.boxes, 4 * row, reference.boxes, 4 * other, false);
      if (iou < best || (iou === best && match !== undefined)) continue;
      best = iou;
      match = other;
    }
    if (match === undefined) continue;
    free.delete(match);
    matched += 1;
  }
  return matched;
}

/** The reference's detections as ground truth: the 100 best per image and class, as many as an evaluation counts. */
function asTruth(table: DetectionTable) {
  const taken = new Map<string, number>();
  const rows: number[] = [];
  for (let row = 0; row < table.count; row++) {
    const cell = `${table.image[row]}/${table.category[row]}`;
    const before = taken.get(cell) ?? 0;
    taken.set(cell, before + 1);
    if (before < maxDetections) rows.push(row);
  }
  const truth = emptyTruth(rows.length);
  for (const [i, row] of rows.entries()) {
    const box = table.boxes.subarray(4 * row, 4 * row + 4);
    setBox(truth, i, table.image[row]!, table.category[row]!, box);
    truth.area[i] = box[2]! * box[3]!;
  }
  return truth;
}

/**
 * Compares two SSD accuracy logs of `samples` samples. A gate must be met by both the matched share and the mAP, with
 * a good response to every sample. Throws BAD_LOG where a file is not an accuracy log.
 */
export async function cocoFidelity(
  reference: LogSource,
  test: LogSource,
  samples: number,
): Promise<CocoFidelity> {
  const a = await readLoggedDetections(reference, samples);
  const b = await readLoggedDetections(test, samples);
  const categories = new Map<number, number>();
  const [left, right] = [toTable(a.responses, categories), toTable(b.responses, categories)];
  const [leftRows, rightRows] = [rowsBySample(left, samples), rowsBySample(right, samples)];
  let [compared, identical, matched] = [0, 0, 0];
  for (let sample = 0; sample < samples; sample++) {
    const [x, y] = [a.responses[sample], b.responses[sample]];
    if (x === undefined || y === undefined) continue;
    compared += 1;
    if (equalValues(x, y)) identical += 1;
    matched += countMatches(left, leftRows[sample]!, right, rightRows[sample]!);
  }
  const { ap } = evaluateCoco({
    images: samples,
    categories: categories.size,
    truth: asTruth(left),
    detections: right,
  });
  const most = Math.max(left.count, right.count);
  const matchedShare = most === 0 ? 1 : matched / most;
  const complete = compared === samples;
  const share = complete ? Math.min(matchedShare, most === 0 ? 1 : ap) : 0;
  return {
    samples,
    compared,
    identical,
    referenceDetections: left.count,
    testDetections: right.count,
    matched,
    matchedShare,
    ap,
    ...fidelityGates(share),
    referenceProblems: a.problems.list(),
    testProblems: b.problems.list(),
    message:
      identical === samples
        ? `All ${samples} responses are identical.`
        : `${percent(matchedShare)} of the detections match at IoU 0.5 (${matched} of ${left.count} and ${right.count}), ` +
          `mAP against the reference is ${ap.toFixed(4)}; ${identical} of ${samples} responses are identical, ` +
          `${samples - compared} have no good response in both.`,
  };
}
