/** COCO val2017 as a sample library: sample i is the i-th image of the annotation file. */
import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { BaremarkError } from '../../base/errors.js';
import { sha256File } from '../../base/files.js';
import { decodeImage } from '../images/decode.js';
import { loadImages } from '../images/load.js';
import { resizeToSquare } from '../images/resize.js';
import type { CocoSpec } from '../library-spec.js';
import type { SampleLibrary } from '../sample-library.js';
import { type CocoFolder, readCocoFolder } from './file.js';

/** Throws `BAD_DATASET` that names the annotation file, or the first image that is missing. */
export async function openCoco(spec: CocoSpec): Promise<SampleLibrary> {
  const { layout, normalization } = spec;
  const size = spec.inputSize ?? 1200;
  const folder = await readCocoFolder(spec.dir);
  const bytes = await imageSizes(folder);
  // The images' bytes are not hashed, because that would read a gigabyte before the run. COCO's file names are its
  // images' ids, and a file of another size is noticed.
  const hash = createHash('sha256')
    .update(JSON.stringify(['coco/1', size, layout, bytes, ...(normalization ? [normalization] : [])]))
    .update(await sha256File(folder.annotations))
    .digest('hex');
  const pathOf = (index: number) => join(folder.imageDir, folder.images[index]!.fileName);
  const read = async (index: number) => resizeToSquare(await decodeImage(pathOf(index)), size);
  const count = folder.images.length;
  return {
    name: 'coco-val2017',
    totalSampleCount: count,
    performanceSampleCount: Math.min(spec.performanceSampleCount ?? 64, count),
    hash,
    response: 'coco-detections',
    sampleName: (index) => folder.images[index]!.fileName,
    load: (indices, onProgress) => loadImages({ layout, normalization, size, read }, indices, onProgress),
    unload: () => {},
  };
}

async function imageSizes({ imageDir, images }: CocoFolder): Promise<readonly number[]> {
  const found = await Promise.all(
    images.map(({ fileName }) =>
      stat(join(imageDir, fileName)).then(
        ({ size }) => size,
        () => undefined,
      ),
    ),
  );
  const missing = images.filter((_, i) => found[i] === undefined);
  if (missing.length > 0)
    throw new BaremarkError(
      'BAD_DATASET',
      `${join(imageDir, missing[0]!.fileName)} is missing, ${missing.length} of ${images.length} images in all; put COCO val2017's images there.`,
    );
  return found.filter((size) => size !== undefined);
}
