/** What a person reads, and which exit code a script sees, when something was thrown. */
import { BaremarkError, type ErrorCode } from '../base/errors.js';

/** Not the fault of what was asked for: the run or the network failed. */
const notInput: ReadonlySet<ErrorCode> = new Set<ErrorCode>(['RUN_FAULT', 'DOWNLOAD_FAILED']);

export function codeOf(error: unknown): number {
  return error instanceof BaremarkError && !notInput.has(error.code) ? 2 : 1;
}

/** One sentence for an error that baremark foresaw, the stack for a bug. */
export function sentenceOf(error: unknown): string {
  if (error instanceof BaremarkError) return `baremark: ${error.message.replace(/\s*\n\s*/g, ' ')}`;
  return error instanceof Error ? (error.stack ?? String(error)) : String(error);
}

/** Commander's message of an error, which may have a second line with a near match, as one sentence. */
export function oneLine(text: string): string {
  const sentence = text
    .trim()
    .replace(/^error: /, '')
    .replace(
      /\s*\n\s*\((Did you mean .*\?)\)$/,
      (_, hint: string) => `; ${hint[0]!.toLowerCase()}${hint.slice(1)}`,
    )
    .replace(/\s*\n\s*/g, ' ');
  return `baremark: ${/[.?]$/.test(sentence) ? sentence : `${sentence}; see baremark --help.`}`;
}
