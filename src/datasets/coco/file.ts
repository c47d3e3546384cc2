/** COCO's annotation file and the images it lists, in its order. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { BaremarkError } from '../../base/errors.js';
import { parseJson, readDataText, requireJsonShape } from '../../base/json-file.js';

export interface CocoImage {
  /** COCO's image id. */
  readonly id: number;
  readonly fileName: string;
  /** Pixels of the original. */
  readonly width: number;
  readonly height: number;
}

export interface CocoFolder {
  readonly annotations: string;
  readonly imageDir: string;
  /** In the annotation file's order: LoadGen's sample index is the position in this list. */
  readonly images: readonly CocoImage[];
  /** COCO's category ids, ascending: label l of SSD-ResNet34 (from 1) is the l-th of them. */
  readonly categoryIds: readonly number[];
}

const fix = "give COCO val2017's folder with annotations/instances_val2017.json and val2017/";

const size = z.int().positive();
const schema = z.object({
  images: z.array(z.object({ id: z.int(), file_name: z.string().min(1), width: size, height: size })).min(1),
  annotations: z.array(
    z.object({ image_id: z.int(), category_id: z.int(), bbox: z.array(z.number()).length(4) }),
  ),
  categories: z.array(z.object({ id: z.int() })).min(1),
});

/** Reads the list of images, not the images; throws `BAD_DATASET` that names the file and the place in it. */
export async function readCocoFolder(dir: string): Promise<CocoFolder> {
  const places = ['instances_val2017.json', join('annotations', 'instances_val2017.json')];
  const annotations = places.map((name) => join(dir, name)).find((path) => existsSync(path));
  if (annotations === undefined)
    throw new BaremarkError('BAD_DATASET', `${dir} has no instances_val2017.json; ${fix}.`);
  const text = await readDataText(annotations, fix);
  const document = requireJsonShape(parseJson(text, annotations, fix), schema, annotations, fix);
  const imageDir = ['images', 'val2017'].map((name) => join(dir, name)).find((path) => existsSync(path));
  if (imageDir === undefined)
    throw new BaremarkError('BAD_DATASET', `${dir} has no folder images or val2017; ${fix}.`);
  return {
    annotations,
    imageDir,
    images: document.images.map((image) => ({
      id: image.id,
      fileName: image.file_name,
      width: image.width,
      height: image.height,
    })),
    categoryIds: document.categories.map(({ id }) => id).sort((a, b) => a - b),
  };
}
