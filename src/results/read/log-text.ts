/** Reads log files as text: whole where they are small, head and tail where they are not. */
import { open } from 'node:fs/promises';
import { BaremarkError, hasErrno, messageOf } from '../../base/errors.js';

/** Lines of a log; `cut` where the middle of a large file was left out. */
export interface LogLines {
  readonly lines: readonly string[];
  readonly cut: boolean;
}

/**
 * Lines of a log: of a large one only the first `head` and the last `tail` bytes, where a detail log of hundreds of
 * megabytes has its settings and its results. Line ends may be LF or CRLF.
 * @throws BaremarkError BAD_LOG where the file is missing, empty, or holds bytes that are not text
 */
export async function readLines(path: string, head: number, tail: number): Promise<LogLines> {
  const file = await open(path, 'r').catch((error: unknown) => {
    throw badLog(path, hasErrno(error, 'ENOENT') ? 'is missing' : `cannot be read (${messageOf(error)})`);
  });
  try {
    const { size } = await file.stat();
    if (size === 0) throw badLog(path, 'is empty');
    const part = async (from: number, length: number) => {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, from);
      return buffer.subarray(0, bytesRead);
    };
    if (size <= head + tail) return { lines: split(path, await part(0, size)), cut: false };
    const first = await part(0, head);
    const last = await part(size - tail, tail);
    // The last line of the head and the first of the tail are cut, so both are left out.
    const begin = split(path, first.subarray(0, first.lastIndexOf(10) + 1));
    return { lines: [...begin, ...split(path, last.subarray(last.indexOf(10) + 1))], cut: true };
  } finally {
    await file.close();
  }
}

/** The error for a log that cannot be trusted; `what` completes "<path> ...". */
export function badLog(path: string, what: string): BaremarkError {
  return new BaremarkError('BAD_LOG', `${path} ${what}.`);
}

function split(path: string, bytes: Uint8Array): string[] {
  if (bytes.includes(0)) throw badLog(path, 'holds bytes that are not text; copy it again');
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes).split(/\r?\n/);
  } catch {
    throw badLog(path, 'holds bytes that are not UTF-8 text; copy it again');
  }
}
