/** The `pull` of models and of data sets, with the same flags, progress and messages. */
import type { Command } from 'commander';
import type { Pulled, PullOptions } from '../assets/pull.js';
import { BaremarkError } from '../base/errors.js';
import { lineText } from '../base/text/safe.js';
import { print } from './output/print.js';
import { significant } from './progress-line.js';

interface PullFlags {
  readonly mirror?: string;
  readonly from?: string;
  readonly unpin?: boolean;
}

export function addPull(
  command: Command,
  what: string,
  names: readonly string[],
  from: string,
  pull: (name: string, options: PullOptions) => Promise<Pulled>,
): void {
  command
    .command('pull')
    .description(`fetch ${what} into the cache (BAREMARK_CACHE, or ~/.cache/baremark)`)
    .argument('<name...>', names.join(', '))
    .option('--mirror <url>', 'fetch the files from this folder instead; their names are the same')
    .option(from, 'use this copy instead of fetching; it is checked in the same way')
    .option('--unpin', 'forget what earlier pulls recorded: fetch again and record what comes')
    .action(async (wanted: readonly string[], { mirror, from: copy, unpin }: PullFlags) => {
      if (copy !== undefined && wanted.length > 1)
        throw new BaremarkError(
          'BAD_OPTION',
          `--from is ${copy}, but ${wanted.length} names are given; pull one at a time.`,
        );
      for (const name of wanted) {
        const { path, notes } = await pull(name, { mirror, from: copy, unpin, onProgress: showReceived() });
        if (process.stderr.isTTY) process.stderr.write('\r\x1b[2K');
        print([`${name}: ${path}`, ...notes.map((note) => `  ${note}`)].join('\n'));
      }
    });
}

function showReceived(): NonNullable<PullOptions['onProgress']> {
  let shownAt = 0;
  return (file, received, total) => {
    if (!process.stderr.isTTY || Date.now() - shownAt < 100) return;
    shownAt = Date.now();
    const of = total === undefined ? '' : ` of ${significant(total / 1e6)}`;
    process.stderr.write(`\r\x1b[2K${lineText(file)}: ${significant(received / 1e6)}${of} MB`);
  };
}
