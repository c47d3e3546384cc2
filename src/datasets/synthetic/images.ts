/** Pictures of random shapes in COCO's sizes, for measuring speed without COCO. */
import { createHash } from 'node:crypto';
import { loadImages } from '../images/load.js';
import { resizeToSquare } from '../images/resize.js';
import type { SyntheticImagesSpec } from '../library-spec.js';
import type { SampleLibrary } from '../sample-library.js';
import { drawPicture } from './picture.js';
import { randomStream } from './random.js';

/** Width, height, and how many of 47 COCO val2017 images (those under CC BY and CC BY-SA) have that size. */
// biome-ignore format: a table
const cocoSizes: readonly (readonly [number, number, number])[] = [
  [640, 480, 13], [640, 427, 5], [500, 375, 3], [640, 428, 2], [480, 640, 2], [640, 426, 2], [426, 640, 2],
  [640, 449, 1], [640, 429, 1], [640, 559, 1], [640, 461, 1], [612, 612, 1], [375, 500, 1], [614, 461, 1],
  [640, 425, 1], [640, 408, 1], [640, 424, 1], [640, 423, 1], [428, 640, 1], [320, 240, 1], [500, 333, 1],
  [383, 640, 1], [640, 406, 1], [640, 414, 1], [500, 334, 1],
];
const sizeTable = cocoSizes.flatMap(([width, height, times]) =>
  Array.from({ length: times }, () => ({ width, height })),
);

/** Sample i depends only on the seed and i; it is drawn in a COCO size and then resized like a real image. */
export function openSyntheticImages(spec: SyntheticImagesSpec): SampleLibrary {
  const { seed, inputSize, layout, normalization } = spec;
  const count = spec.count ?? 5_000;

  async function read(index: number): Promise<Uint8Array> {
    const random = randomStream(seed, index);
    const { width, height } = sizeTable[Math.floor(random() * sizeTable.length)]!;
    return resizeToSquare({ width, height, data: drawPicture(width, height, random) }, inputSize);
  }

  return {
    name: 'synthetic-images',
    totalSampleCount: count,
    performanceSampleCount: Math.min(spec.performanceSampleCount ?? 64, count),
    hash: createHash('sha256')
      .update(
        JSON.stringify([
          'synthetic-images/1',
          seed,
          count,
          inputSize,
          layout,
          ...(normalization ? [normalization] : []),
        ]),
      )
      .digest('hex'),
    response: 'coco-detections',
    sampleName: (index) => `image-${index}`,
    load: (indices, onProgress) =>
      loadImages({ layout, normalization, size: inputSize, read }, indices, onProgress),
    unload: () => {},
  };
}
