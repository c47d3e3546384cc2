/** Which data a run uses: a given folder that has it, known by its annotation file, or synthetic samples. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { BaremarkError } from '../base/errors.js';
import { checkDataset, type DatasetReport } from '../datasets/check-dataset.js';
import type { ImageLayout, LibrarySpec } from '../datasets/library-spec.js';
import { isDetector } from '../graphs/spec.js';
import type { ModelSpec, Task } from './types.js';

const marks: Readonly<Record<Task, { kind: 'squad' | 'coco'; files: readonly string[] }>> = {
  bert: { kind: 'squad', files: ['dev-v1.1.json'] },
  ssd: { kind: 'coco', files: ['annotations/instances_val2017.json', 'instances_val2017.json'] },
};

/** Seed of the synthetic samples: they are the same on every system. */
const syntheticSeed = 1;

/** The data set of a model, from the first of these folders that has it; synthetic where none has. */
export function datasetOf(model: ModelSpec, dirs: readonly string[]): LibrarySpec {
  const dir = dirs.map((place) => homeOf(place, model.task)).find((home) => home !== undefined);
  const performanceSampleCount = model.qsl.performance;
  if (model.task === 'bert') {
    const maxSequence = model.inputSize;
    if (dir !== undefined) return { kind: 'squad', dir, maxSequence, performanceSampleCount };
    const vocabSize = model.graph?.kind === 'bert' ? model.graph.vocabSize : 30_522;
    const count = model.qsl.total;
    return {
      kind: 'synthetic-text',
      seed: syntheticSeed,
      count,
      performanceSampleCount,
      maxSequence,
      vocabSize,
    };
  }
  const { inputSize, normalization } = model;
  const images = {
    inputSize,
    layout: layoutOf(model),
    ...(normalization && { normalization }),
    performanceSampleCount,
  };
  if (dir !== undefined) return { kind: 'coco', dir, ...images };
  return { kind: 'synthetic-images', seed: syntheticSeed, count: model.qsl.total, ...images };
}

/** Whether one of these folders has real data of the model. */
export function hasData({ task }: ModelSpec, dirs: readonly string[]): boolean {
  return dirs.some((dir) => homeOf(dir, task) !== undefined);
}

function layoutOf({ graph, inputType }: ModelSpec): ImageLayout {
  if (isDetector(graph) && graph.input === 'uint8-nhwc') return 'uint8-nhwc';
  // What a model takes is apart from what it computes in: many files in half precision take float32.
  return inputType === 'float16' ? 'float16-nchw' : 'float-nchw';
}

/** Where this task's data lies: in the folder itself, or in its `squad/` or `coco/`. */
function homeOf(dir: string, task: Task): string | undefined {
  const { kind, files } = marks[task];
  return [dir, join(dir, kind)].find((place) => files.some((file) => existsSync(join(place, file))));
}

/** The real data sets in a folder, for whichever task. */
function findDatasets(dir: string): { kind: 'squad' | 'coco'; dir: string }[] {
  return (['bert', 'ssd'] as const).flatMap((task) => {
    const home = homeOf(dir, task);
    return home === undefined ? [] : [{ kind: marks[task].kind, dir: home }];
  });
}

/** One data set of a folder, read whole. */
export interface CheckedDataset extends DatasetReport {
  readonly dir: string;
}

/**
 * Reads all of the real data sets in a folder and lists what is wrong with each. `onProgress` counts samples read.
 * @throws BaremarkError `UNKNOWN_DATASET` where the folder has none
 */
export async function checkDatasets(
  dir: string,
  onProgress?: (read: number) => void,
): Promise<readonly CheckedDataset[]> {
  const found = findDatasets(dir);
  if (found.length === 0)
    throw new BaremarkError(
      'UNKNOWN_DATASET',
      `${dir} has no data set; give a folder with dev-v1.1.json (SQuAD) or instances_val2017.json (COCO), or with both in squad/ and coco/.`,
    );
  const checked: CheckedDataset[] = [];
  for (const { kind, dir: home } of found) {
    const spec: LibrarySpec =
      kind === 'squad' ? { kind, dir: home } : { kind, dir: home, layout: 'uint8-nhwc' };
    checked.push({ dir: home, ...(await checkDataset(spec, onProgress)) });
  }
  return checked;
}

/** Throws `UNKNOWN_DATASET` for a folder that is absent or serves none of these tasks. */
export function checkDatasetDirs(dirs: readonly string[], tasks: readonly Task[], where: string): void {
  for (const dir of dirs) {
    if (!existsSync(dir))
      throw new BaremarkError('UNKNOWN_DATASET', `${where} is ${dir}, which does not exist; give a folder.`);
    if (tasks.some((task) => homeOf(dir, task) !== undefined)) continue;
    const files = tasks.map((task) => marks[task].files.join(' or '));
    throw new BaremarkError(
      'UNKNOWN_DATASET',
      `${where} is ${dir}, which has no data for the models of this plan; give a folder with ${files.join(', or ')}.`,
    );
  }
}
