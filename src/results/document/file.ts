/** Reads and writes `run.json`, checked both ways, so that a half-written or foreign one never gives a number. */
import { readFile } from 'node:fs/promises';
import type { z } from 'zod';
import { BaremarkError, hasErrno, messageOf } from '../../base/errors.js';
import { asToday } from './earlier.js';
import { documentSchema, documentVersion, type RunDocument } from './schema.js';

const readable = ['baremark-run/1', documentVersion];

/**
 * `run.json` as text. Throws a `TypeError` where it could not be read back: an impossible value is a bug in what made it.
 */
export function formatDocument(value: RunDocument): string {
  const json = JSON.stringify(value, (_, field) => (typeof field === 'bigint' ? String(field) : field), 2);
  const checked = check(JSON.parse(json));
  if (checked.kind === 'faulty') throw new TypeError(`This run cannot be written: ${checked.why}.`);
  return `${json}\n`;
}

/**
 * Reads a run's document, of this version or an earlier one.
 * @throws BaremarkError BAD_RESULTS for one that is missing, half-written, of a later version or with impossible values
 */
export async function readDocument(path: string): Promise<RunDocument> {
  let value: unknown;
  try {
    value = JSON.parse(await readFile(path, 'utf8'));
  } catch (error) {
    const why = hasErrno(error, 'ENOENT') ? 'it is missing' : messageOf(error);
    throw bad(path, `is not JSON or half-written (${why}); remove it or run again`, error);
  }
  const schema = (value as { schema?: unknown } | null)?.schema;
  if (!readable.includes(schema as string))
    throw bad(
      path,
      `has the schema ${JSON.stringify(schema) ?? 'undefined'} where this baremark reads ${readable.map((name) => `"${name}"`).join(' and ')}; read it with the version that wrote it`,
    );
  const checked = check(value);
  if (checked.kind === 'faulty') throw bad(path, `is not a run's document: ${checked.why}`);
  return checked.document;
}

type Checked =
  | { readonly kind: 'document'; readonly document: RunDocument }
  | { readonly kind: 'faulty'; readonly why: string };

/** The document in parsed JSON, with its unnamed keys; or what is wrong with it. */
function check(json: unknown): Checked {
  const value = withNaN(asToday(json));
  const checked = documentSchema.safeParse(value);
  return checked.success
    ? { kind: 'document', document: value as RunDocument }
    : { kind: 'faulty', why: issueText(checked.error) };
}

/** Values that are whatever somebody set, where null is null. */
const asSet = new Set(['settings', 'options']);

/** JSON has no form for NaN and writes null in its place. */
function withNaN(value: unknown): unknown {
  if (value === null) return Number.NaN;
  if (typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map(withNaN);
  const entries = Object.entries(value);
  return Object.fromEntries(entries.map(([key, field]) => [key, asSet.has(key) ? field : withNaN(field)]));
}

function bad(path: string, what: string, cause?: unknown): BaremarkError {
  return new BaremarkError('BAD_RESULTS', `${path} ${what}.`, { cause });
}

function issueText(error: z.ZodError): string {
  return error.issues
    .slice(0, 3)
    .map((issue) => `${issue.path.join('.') || 'the document'}: ${issue.message}`)
    .join('; ');
}
