/** Which given data folder serves which task, by the annotation file that lies in it. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { BaremarkError } from '../base/errors.js';
import type { DatasetSpec, Task } from './types.js';

const marks: Readonly<Record<Task, { kind: 'squad' | 'coco'; files: readonly string[] }>> = {
  bert: { kind: 'squad', files: ['dev-v1.1.json'] },
  ssd: { kind: 'coco', files: ['annotations/instances_val2017.json', 'instances_val2017.json'] },
};

/** The data set of this task in a folder itself, or in its `squad/` or `coco/`. */
function findIn(dir: string, task: Task): DatasetSpec | undefined {
  const { kind, files } = marks[task];
  const home = [dir, join(dir, kind)].find((place) => files.some((file) => existsSync(join(place, file))));
  return home === undefined ? undefined : { kind, dir: home };
}

/** The first of the folders that serves this task. */
export function findDataset(dirs: readonly string[], task: Task): DatasetSpec | undefined {
  for (const dir of dirs) {
    const found = findIn(dir, task);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Throws `UNKNOWN_DATASET` for a folder that is absent or serves none of these tasks. */
export function checkDatasetDirs(dirs: readonly string[], tasks: readonly Task[], where: string): void {
  for (const dir of dirs) {
    if (!existsSync(dir))
      throw new BaremarkError('UNKNOWN_DATASET', `${where} is ${dir}, which does not exist; give a folder.`);
    if (tasks.some((task) => findIn(dir, task) !== undefined)) continue;
    const files = tasks.map((task) => `${marks[task].files.join(' or ')}`);
    throw new BaremarkError(
      'UNKNOWN_DATASET',
      `${where} is ${dir}, which has no data for the models of this plan; give a folder with ${files.join(', or ')}.`,
    );
  }
}
