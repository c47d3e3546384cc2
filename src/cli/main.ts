#!/usr/bin/env node
/** The command line: loads the command that was asked for, runs it, and turns the outcome into an exit code. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Command as CommandType } from 'commander';
import { commands, guessed } from './commands.js';
// Loaded before anything can fail: where no more files can be opened, it could not be loaded any more.
import { codeOf, failureText, oneLine } from './failure.js';
import { leaveStuckThreads } from './interrupt.js';
import { keepOutput } from './output/own-output.js';
import { guardStreams } from './output/streams.js';

// Required, not imported: importing a CommonJS package makes Node parse it first, a tenth of the time that help takes.
const { Command, CommanderError } = createRequire(import.meta.url)('commander') as typeof import('commander');

const streams = guardStreams();
keepOutput();
process.exitCode = await toldCode(await main(process.argv.slice(2)));
await leaveStuckThreads();

/** The exit code, but not 0 where standard output could not take what was to be told. */
async function toldCode(code: number): Promise<number> {
  const fault = await streams.outputFault();
  if (fault === undefined) return code;
  process.stderr.write(
    `baremark: standard output could not take what was printed (${fault}); give it another place.\n`,
  );
  return code === 0 ? 2 : code;
}

/** The exit code: 0 all holds; 1 a run is INVALID or aborted, or a comparison fails; 2 wrong usage or bad input. */
async function main(args: readonly string[]): Promise<number> {
  try {
    const program = await createProgram(args);
    await program.parseAsync(args, { from: 'user' });
    return Number(process.exitCode ?? 0);
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return 0;
    // Without a command, commander has printed the help.
    if (error instanceof CommanderError && error.code === 'commander.help') return 2;
    const usage = error instanceof CommanderError;
    const guess = usage && error.code === 'commander.unknownCommand' ? guessed(args[0] ?? '') : undefined;
    if (guess !== undefined) {
      process.stderr.write(`baremark: unknown command '${args[0]}'; did you mean ${guess}?\n`);
      return 2;
    }
    process.stderr.write(`${usage ? oneLine(error.message) : failureText(error)}\n`);
    return usage ? 2 : codeOf(error);
  }
}

/** The program with the names of all commands; only the one that the arguments start with is loaded. */
async function createProgram(args: readonly string[]): Promise<CommandType> {
  const program = new Command('baremark')
    .description(
      'Measures what virtualization costs inference: MLPerf-style benchmarks of BERT and SSD-ResNet34.',
    )
    .version(versionOf(), '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help; after a command: its help')
    .helpCommand('help [command]', 'print the help of a command')
    .exitOverride()
    .showSuggestionAfterError()
    // What is wrong is told once, by `main`, as one sentence.
    .configureOutput({ outputError: () => {} });
  const wanted = args[0] === 'help' ? args[1] : args[0];
  for (const [name, { summary, load }] of Object.entries(commands)) {
    const command = program.command(name).description(summary).helpOption('-h, --help', 'print this help');
    if (name === wanted) (await load()).configure(command);
  }
  return program;
}

function versionOf(): string {
  const manifest = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  return (manifest as { version: string }).version;
}
