/** Decodes an image file to RGB bytes. */
import { existsSync } from 'node:fs';
import sharp from 'sharp';
import { BaremarkError, messageOf } from '../../base/errors.js';
import type { Pixels } from './resize.js';

/**
 * Grey becomes RGB, CMYK becomes sRGB, and transparency is dropped. Colour profiles and orientation marks are ignored,
 * as in the reference. Throws `BAD_IMAGE` that names a file which cannot be decoded to its end.
 */
export async function decodeImage(path: string): Promise<Pixels> {
  try {
    const { data, info } = await sharp(path, { failOn: 'truncated', ignoreIcc: true })
      .toColourspace('srgb')
      .removeAlpha()
      .raw()
      .toBuffer({ resolveWithObject: true });
    return { width: info.width, height: info.height, data };
  } catch (cause) {
    if (!existsSync(path))
      throw new BaremarkError('BAD_IMAGE', `The image ${path} is missing; put COCO's copy there.`, { cause });
    const why = messageOf(cause).split('\n')[0]!.trim();
    throw new BaremarkError(
      'BAD_IMAGE',
      `The image ${path} cannot be decoded (${why}); put a complete copy in its place.`,
      { cause },
    );
  }
}
