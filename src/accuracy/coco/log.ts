/** COCO's twelve numbers from an accuracy log alone: seven float32 per detection, with everything that is wrong named. */
import { BaremarkError } from '../../base/errors.js';
import { float32Of, type LogSource } from '../accuracy-log.js';
import type { LogProblem, LogProblems } from '../log-problems.js';
import { readResponses } from '../log-responses.js';
import { type CocoSummary, evaluateCoco } from './evaluate.js';
import type { CocoTruth } from './files.js';
import { type CocoSet, emptyDetections, emptyTruth, firstRows, setBox } from './table.js';

/** Ground truth, and which of its images each sample of the query sample library is. */
export interface CocoLogDataset {
  readonly truth: CocoTruth;
  /** COCO image id of each sample. */
  readonly sampleImageIds: readonly number[];
  /**
   * What a detection's class is: `labels` from 1 for COCO's category ids in ascending order, as SSD-ResNet34 gives
   * them (the default), or `category-ids` themselves, as some submitters' systems do.
   */
  readonly classes?: 'labels' | 'category-ids';
}

/** Fields of one detection: image index, ymin, xmin, ymax, xmax (0 to 1), score, class. */
export const detectionFields = 7;

// Box regression is not clipped: SSD's largest anchors overhang the image by a third before it begins. A whole image
// further out there is nothing to detect, but that is where coordinates in pixels lie.
const farOut = 1;

/** Detections by sample in fractions of the image. */
export interface LoggedDetections {
  /** Seven values per detection; undefined where the sample's response was not good. */
  readonly responses: readonly (Float32Array | undefined)[];
  readonly problems: LogProblems;
}

/** Whether the box of the detection at `at` lies at least partly in the image, and is not inside out. */
export function isInImage(values: ArrayLike<number>, at: number): boolean {
  const [top, left, bottom, right] = [values[at + 1]!, values[at + 2]!, values[at + 3]!, values[at + 4]!];
  const touches = top <= 1 && left <= 1 && bottom >= 0 && right >= 0;
  const near = Math.min(top, left) >= -farOut && Math.max(bottom, right) <= 1 + farOut;
  return touches && near && top <= bottom && left <= right;
}

/** Reads the detections of `samples` samples; throws BAD_LOG where the file is not an accuracy log. */
export async function readLoggedDetections(log: LogSource, samples: number): Promise<LoggedDetections> {
  const responses: (Float32Array | undefined)[] = new Array(samples).fill(undefined);
  const { problems, good } = await readResponses(log, samples, ({ sample, data }, found) => {
    if (data.length % (4 * detectionFields) !== 0) {
      found.add(
        'wrong length',
        sample,
        `${data.length} bytes, which is not a multiple of ${4 * detectionFields}`,
      );
      return false;
    }
    const values = float32Of(data);
    if (!values.every(Number.isFinite)) {
      found.add('not a number', sample);
      return false;
    }
    responses[sample] = values;
    return true;
  });
  for (let sample = 0; sample < samples; sample++) if (good[sample] === 0) responses[sample] = undefined;
  return { responses, problems };
}

/** The ground truth of the samples' images alone: image i of the result is the i-th by id. */
function truthOfSamples({ truth, sampleImageIds }: CocoLogDataset): {
  readonly truth: CocoSet['truth'];
  readonly imageOfSample: readonly number[];
  readonly sizes: readonly { readonly width: number; readonly height: number }[];
} {
  const ids = [...new Set(sampleImageIds)].sort((a, b) => a - b);
  const imageOfPlace = new Map(ids.map((id, image) => [truth.imagePlaces.get(id), image]));
  const sizes = ids.map((id) => {
    const image = truth.images[truth.imagePlaces.get(id) ?? -1];
    if (image?.width === undefined || image.height === undefined)
      throw new BaremarkError(
        'MODEL_DATA_MISMATCH',
        `The ground truth gives no size of image ${id}; use the annotation file that belongs to the data set.`,
      );
    return { width: image.width, height: image.height };
  });
  const rows = Array.from({ length: truth.truth.count }, (_, i) => i).filter((i) =>
    imageOfPlace.has(truth.truth.image[i]),
  );
  const kept = emptyTruth(rows.length);
  for (const [i, row] of rows.entries()) {
    const box = truth.truth.boxes.subarray(4 * row, 4 * row + 4);
    setBox(kept, i, imageOfPlace.get(truth.truth.image[row])!, truth.truth.category[row]!, box);
    kept.area[i] = truth.truth.area[row]!;
    kept.crowd[i] = truth.truth.crowd[row]!;
    kept.idZero[i] = truth.truth.idZero[row]!;
  }
  return {
    truth: kept,
    imageOfSample: sampleImageIds.map((id) => imageOfPlace.get(truth.imagePlaces.get(id))!),
    sizes,
  };
}

/** What a log is worth. */
export interface CocoLogResult extends CocoSummary {
  readonly problems: readonly LogProblem[];
  readonly detections: number;
}

/**
 * Scores an SSD accuracy log, or the responses of a run. All images of the data set count, even those without a good
 * response. A box that is outside its image, or names another image, stays in the ranking as a wrong detection.
 */
export async function evaluateCocoLog(log: LogSource, dataset: CocoLogDataset): Promise<CocoLogResult> {
  const { truth, imageOfSample, sizes } = truthOfSamples(dataset);
  const { responses, problems } = await readLoggedDetections(log, dataset.sampleImageIds.length);
  const places = dataset.truth.categoryPlaces;
  const byLabel = dataset.classes !== 'category-ids';
  const total = responses.reduce((sum, values) => sum + (values?.length ?? 0) / detectionFields, 0);
  const table = emptyDetections(total);
  let count = 0;
  for (const [sample, values] of responses.entries()) {
    if (values === undefined) continue;
    const image = imageOfSample[sample]!;
    for (let at = 0; at < values.length; at += detectionFields) {
      const category = byLabel ? values[at + 6]! - 1 : places.get(values[at + 6]!);
      if (category === undefined || !Number.isInteger(category) || category < 0 || category >= places.size) {
        problems.add('unknown class', sample);
        continue;
      }
      setBox(table, count, image, category, pixelBox(values, at, sample, sizes[image]!, problems));
      table.score[count] = values[at + 5]!;
      count += 1;
    }
  }
  const detections = firstRows(table, count);
  const summary = evaluateCoco({ images: sizes.length, categories: places.size, truth, detections });
  return { ...summary, detections: count, problems: problems.list() };
}

/** x, y, width, height in pixels; a box without area, which matches nothing, where the detection is faulty. */
function pixelBox(
  values: Float32Array,
  at: number,
  sample: number,
  { width, height }: { readonly width: number; readonly height: number },
  problems: LogProblems,
): readonly number[] {
  const nowhere = [0, 0, 0, 0];
  if (values[at] !== sample) {
    problems.add('wrong image', sample);
    return nowhere;
  }
  if (!isInImage(values, at)) {
    problems.add('outside the image', sample);
    return nowhere;
  }
  const [top, left] = [values[at + 1]! * height, values[at + 2]! * width];
  return [left, top, values[at + 4]! * width - left, values[at + 3]! * height - top];
}
