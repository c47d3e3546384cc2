/** Errors that cross from one thread to another and keep their kind. */
import { BaremarkError, type ErrorCode, messageOf } from '../base/errors.js';
import type { ThreadError } from './messages.js';

export function threadError(error: unknown): ThreadError {
  return {
    message: messageOf(error),
    code: error instanceof BaremarkError ? error.code : undefined,
    stack: error instanceof Error && typeof error.stack === 'string' ? error.stack : undefined,
  };
}

export function fromThreadError(error: ThreadError): Error {
  if (error.code) return new BaremarkError(error.code as ErrorCode, error.message);
  const revived = new Error(error.message);
  if (error.stack) revived.stack = error.stack;
  return revived;
}
