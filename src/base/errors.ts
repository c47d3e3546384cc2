/** What can go wrong before or around a run, as errors with a stable code and one sentence for a person. */

/** Codes are stable: scripts may match on them. Input errors end the CLI with exit code 2. */
export type ErrorCode =
  | 'BAD_OPTION'
  | 'BAD_YAML'
  | 'BAD_CONF'
  | 'UNKNOWN_PLAN'
  | 'UNKNOWN_MODEL'
  | 'UNKNOWN_SCENARIO'
  | 'UNKNOWN_BACKEND'
  | 'UNKNOWN_DEVICE'
  | 'UNKNOWN_DATASET'
  | 'BAD_BACKEND'
  | 'BAD_MODEL_FILE'
  | 'MODEL_DATA_MISMATCH'
  | 'BAD_DATASET'
  | 'BAD_IMAGE'
  | 'BAD_RESULTS'
  | 'BAD_LOG'
  | 'OUTPUT_NOT_WRITABLE'
  | 'OUTPUT_EXISTS'
  | 'NOT_ENOUGH_MEMORY'
  | 'THREAD_FAILED'
  | 'DOWNLOAD_FAILED'
  | 'BAD_CALLBACK'
  | 'RUN_FAULT';

/**
 * An error whose message names the thing, the value and the fix in one sentence.
 * Anything else that is thrown is a bug in baremark or in a library, and is shown with its stack.
 */
export class BaremarkError extends Error {
  override readonly name = 'BaremarkError';
  constructor(
    readonly code: ErrorCode,
    message: string,
    options?: { cause?: unknown },
  ) {
    super(message, options);
  }
}

/** The message of whatever was thrown; never throws itself, also where what was thrown cannot be shown. */
export function messageOf(error: unknown): string {
  try {
    const message: unknown = (error as { message?: unknown } | null | undefined)?.message;
    if (typeof message === 'string' && message !== '') return message;
    return String(error);
  } catch {
    return 'something that cannot be shown as text';
  }
}

/** Whether a file-system error carries this code (`ENOENT`, `EACCES`, ...). */
export function hasErrno(error: unknown, ...codes: string[]): boolean {
  return error instanceof Error && 'code' in error && codes.includes(String(error.code));
}
