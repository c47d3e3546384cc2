/** Loads square images into shared memory, a few at a time so that decoding uses every core. */
import { availableParallelism } from 'node:os';
import { imageColumn, writePixels } from '../columns/pixels.js';
import type { ImageLayout, Normalization } from '../library-spec.js';
import type { LoadedSamples } from '../sample-library.js';

export interface ImageSource {
  readonly layout: ImageLayout;
  readonly normalization?: Normalization;
  /** Pixels a side. */
  readonly size: number;
  /** RGB bytes of a sample, `size` × `size` × 3. */
  read(index: number): Promise<Uint8Array>;
}

export async function loadImages(
  source: ImageSource,
  indices: Uint32Array,
  onProgress?: (loaded: number) => void,
): Promise<LoadedSamples> {
  const { column, view } = imageColumn(source.layout, source.size, indices.length);
  let next = 0;
  let loaded = 0;
  let failed = false;
  async function work(): Promise<void> {
    while (next < indices.length && !failed) {
      const slot = next;
      next += 1;
      const rgb = await source.read(indices[slot]!).catch((error: unknown) => {
        failed = true;
        throw error;
      });
      writePixels(source, rgb, view, column.offsets[slot]!);
      loaded += 1;
      onProgress?.(loaded);
    }
  }
  await Promise.all(Array.from({ length: Math.min(availableParallelism(), 16) }, work));
  return { indices: indices.slice(), columns: [column], response: 'coco-detections' };
}
