/** Reads the JSON files of data sets. An error says where in the file the fault is. */
import { readFile } from 'node:fs/promises';
import type { ZodType } from 'zod';
import { BaremarkError, hasErrno, messageOf } from './errors.js';

/** The text of a data set's file; throws `BAD_DATASET` if it cannot be read. */
export async function readDataText(path: string, fix: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    const problem = hasErrno(error, 'ENOENT') ? 'does not exist' : `cannot be read (${messageOf(error)})`;
    throw new BaremarkError('BAD_DATASET', `${path} ${problem}; ${fix}.`, { cause: error });
  }
}

/** Parses JSON; throws `BAD_DATASET` with the position of the fault (in characters from 0). */
export function parseJson(text: string, path: string, fix: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const place = placeOf(messageOf(error), text);
    throw new BaremarkError('BAD_DATASET', `${path} is not JSON: ${place}; ${fix}.`, { cause: error });
  }
}

/** Checks a document's shape; throws `BAD_DATASET` with the path of the first node that is wrong. */
export function requireJsonShape<T>(document: unknown, schema: ZodType<T>, path: string, fix: string): T {
  const checked = schema.safeParse(document);
  if (checked.success) return checked.data;
  const issue = checked.error.issues[0]!;
  const node = issue.path.reduce<string>(
    (name, part) => (typeof part === 'number' ? `${name}[${part}]` : `${name && `${name}.`}${String(part)}`),
    '',
  );
  throw new BaremarkError(
    'BAD_DATASET',
    `${path} is wrong at ${node || 'its top level'}: ${issue.message}; ${fix}.`,
  );
}

/** V8 gives a position in some messages, a piece of the text in others, and neither where the text ends early. */
function placeOf(message: string, text: string): string {
  if (message.startsWith('Unexpected end')) return `it ends at position ${text.length}, in the middle`;
  const position = /at position (\d+)/.exec(message)?.[1];
  if (position !== undefined)
    return Number(position) >= text.length
      ? `it ends at position ${text.length}, in the middle`
      : `position ${position} has ${JSON.stringify(text.slice(Number(position), Number(position) + 10))}, which does not belong there`;
  return message.replaceAll('\n', ' ');
}

/** Reads, parses and checks a file; throws `BAD_DATASET` that says what is wrong with it. */
export async function readJsonFile<T>(path: string, schema: ZodType<T>, fix: string): Promise<T> {
  return requireJsonShape(parseJson(await readDataText(path, fix), path, fix), schema, path, fix);
}
