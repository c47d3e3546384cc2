/** Opens a data set of any kind from its description. */

import { openCoco } from './coco/library.js';
import type { LibrarySpec } from './library-spec.js';
import { openNoData } from './no-data.js';
import type { SampleLibrary } from './sample-library.js';
import { openSquad } from './squad/library.js';
import { openSyntheticImages } from './synthetic/images.js';
import { openSyntheticText } from './synthetic/text.js';

/** Throws a `BaremarkError` (`BAD_DATASET`, `BAD_IMAGE`) that names the file and what is wrong with it. */
export async function openLibrary(spec: LibrarySpec): Promise<SampleLibrary> {
  switch (spec.kind) {
    case 'synthetic-text':
      return openSyntheticText(spec);
    case 'synthetic-images':
      return openSyntheticImages(spec);
    case 'none':
      return openNoData(spec);
    case 'squad':
      return openSquad(spec);
    case 'coco':
      return openCoco(spec);
  }
}
