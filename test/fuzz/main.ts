/**
 * `npm run fuzz -- SECONDS [--seed N] [--only KIND] [--keep DIR] [--replay DIR]`: changes plans, confs, logs, documents and
 * records, and has the command line read them. Exit code 1 where it complains of anything, 2 on wrong usage.
 */
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { Job, Said } from './job.js';
import { complaint } from './judge.js';
import { mutate, randomFrom } from './mutate.js';
import { createRunner, type Runner } from './runner.js';
import { planSubjects, resultSubjects, type Subject } from './subjects.js';

const usage =
  'npm run fuzz -- SECONDS [--seed N] [--only plan|conf|log|document|record] [--keep DIR] [--replay DIR]';

/** Beside a kept file: how to see it again. */
interface Kept {
  readonly file: string;
  readonly seed: number;
  readonly round: number;
  readonly job: readonly string[];
  readonly complaint: string;
}

/** What the unchanged files say; also a check that the fuzzer is right about them. */
async function saidBefore(runner: Runner, jobs: readonly Job[]): Promise<Map<string, Said>> {
  const before = new Map<string, Said>();
  for (const job of jobs) {
    const answer = await runner.run(job, 60_000);
    const wrong = complaint(answer);
    if (wrong) throw new Error(`Before anything is changed, baremark ${job.args.join(' ')}: ${wrong}.`);
    if ('said' in answer && answer.said) before.set(job.results!, answer.said);
  }
  return before;
}

/** The first complaint about this subject as its file now is. */
async function tried(runner: Runner, subject: Subject, before: ReadonlyMap<string, Said>) {
  for (const job of subject.jobs) {
    const wrong = complaint(
      await runner.run(job),
      job.results === undefined ? undefined : before.get(job.results),
    );
    if (wrong) return { job, complaint: wrong };
  }
  return undefined;
}

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      seed: { type: 'string' },
      only: { type: 'string' },
      keep: { type: 'string' },
      replay: { type: 'string' },
    },
  });
  const seconds = Number(positionals[0]);
  if (values.replay === undefined && !(seconds > 0)) {
    console.error(usage);
    return 2;
  }
  const seed = Number(values.seed ?? Date.now() % 1_000_000_000);
  const folder = mkdtempSync(join(tmpdir(), 'baremark-fuzz-'));
  const runner = createRunner();
  try {
    const all = [...planSubjects(folder), ...resultSubjects(folder)];
    const jobs = new Map(all.flatMap((subject) => subject.jobs).map((job) => [job.args.join(' '), job]));
    const before = await saidBefore(runner, [...jobs.values()]);
    if (values.replay !== undefined) return await replay(resolve(values.replay), folder, all, runner, before);
    const subjects = all.filter(({ kind }) => values.only === undefined || kind === values.only);
    const kinds = [...new Set(subjects.map(({ kind }) => kind))];
    console.log(`seed ${seed}, ${subjects.length} files`);
    const until = Date.now() + 1000 * seconds;
    let failures = 0;
    let round = 0;
    for (; Date.now() < until; round++) {
      const next = randomFrom(seed + round);
      const kind = kinds[next(kinds.length)]!;
      const files = subjects.filter((one) => one.kind === kind);
      const subject = files[next(files.length)]!;
      const path = join(folder, subject.file);
      const whole = readFileSync(path);
      writeFileSync(path, mutate(whole, next));
      const wrong = await tried(runner, subject, before);
      if (wrong) {
        failures++;
        const call = wrong.job.args.join(' ');
        console.log(`round ${round}, ${subject.file}, baremark ${call}: ${wrong.complaint}`);
        if (values.keep !== undefined) {
          const place = join(resolve(values.keep), `${subject.kind}-${seed}-${round}`);
          mkdirSync(place, { recursive: true });
          cpSync(path, join(place, basename(path)));
          const kept: Kept = {
            file: subject.file,
            seed,
            round,
            job: wrong.job.args,
            complaint: wrong.complaint,
          };
          writeFileSync(join(place, 'case.json'), `${JSON.stringify(kept, null, 2)}\n`);
        }
      }
      writeFileSync(path, whole);
    }
    console.log(`${round} changes, ${failures} complaints; seed ${seed}`);
    return failures > 0 ? 1 : 0;
  } finally {
    runner.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A kept case once more. */
async function replay(
  place: string,
  folder: string,
  subjects: readonly Subject[],
  runner: Runner,
  before: ReadonlyMap<string, Said>,
): Promise<number> {
  const casePath = join(place, 'case.json');
  if (!existsSync(casePath)) {
    console.error(`There is no ${casePath}; give a folder that --keep made.`);
    return 2;
  }
  const kept = JSON.parse(readFileSync(casePath, 'utf8')) as Kept;
  const subject = subjects.find(({ file }) => file === kept.file);
  if (!subject) {
    console.error(`${kept.file} is not fuzzed any more.`);
    return 2;
  }
  cpSync(join(place, basename(kept.file)), join(folder, kept.file));
  const wrong = await tried(runner, subject, before);
  console.log(wrong ? `baremark ${wrong.job.args.join(' ')}: ${wrong.complaint}` : 'no complaint any more');
  return wrong ? 1 : 0;
}

process.exitCode = await main();
