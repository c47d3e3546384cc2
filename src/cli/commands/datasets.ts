/** `baremark datasets`: what data a run can use, and whether a folder of it is complete. */
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { pullDataset } from '../../assets/pull.js';
import { sentenceText } from '../../base/text/safe.js';
import { checkDatasets } from '../../plan/dataset.js';
import { print } from '../output/print.js';
import { addPull } from '../pull.js';
import { plainTable } from '../text-table.js';

export function configure(command: Command): void {
  command
    .command('list')
    .description('list the kinds of data sets')
    .action(() => {
      process.stdout.write(`${plainTable(['data set', 'model', 'option', 'description'], kinds)}\n`);
    });
  command
    .command('check')
    .description('read all of SQuAD or COCO and list what is wrong with it (exit code 1 if anything is)')
    .argument('<dir>', 'folder, as for run --dataset')
    .action(check);
  addPull(command, 'SQuAD v1.1 or COCO val2017', ['squad', 'coco'], '--from <dir>', pullDataset);
}

const kinds = [
  ['squad', 'BERT', '--dataset DIR', 'SQuAD v1.1, 10,833 features'],
  ['coco', 'SSD', '--dataset DIR', 'COCO val2017, 5,000 images'],
  ['synthetic-text', 'BERT', 'default', 'random tokens in the lengths of SQuAD'],
  ['synthetic-images', 'SSD', 'default', 'drawn images in the sizes of COCO'],
];

async function check(dir: string): Promise<void> {
  const checked = await checkDatasets(resolve(dir), showRead);
  if (process.stderr.isTTY) process.stderr.write('\r\x1b[2K');
  for (const { name, dir: home, counts, problems } of checked) {
    const counted = Object.entries(counts).map(([what, count]) => `${count} ${what}`);
    const faults = problems.length === 1 ? '1 fault' : `${problems.length || 'no'} faults`;
    print(`${name} in ${home}: ${[...counted, faults].join(', ')}`);
    for (const problem of problems) print(`  ${sentenceText(problem)}`);
    if (problems.length > 0) process.exitCode = 1;
  }
}

function showRead(read: number): void {
  if (process.stderr.isTTY && read % 50 === 0) process.stderr.write(`\r\x1b[2K${read} samples read`);
}
