/** Runs the command line in this process, call after call; the parent ends it where one does not come back. */

import { Command, CommanderError } from 'commander';
import { BaremarkError } from '../../src/base/errors.js';
import { commands } from '../../src/cli/commands.js';
import { codeOf, failureText, oneLine } from '../../src/cli/failure.js';
import { readResults } from '../../src/results/read/results.js';
import type { ResultRun } from '../../src/results/types.js';
import type { Done, Job, Said } from './job.js';

/** As src/cli/main.ts does it, whose own call cannot be made twice. */
async function call(args: readonly string[]): Promise<number> {
  process.exitCode = undefined;
  try {
    const program = new Command('baremark').exitOverride().configureOutput({ outputError: () => {} });
    for (const [name, { load }] of Object.entries(commands))
      if (name === args[0]) (await load()).configure(program.command(name));
    await program.parseAsync(args, { from: 'user' });
    return Number(process.exitCode ?? 0);
  } catch (error) {
    const usage = error instanceof CommanderError;
    process.stderr.write(`${usage ? oneLine(error.message) : failureText(error)}\n`);
    return usage ? 2 : codeOf(error);
  }
}

/** What must never change without a word. */
function figuresOf(run: ResultRun): string {
  const { throughput, completedSamplesPerSecond, scheduledSamplesPerSecond, targetQps, latencyMs, outcome } =
    run;
  const { boundMs, percentile, boundShare, queries, samples, durationS, minDurationS, accuracy } = run;
  return JSON.stringify([
    [run.benchmark, run.scenario, run.mode, throughput, completedSamplesPerSecond, scheduledSamplesPerSecond],
    [
      // The logs print six digits of it, so that a change of the others is not seen, and changes nothing.
      targetQps === undefined ? undefined : targetQps.toPrecision(5),
      latencyMs,
      outcome.kind,
      boundMs,
      percentile,
      boundShare,
      queries,
      samples,
      durationS,
      minDurationS,
    ],
    [accuracy?.metric, accuracy?.value, accuracy?.target, accuracy?.met],
  ]);
}

async function read(dir: string): Promise<Said> {
  try {
    const { systems, problems } = await readResults(dir);
    const runs = systems.flatMap((system) => system.runs);
    const disagreements = runs.flatMap((run) => ('disagreements' in run ? run.disagreements : []));
    return {
      figures: Object.fromEntries(runs.map((run) => [run.path, figuresOf(run)])),
      words: problems.length + disagreements.length,
    };
  } catch (error) {
    if (!(error instanceof BaremarkError)) throw error;
    return { figures: {}, words: 1 };
  }
}

async function work({ args, cwd, results }: Job): Promise<Done> {
  const written = { stdout: '', stderr: '' };
  const before = { stdout: process.stdout.write, stderr: process.stderr.write };
  for (const name of ['stdout', 'stderr'] as const)
    process[name].write = (chunk: string | Uint8Array) => {
      written[name] += String(chunk);
      return true;
    };
  try {
    process.chdir(cwd);
    const code = await call(args);
    const said = results === undefined ? undefined : await read(results);
    return { code, ...written, said };
  } catch (error) {
    return { code: 70, ...written, stderr: written.stderr + ((error as Error).stack ?? String(error)) };
  } finally {
    Object.assign(process.stdout, { write: before.stdout });
    Object.assign(process.stderr, { write: before.stderr });
    process.exitCode = undefined;
  }
}

process.on('message', (job: Job) => {
  void work(job).then((done) => process.send!(done));
});
process.send!('ready');
