/** Reads a JSON document and checks its shape, so that a wrong file is one sentence and not a stack. */
import { readFile } from 'node:fs/promises';
import type { ZodType } from 'zod';
import { BaremarkError, type ErrorCode, hasErrno, messageOf } from '../base/errors.js';

/** What the file is for, e.g. `SQuAD data set`, and where a right one comes from. */
export interface FileRole {
  readonly what: string;
  readonly fix: string;
  readonly code: ErrorCode;
}

/** Parses a file as JSON and validates it; every failure is a `BaremarkError` with the role's code. */
export async function readJsonFile<T>(path: string, schema: ZodType<T>, role: FileRole): Promise<T> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    const why = hasErrno(error, 'ENOENT') ? 'does not exist' : `cannot be read (${messageOf(error)})`;
    throw new BaremarkError(role.code, `${role.what} ${path} ${why}; ${role.fix}.`, { cause: error });
  }
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch (error) {
    throw new BaremarkError(
      role.code,
      `${role.what} ${path} is not JSON (${messageOf(error).replace(/\s+/g, ' ')}); ${role.fix}.`,
      { cause: error },
    );
  }
  const checked = schema.safeParse(document);
  if (checked.success) return checked.data;
  const issue = checked.error.issues[0];
  const at = issue?.path.join('.') || 'the top level';
  throw new BaremarkError(
    role.code,
    `${role.what} ${path} is wrong at ${at}: ${issue?.message ?? 'unknown shape'}; ${role.fix}.`,
  );
}
