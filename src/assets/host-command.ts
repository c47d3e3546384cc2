/** Runs the programs that fetch and build: npm, pip, tar, g++; where one fails, one sentence says why and what helps. */
import { BaremarkError } from '../base/errors.js';
import type { CommandOutcome, Host, RunCommand } from '../base/host/host.js';

/** Throws `DOWNLOAD_FAILED` with a sentence that begins with `what` and ends with `fix` unless the command ends with code 0. */
export async function mustRun(
  host: Host,
  what: string,
  command: string,
  args: readonly string[],
  options: Parameters<RunCommand>[2] & { readonly fix: string },
): Promise<void> {
  const { fix, ...rest } = options;
  const outcome = await host.run(command, args, rest);
  if (outcome.kind !== 'exited' || outcome.code !== 0) throw failed(what, outcome, fix);
}

export function failed(what: string, outcome: CommandOutcome, fix: string): BaremarkError {
  const said =
    outcome.kind === 'missing'
      ? 'the command is not installed'
      : outcome.kind === 'timeout'
        ? 'it did not end in time'
        : `it ended with code ${outcome.code}: ${lastWords(outcome.stderr.trim() || outcome.stdout.trim())}`;
  return new BaremarkError('DOWNLOAD_FAILED', `${what} failed (${said}); ${fix}.`);
}

/** The message of the error that ended a Node script or a compiler, or the end of what a command said. */
function lastWords(text: string): string {
  const thrown = /^(?:\w*Error|\S+: (?:fatal )?error|ERROR): (.+)$/m.exec(text)?.[1];
  return (thrown ?? text.split('\n').slice(-3).join(' ')).slice(0, 300);
}
