/** `baremark datasets`: what data a run can use, and whether a folder of it is whole. */
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { BaremarkError } from '../../base/errors.js';
import type { LibrarySpec } from '../../datasets/library-spec.js';
import { openLibrary } from '../../datasets/open-library.js';
import type { SampleLibrary } from '../../datasets/sample-library.js';
import { findDatasets } from '../../plan/dataset.js';
import { table } from '../text-table.js';

export function configure(command: Command): void {
  command
    .command('list')
    .description('list the kinds of data sets')
    .action(() => {
      process.stdout.write(`${table(['data set', 'model', 'given as', 'what it is'], kinds)}\n`);
    });
  command
    .command('check')
    .description('read every sample of a folder with SQuAD or COCO, and print its size and hash')
    .argument('<dir>', 'folder as given to run --dataset')
    .action(check);
}

const kinds = [
  ['squad', 'BERT', '--dataset DIR with dev-v1.1.json and vocab.txt', 'SQuAD v1.1, 10,833 features'],
  ['coco', 'SSD', '--dataset DIR with instances_val2017.json', 'COCO val2017, 5,000 images'],
  ['synthetic-text', 'BERT', 'no --dataset', "random tokens, SQuAD's lengths"],
  ['synthetic-images', 'SSD', 'no --dataset', "drawn images, COCO's sizes"],
];

async function check(dir: string): Promise<void> {
  const found = findDatasets(resolve(dir));
  if (found.length === 0)
    throw new BaremarkError(
      'UNKNOWN_DATASET',
      `${dir} has no data set; give a folder with dev-v1.1.json (SQuAD) or instances_val2017.json (COCO), or with both in squad/ and coco/.`,
    );
  for (const { kind, dir: home } of found) {
    const spec: LibrarySpec =
      kind === 'squad' ? { kind, dir: home } : { kind, dir: home, inputSize: 64, layout: 'uint8-nhwc' };
    const library = await openLibrary(spec);
    await readAll(library);
    process.stdout.write(`${library.name}: ${library.totalSampleCount} samples, SHA-256 ${library.hash}\n`);
  }
}

/** Loads every sample once, a few at a time; a faulty one throws with its name. */
async function readAll(library: SampleLibrary): Promise<void> {
  const step = 256;
  const total = library.totalSampleCount;
  for (let from = 0; from < total; from += step) {
    const count = Math.min(step, total - from);
    await library.load(Uint32Array.from({ length: count }, (_, i) => from + i));
    library.unload();
    if (process.stderr.isTTY) process.stderr.write(`\r\x1b[2K${library.name}: ${from + count}/${total}`);
  }
  if (process.stderr.isTTY) process.stderr.write('\r\x1b[2K');
}
