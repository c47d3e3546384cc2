/** Reads LoadGen's `mlperf_log_accuracy.json` one entry at a time, so that a log may be far larger than memory. */
import { createReadStream } from 'node:fs';
import { BaremarkError, hasErrno, messageOf } from '../base/errors.js';
import type { SampleResponse } from '../loadgen/index.js';

/** A log's path, or the responses themselves, as a run holds them. */
export type LogSource = string | Iterable<SampleResponse>;

/** How the log ended: whole, or cut short and why; what precedes the cut has been read. */
export type LogEnd = { readonly kind: 'whole' } | { readonly kind: 'cut short'; readonly why: string };

// What MLCommons' truncation script leaves between the first and the last 4,096 bytes of a published log.
const published = '\n\n...\n\n';
const publishedEnd: LogEnd = {
  kind: 'cut short',
  why: 'its middle was removed for publication, as MLPerf submissions ship it',
};
const largestEntry = 256 * 2 ** 20;
const [openBracket, closeBracket, openBrace, closeBrace, comma] = [0x5b, 0x5d, 0x7b, 0x7d, 0x2c];

/** The bytes of a response as float32, copied only where they are not aligned. Their number must be a multiple of 4. */
export function float32Of(data: Uint8Array): Float32Array {
  const aligned = data.byteOffset % 4 === 0 ? data : data.slice();
  return new Float32Array(aligned.buffer, aligned.byteOffset, data.length / 4);
}

/**
 * Calls `onEntry` for each response in the order of the log.
 * An entry that cannot be read is given to `onUnreadable` with its byte offset, and the next one follows.
 * Throws BAD_LOG where the file is absent or not an accuracy log at all.
 */
export async function readAccuracyLog(
  source: LogSource,
  onEntry: (entry: SampleResponse) => void,
  onUnreadable: (byte: number) => void = () => {},
): Promise<LogEnd> {
  if (typeof source === 'string') return readLogFile(source, onEntry, onUnreadable);
  for (const entry of source) onEntry(entry);
  return { kind: 'whole' };
}

async function readLogFile(
  path: string,
  onEntry: (entry: SampleResponse) => void,
  onUnreadable: (byte: number) => void,
): Promise<LogEnd> {
  let pending: Buffer = Buffer.alloc(0);
  let offset = 0;
  let state: 'start' | 'entries' | 'end' = 'start';
  const strange = (byte: number): LogEnd => ({
    kind: 'cut short',
    why: `byte ${byte} is not part of an accuracy log`,
  });

  /** Reads what is whole in `pending`; a value ends the reading. */
  const consume = (): LogEnd | undefined => {
    let at = 0;
    let end: LogEnd | undefined;
    while (at < pending.length && end === undefined) {
      const byte = pending[at]!;
      if (byte <= 0x20) at += 1;
      else if (state === 'start') {
        if (byte !== openBracket) throw notALog(path);
        state = 'entries';
        at += 1;
      } else if (state === 'end') end = strange(offset + at);
      else if (byte === comma) at += 1;
      else if (byte === closeBracket) {
        state = 'end';
        at += 1;
      } else if (byte === openBrace) {
        const close = pending.indexOf(closeBrace, at);
        if (close < 0) {
          if (pending.length - at > largestEntry) throw notALog(path);
          break;
        }
        const text = pending.toString('latin1', at, close + 1);
        const entry = parseEntry(text);
        if (entry !== undefined) onEntry(entry);
        else if (text.includes(published)) end = publishedEnd;
        else onUnreadable(offset + at);
        at = close + 1;
      } else end = byte === 0x2e ? publishedEnd : strange(offset + at);
    }
    offset += at;
    pending = pending.subarray(at);
    return end;
  };

  try {
    for await (const chunk of createReadStream(path, { highWaterMark: 2 ** 20 })) {
      pending = pending.length === 0 ? (chunk as Buffer) : Buffer.concat([pending, chunk as Buffer]);
      const end = consume();
      if (end !== undefined) return end;
    }
  } catch (error) {
    if (error instanceof BaremarkError) throw error;
    const why = hasErrno(error, 'ENOENT') ? 'does not exist' : `cannot be read (${messageOf(error)})`;
    throw new BaremarkError(
      'BAD_LOG',
      `Accuracy log ${path} ${why}; run with --mode accuracy to write one, or name its folder.`,
      { cause: error },
    );
  }
  if (state === 'start') throw notALog(path);
  if (state === 'end') return { kind: 'whole' };
  if (pending.includes(published)) return publishedEnd;
  return { kind: 'cut short', why: `it ends at byte ${offset + pending.length} without a closing bracket` };
}

function notALog(path: string): BaremarkError {
  return new BaremarkError(
    'BAD_LOG',
    `${path} is not an accuracy log: a JSON array of {seq_id, qsl_idx, data} was expected; name a mlperf_log_accuracy.json.`,
  );
}

function parseEntry(text: string): SampleResponse | undefined {
  let entry: { seq_id?: unknown; qsl_idx?: unknown; data?: unknown };
  try {
    entry = JSON.parse(text);
  } catch {
    return undefined;
  }
  const { seq_id: sequence, qsl_idx: sample, data } = entry;
  if (!isIndex(sequence) || !isIndex(sample) || typeof data !== 'string' || data.length % 2 !== 0)
    return undefined;
  const bytes = new Uint8Array(data.length / 2);
  // A digit that is not hexadecimal ends the decoding early.
  const written = Buffer.from(bytes.buffer).write(data, 'hex');
  return written === bytes.length ? { sequence, sample, data: bytes } : undefined;
}

function isIndex(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}
