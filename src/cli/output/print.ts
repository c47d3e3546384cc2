/** Prints text in which names and messages of files, servers and users may stand: they cannot act on the terminal. */
import { linesText, sentenceText } from '../../base/text/safe.js';

/** On standard output, with a line break at its end. */
export function print(text: string): void {
  process.stdout.write(`${linesText(text)}\n`);
}

/** One line on standard error. */
export function say(line: string): void {
  process.stderr.write(`${sentenceText(line)}\n`);
}
