/** Reads YAML files and keeps the line of every key, so that an error can name it; and checks them against a schema. */
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { isMap, isNode, isPair, isSeq, LineCounter, type Node, parseDocument } from 'yaml';
import { z } from 'zod';
import { BaremarkError, hasErrno, messageOf } from '../base/errors.js';
import { show, suggestion } from '../base/suggest.js';

export interface YamlFile {
  readonly path: string;
  /** The file's name without its folder, for sentences. */
  readonly name: string;
  /** Plain data; whole numbers beyond 2^53 are bigint. */
  readonly value: unknown;
  /** `NAME line N` of the value at these keys, or of the nearest one above it that is there. */
  place(keys: readonly (string | number)[]): string;
}

/** Reads a YAML file. Throws `BAD_YAML` with the line where it is malformed. */
export function readYaml(path: string): YamlFile {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    const why = hasErrno(error, 'EISDIR') ? 'it is a folder' : messageOf(error);
    throw new BaremarkError('BAD_YAML', `${path} cannot be read (${why}); give a readable YAML file.`, {
      cause: error,
    });
  }
  return parseYaml(text, path);
}

/** The text of the YAML file of this path. Throws `BAD_YAML` with the line where it is malformed. */
export function parseYaml(text: string, path: string): YamlFile {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, intAsBigInt: true });
  const name = basename(path);
  const problem = document.errors[0];
  if (problem !== undefined) {
    const what = problem.message.split('\n')[0]!.replace(/[.:]\s*$/, '');
    throw new BaremarkError(
      'BAD_YAML',
      `${name} line ${lines.linePos(problem.pos[0]).line} is not valid YAML: ${what}; correct the file.`,
    );
  }
  const root = document.contents as Node | null;
  let value: unknown;
  try {
    value = plain(document.toJS({ maxAliasCount: 100 }));
  } catch (error) {
    throw new BaremarkError(
      'BAD_YAML',
      `${name} is not usable YAML: ${messageOf(error)}; correct the file.`,
      {
        cause: error,
      },
    );
  }
  return {
    path,
    name,
    value,
    place: (keys) => `${name} line ${lines.linePos(offsetOf(root, keys)).line}`,
  };
}

/** Where the key (or list item) at `keys` starts in the text. */
function offsetOf(root: Node | null, keys: readonly (string | number)[]): number {
  let node: unknown = root;
  let offset = root?.range?.[0] ?? 0;
  for (const key of keys) {
    if (isMap(node)) {
      const pair = node.items.find((item) => isPair(item) && String(item.key) === String(key));
      if (pair === undefined) break;
      if (isNode(pair.key)) offset = pair.key.range?.[0] ?? offset;
      node = pair.value;
    } else if (isSeq(node)) {
      node = node.items[Number(key)];
      if (!isNode(node)) break;
      offset = node.range?.[0] ?? offset;
    } else break;
  }
  return offset;
}

/** The same data with every bigint that is exact as a number made one. */
function plain(value: unknown): unknown {
  if (typeof value === 'bigint')
    return value >= Number.MIN_SAFE_INTEGER && value <= Number.MAX_SAFE_INTEGER ? Number(value) : value;
  if (Array.isArray(value)) return value.map(plain);
  if (value !== null && typeof value === 'object')
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plain(item)]));
  return value;
}

/** A map with exactly these keys; the error for another key names the nearest. */
export function map<T extends z.ZodRawShape>(shape: T) {
  return z.strictObject(shape, {
    error: (issue) =>
      issue.code === 'unrecognized_keys' ? suggestion(issue.keys[0]!, Object.keys(shape)) : 'a map',
  });
}

/**
 * What a file holds, checked. The messages of the schema complete "it must be ...".
 * @throws BaremarkError `BAD_YAML` that names file, line, key, value and what it must be
 */
export function checkedYaml<T extends z.ZodType>(file: YamlFile, schema: T): z.infer<T> {
  const result = schema.safeParse(file.value);
  if (result.success) return result.data;
  throw fault(file, result.error.issues);
}

/** One fault as a sentence. An unknown key comes first, because a mistyped key is also missing under its right name. */
function fault(file: YamlFile, issues: readonly z.core.$ZodIssue[]): BaremarkError {
  const unknown = issues.find((issue) => issue.code === 'unrecognized_keys');
  if (unknown !== undefined) {
    const key = unknown.keys[0]!;
    const where = file.place([...unknown.path.map(keyOf), key]);
    return new BaremarkError('BAD_YAML', `${where}: there is no key "${key}" here; ${unknown.message}`);
  }
  const issue = issues[0]!;
  const keys = issue.path.map(keyOf);
  const given = keys.reduce((value: unknown, key) => (value as Record<string, unknown>)?.[key], file.value);
  const what = keys.length === 0 ? 'the file' : keys.join('.');
  return new BaremarkError(
    'BAD_YAML',
    `${file.place(keys)}: ${what} is ${show(given)}; it must be ${issue.message}.`,
  );
}

function keyOf(key: PropertyKey): string | number {
  return typeof key === 'number' ? key : String(key);
}
