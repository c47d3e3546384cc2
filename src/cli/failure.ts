/** What a person reads, and which exit code a script sees, when something was thrown. */
import { BaremarkError, type ErrorCode } from '../base/errors.js';
import { linesText, sentenceText } from '../base/text/safe.js';
import { environmentFault } from './environment-fault.js';

/** Not caused by bad input: the run or the network failed. */
const notInput: readonly ErrorCode[] = ['RUN_FAULT', 'DOWNLOAD_FAILED'];

export function codeOf(error: unknown): number {
  if (environmentFault(error) !== undefined) return 2;
  return error instanceof BaremarkError && !notInput.includes(error.code) ? 2 : 1;
}

/** One sentence for an error that baremark expects, the stack for a bug. */
export function failureText(error: unknown): string {
  if (error instanceof BaremarkError) return `baremark: ${sentenceText(error.message)}`;
  const fault = environmentFault(error);
  if (fault !== undefined) return `baremark: ${sentenceText(fault)}`;
  return linesText(error instanceof Error ? (error.stack ?? String(error)) : String(error));
}

/** Commander's error message, which may have a near match on a second line, as one sentence. */
export function oneLine(text: string): string {
  const sentence = text
    .trim()
    .replace(/^error: /, '')
    .replace(
      /\s*\n\s*\((Did you mean .*\?)\)$/,
      (_, hint: string) => `; ${hint[0]!.toLowerCase()}${hint.slice(1)}`,
    )
    .replace(/\s*\n\s*/g, ' ');
  return sentenceText(`baremark: ${/[.?]$/.test(sentence) ? sentence : `${sentence}; see baremark --help.`}`);
}
