/** Reads a whole data set and lists everything that is wrong with it; a run would stop at the first fault. */
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { BaremarkError } from '../base/errors.js';
import { type CocoImage, readCocoFolder } from './coco/file.js';
import { decodeImage } from './images/decode.js';
import type { CocoSpec, LibrarySpec, SquadSpec } from './library-spec.js';
import { openLibrary } from './open-library.js';

import { readSquad, squadFiles } from './squad/file.js';

export interface DatasetReport {
  readonly name: string;
  /** What was counted, e.g. `{ questions: 10570, features: 10833 }`. */
  readonly counts: Readonly<Record<string, number>>;
  /** One sentence per fault; empty if the data set is complete. */
  readonly problems: readonly string[];
}

/** Never throws for faulty data, because the report is for that. `onProgress` counts the samples read. */
export async function checkDataset(
  spec: LibrarySpec,
  onProgress?: (read: number) => void,
): Promise<DatasetReport> {
  switch (spec.kind) {
    case 'squad':
      return reporting('squad-v1.1', () => checkSquad(spec));
    case 'coco':
      return reporting('coco-val2017', () => checkCoco(spec, onProgress));
    default:
      return reporting(spec.kind, async () => {
        const { name, totalSampleCount } = await openLibrary(spec);
        return { name, counts: { samples: totalSampleCount }, problems: [] };
      });
  }
}

async function reporting(name: string, check: () => Promise<DatasetReport>): Promise<DatasetReport> {
  try {
    return await check();
  } catch (error) {
    if (!(error instanceof BaremarkError)) throw error;
    return { name, counts: {}, problems: [error.message] };
  }
}

async function checkSquad(spec: SquadSpec): Promise<DatasetReport> {
  const library = await openLibrary(spec);
  const paragraphs = await readSquad(squadFiles(spec).data);
  const questions = paragraphs.reduce((sum, paragraph) => sum + paragraph.questions.length, 0);
  return {
    name: library.name,
    counts: { paragraphs: paragraphs.length, questions, features: library.totalSampleCount },
    problems: [],
  };
}

async function checkCoco(spec: CocoSpec, onProgress?: (read: number) => void): Promise<DatasetReport> {
  const { images, imageDir } = await readCocoFolder(spec.dir);
  const problems: (string | undefined)[] = new Array(images.length);
  let next = 0;
  let read = 0;
  async function work(): Promise<void> {
    while (next < images.length) {
      const i = next;
      next += 1;
      problems[i] = await imageProblem(imageDir, images[i]!);
      read += 1;
      onProgress?.(read);
    }
  }
  await Promise.all(Array.from({ length: availableParallelism() }, work));
  return {
    name: 'coco-val2017',
    counts: { images: images.length, readable: problems.filter((problem) => problem === undefined).length },
    problems: problems.filter((problem) => problem !== undefined),
  };
}

async function imageProblem(dir: string, image: CocoImage): Promise<string | undefined> {
  const path = join(dir, image.fileName);
  try {
    const { width, height } = await decodeImage(path);
    if (width === image.width && height === image.height) return undefined;
    return `${path} is ${width}×${height} pixels where the annotations say ${image.width}×${image.height}; put COCO's own copy in its place.`;
  } catch (error) {
    if (error instanceof BaremarkError) return error.message;
    throw error;
  }
}
