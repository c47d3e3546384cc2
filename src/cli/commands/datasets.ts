/** `baremark datasets`: what data a run can use, and whether a folder of it is whole. */
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { pullDataset } from '../../assets/pull.js';
import { BaremarkError } from '../../base/errors.js';
import { checkDataset } from '../../datasets/check-dataset.js';
import type { LibrarySpec } from '../../datasets/library-spec.js';
import { findDatasets } from '../../plan/dataset.js';
import { addPull } from '../pull.js';
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
    .description('read all of SQuAD or COCO and list what is wrong with it; 1 if anything is')
    .argument('<dir>', 'folder as given to run --dataset')
    .action(check);
  addPull(command, 'SQuAD v1.1 or COCO val2017', ['squad', 'coco'], '--from <dir>', pullDataset);
}

const kinds = [
  ['squad', 'BERT', '--dataset DIR with dev-v1.1.json', 'SQuAD v1.1, 10,833 features'],
  ['coco', 'SSD', '--dataset DIR with COCO val2017', 'COCO val2017, 5,000 images'],
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
      kind === 'squad' ? { kind, dir: home } : { kind, dir: home, layout: 'uint8-nhwc' };
    const { name, counts, problems } = await checkDataset(spec, showRead);
    if (process.stderr.isTTY) process.stderr.write('\r\x1b[2K');
    const counted = Object.entries(counts).map(([what, count]) => `${count} ${what}`);
    const verdict = problems.length === 0 ? 'no fault' : `${problems.length} faults`;
    process.stdout.write(`${[`${name} in ${home}:`, [...counted, verdict].join(', ')].join(' ')}\n`);
    for (const problem of problems) process.stdout.write(`  ${problem}\n`);
    if (problems.length > 0) process.exitCode = 1;
  }
}

function showRead(read: number): void {
  if (process.stderr.isTTY && read % 50 === 0) process.stderr.write(`\r\x1b[2K${read} samples read`);
}
