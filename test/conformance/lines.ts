/** Reference files read line by line, with the file and line named where one is bad. */
import { readFileSync } from 'node:fs';
import { UsageError } from './report.js';

export function readText(path: string, usage: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new UsageError(`${path} cannot be read (${reason}); use npm run conformance -- ${usage}.`);
  }
}

/** Each non-empty line through `parse`, whose errors are reported with the line they are about. */
export function parseLines<T>(path: string, text: string, parse: (line: string) => T): T[] {
  const lines = text.split('\n').map((line, i) => ({ line: line.trim(), number: i + 1 }));
  return lines
    .filter(({ line }) => line !== '')
    .map(({ line, number }) => {
      try {
        return parse(line);
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        throw new UsageError(
          `Line ${number} of ${path} is not a valid case (${reason}); fix it or remove it.`,
        );
      }
    });
}
