/**
 * `peak [DIR] [--count N] [--seed N] [--jobs N] [--rivals]`: searches systems in virtual time whose peak is known: each *.yaml
 * of DIR that has a `truth`, by default our own in test/golden. A system passes where the peak found is within 2% of the
 * truth, or where no rate holds and the search says so. `--rivals` compares with other programs' ways to search.
 */
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { searchAll } from './peak/all.js';
import { type Judged, judged, judgedLine, summaryLines, tableHead, tableRow } from './peak/judge.js';
import { type SearchName, searches } from './peak/searches.js';
import { type KnownSystem, ownSystems, type SystemFile, systemOf, systemsIn } from './peak/systems.js';
import { type Counts, UsageError } from './report.js';

export async function run(args: string[]): Promise<Counts> {
  const { folder, count, seed, jobs, rivals } = read(args);
  const files = (folder === undefined ? ownSystems() : systemsIn(folder)).slice(0, count);
  const all = await judgeAll('baremark', files, seed, jobs, (one) => console.log(judgedLine(one)));
  for (const line of summaryLines(all)) console.log(line);
  if (rivals) {
    const held = files.filter((file) => systemOf(file).truth! > 0);
    console.log(`\n${held.length} systems of which a rate holds:\n\n${tableHead.join('\n')}`);
    for (const search of searches) {
      const known = search === 'baremark' ? all.filter(({ system }) => system.truth > 0) : undefined;
      console.log(tableRow(search, known ?? (await judgeAll(search, held, seed, jobs))));
    }
    console.log('');
  }
  const passed = all.filter(({ near }) => near).length;
  return { passed, failed: all.length - passed };
}

/** @param jobs how many processes search; with 1 it is done in this one */
export async function judgeAll(
  search: SearchName,
  files: readonly SystemFile[],
  seed: number,
  jobs: number,
  told: (one: Judged) => void = () => {},
): Promise<Judged[]> {
  const all: Judged[] = [];
  // Each system has a seed of its own: alike systems would otherwise have alike luck.
  const tasks = files.map((file, i) => ({ search, file, seed: seed + 1000 * i }));
  await searchAll(tasks, jobs, (found, { file }) => {
    const one = judged(systemOf(file) as KnownSystem, found);
    all.push(one);
    told(one);
  });
  return all;
}

function read(args: string[]) {
  const options = {
    count: { type: 'string' },
    seed: { type: 'string' },
    jobs: { type: 'string' },
    rivals: { type: 'boolean' },
  } as const;
  try {
    const { values, positionals } = parseArgs({ args, options, allowPositionals: true });
    const whole = (name: 'count' | 'seed' | 'jobs', usual: number) => {
      const value = Number(values[name] ?? usual);
      if (!Number.isSafeInteger(value) || value < 1)
        throw new Error(`--${name} is "${values[name]}", not a whole number`);
      return value;
    };
    if (positionals.length > 1) throw new Error('there are several folders');
    return {
      folder: positionals[0],
      count: whole('count', Number.MAX_SAFE_INTEGER),
      seed: whole('seed', 1),
      jobs: whole('jobs', availableParallelism()),
      rivals: values.rivals === true,
    };
  } catch (error) {
    const why = error instanceof Error ? error.message.split('\n')[0] : String(error);
    throw new UsageError(
      `${why}; use npm run conformance -- peak [DIR] [--count N] [--seed N] [--jobs N] [--rivals].`,
    );
  }
}
