/** Reads COCO-format ground truth and detections into the tables of the evaluation. */
import { z } from 'zod';
import { BaremarkError } from '../../base/errors.js';
import { readJsonFile } from '../../base/json-file.js';
import { type CocoSet, emptyDetections, emptyTruth, setBox, type TruthTable } from './table.js';

const box = z.tuple([z.number(), z.number(), z.number(), z.number()]);

// Only these keys are copied: the rest (above all the segmentations) is dropped while checking.
const truthSchema = z.object({
  images: z.array(
    z.object({
      id: z.number(),
      file_name: z.string().optional(),
      width: z.number().positive().optional(),
      height: z.number().positive().optional(),
    }),
  ),
  categories: z.array(z.object({ id: z.number() })),
  annotations: z.array(
    z.object({
      id: z.number(),
      image_id: z.number(),
      category_id: z.number(),
      bbox: box,
      area: z.number().optional(),
      iscrowd: z.union([z.number(), z.boolean()]).optional(),
    }),
  ),
});

const detectionsSchema = z.array(
  z.object({ image_id: z.number(), category_id: z.number(), bbox: box, score: z.number() }),
);

/** An image of the ground truth. */
interface CocoImage {
  readonly id: number;
  readonly fileName?: string;
  readonly width?: number;
  readonly height?: number;
}

/** Ground truth with the ids that its rows stand for. */
export interface CocoTruth {
  /** By ascending id, the order in which pycocotools breaks ties in score between images. */
  readonly images: readonly CocoImage[];
  /** Place of an image id in `images`. */
  readonly imagePlaces: ReadonlyMap<number, number>;
  /** Place of a category id; ids in ascending order. */
  readonly categoryPlaces: ReadonlyMap<number, number>;
  readonly truth: TruthTable;
}

const truthFix = 'give a COCO file with images, categories and annotations such as instances_val2017.json';

/** Reads ground truth; throws BAD_DATASET where the file holds none. */
export async function readCocoTruth(path: string): Promise<CocoTruth> {
  const document = await readJsonFile(path, truthSchema, truthFix);
  const bad = (why: string) => new BaremarkError('BAD_DATASET', `${path} ${why}; ${truthFix}.`);
  if (document.images.length === 0) throw bad('holds no image');
  const images = document.images
    .map((image) => ({
      id: image.id,
      fileName: image.file_name,
      width: image.width,
      height: image.height,
    }))
    .sort((a, b) => a.id - b.id);
  const imagePlaces = new Map(images.map((image, place) => [image.id, place]));
  if (imagePlaces.size < images.length) throw bad('lists an image id twice');
  const categoryIds = [...new Set(document.categories.map((category) => category.id))].sort((a, b) => a - b);
  const categoryPlaces = new Map(categoryIds.map((id, place) => [id, place]));

  // Like pycocotools: what belongs to no listed image or category is left out.
  const annotations = document.annotations.filter(
    (annotation) => imagePlaces.has(annotation.image_id) && categoryPlaces.has(annotation.category_id),
  );
  const truth = emptyTruth(annotations.length);
  const ids = new Set<number>();
  for (const [i, annotation] of annotations.entries()) {
    if (ids.has(annotation.id)) throw bad(`lists annotation id ${annotation.id} twice`);
    ids.add(annotation.id);
    const { bbox } = annotation;
    setBox(
      truth,
      i,
      imagePlaces.get(annotation.image_id)!,
      categoryPlaces.get(annotation.category_id)!,
      bbox,
    );
    truth.area[i] = annotation.area ?? bbox[2] * bbox[3];
    truth.crowd[i] = annotation.iscrowd ? 1 : 0;
    truth.idZero[i] = annotation.id === 0 ? 1 : 0;
  }
  return { images, imagePlaces, categoryPlaces, truth };
}

/** Reads a COCO results file against its ground truth; throws BAD_DATASET where it is not one, or names other images. */
export async function readCocoDetections(path: string, truth: CocoTruth): Promise<CocoSet> {
  const fix = 'give a JSON array of {image_id, category_id, bbox, score} for the same images';
  const rows = await readJsonFile(path, detectionsSchema, fix);
  const kept = rows.filter((row) => truth.categoryPlaces.has(row.category_id));
  const stranger = rows.find((row) => !truth.imagePlaces.has(row.image_id));
  if (stranger !== undefined)
    throw new BaremarkError(
      'BAD_DATASET',
      `${path} names image ${stranger.image_id}, which the ground truth does not list; ${fix}.`,
    );
  const detections = emptyDetections(kept.length);
  for (const [i, row] of kept.entries()) {
    setBox(
      detections,
      i,
      truth.imagePlaces.get(row.image_id)!,
      truth.categoryPlaces.get(row.category_id)!,
      row.bbox,
    );
    detections.score[i] = row.score;
  }
  return {
    images: truth.images.length,
    categories: truth.categoryPlaces.size,
    truth: truth.truth,
    detections,
  };
}
