/** One attempt to fetch a file over HTTP into a part file; it continues what is there already. */
import { open, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { cacheError } from '../base/files.js';

/** The server's answer is final: another attempt would get the same. */
export class Refused extends Error {}

/** Fewer bytes than this in a window of time, and a connection counts as stalled. */
export interface LeastRate {
  readonly bytesPerS: number;
  readonly windowMs: number;
}

/** At this rate the largest model takes a day. */
export const leastRate: LeastRate = { bytesPerS: 16 << 10, windowMs: 60_000 };

export interface Transfer {
  readonly url: string;
  readonly part: string;
  /** Bytes of the whole file, if known beforehand. */
  readonly size?: number;
  /** Most bytes that the file may have, if a limit is known. */
  readonly mostBytes?: number;
  /** Whether a checksum will be verified, so that a part may be continued even if the server does not identify its file. */
  readonly pinned: boolean;
  /** Milliseconds without a byte after which the connection is given up. */
  readonly stallMs: number;
  readonly rate: LeastRate;
  readonly signal?: AbortSignal;
  readonly onProgress?: (received: number, total: number | undefined) => void;
}

/** Kept beside the part file: which of the server's files it is the beginning of. */
interface PartNote {
  readonly url: string;
  /** Strong ETag or Last-Modified, for If-Range. */
  readonly validator?: string;
}

const mostRedirects = 10;
const noteOf = (part: string) => `${part}.json`;

/** Removes a part file and its note. */
export async function discardPart(part: string): Promise<void> {
  await Promise.all([part, noteOf(part)].map((path) => rm(path, { force: true }).catch(() => {})));
}

/** Bytes that a part file holds; 0 if there is none. */
export async function partSize(part: string): Promise<number> {
  return stat(part).then(
    ({ size }) => size,
    () => 0,
  );
}

async function readNote(part: string): Promise<PartNote | undefined> {
  try {
    return JSON.parse(await readFile(noteOf(part), 'utf8')) as PartNote;
  } catch {
    return undefined;
  }
}

/**
 * Fetches the rest of the file; returns whether it continued what was there. Throws `Refused` if the server has no
 * such file, and any other error if another attempt may help; the part file is kept for that attempt.
 */
export async function transfer(request: Transfer): Promise<{ readonly resumed: boolean }> {
  const { stallMs, rate, signal } = request;
  const ended = new AbortController();
  const giveUp = (why: string) => ended.abort(new Error(why));
  let stall: NodeJS.Timeout | undefined;
  let received = 0;
  const took = (bytes: number) => {
    received += bytes;
    clearTimeout(stall);
    stall = setTimeout(() => giveUp(`no byte came for ${stallMs / 1000} s`), stallMs);
  };
  const window = setInterval(() => {
    if (received < (rate.bytesPerS * rate.windowMs) / 1000)
      giveUp(`only ${received} bytes came in ${rate.windowMs / 1000} s`);
    received = 0;
  }, rate.windowMs);
  const combined = AbortSignal.any([ended.signal, ...(signal ? [signal] : [])]);
  try {
    took(0);
    const there = await continuable(request);
    const response = await follow(request.url, rangeHeaders(there), combined);
    return await receive(request, response, there, took);
  } catch (error) {
    // An aborted body rejects with its own error; the signal's reason says more.
    if (ended.signal.aborted) throw ended.signal.reason;
    throw error;
  } finally {
    clearTimeout(stall);
    clearInterval(window);
    // Drops the connection where something is left of the answer; waiting for that to be read could take for ever.
    ended.abort();
  }
}

interface Beginning {
  readonly bytes: number;
  readonly validator?: string;
}

/** What is there to continue; 0 bytes if the part belongs to another file, or if that cannot be ruled out. */
async function continuable({ part, url, pinned, size }: Transfer): Promise<Beginning> {
  const bytes = await partSize(part);
  const note = await readNote(part);
  const known = note?.url === url && (note.validator !== undefined || pinned);
  if (bytes === 0 || !known || (size !== undefined && bytes > size)) return { bytes: 0 };
  return { bytes, validator: note.validator };
}

function rangeHeaders({ bytes, validator }: Beginning): Record<string, string> {
  // With compression, lengths and ranges would be those of the compressed bytes.
  const headers: Record<string, string> = { 'accept-encoding': 'identity' };
  if (bytes > 0) headers.range = `bytes=${bytes}-`;
  if (bytes > 0 && validator !== undefined) headers['if-range'] = validator;
  return headers;
}

async function follow(url: string, headers: Record<string, string>, signal: AbortSignal): Promise<Response> {
  let at = new URL(url);
  for (let hops = 0; hops <= mostRedirects; hops++) {
    const response = await fetch(at, { headers, redirect: 'manual', signal });
    const location = response.headers.get('location');
    if (response.status < 300 || response.status > 399 || location === null) return response;
    response.body?.cancel().catch(() => {});
    const next = new URL(location, at);
    if (at.protocol === 'https:' && next.protocol !== 'https:')
      throw new Refused(`it redirects from https to ${next.protocol}//${next.host}`);
    at = next;
  }
  throw new Refused(`it redirects more than ${mostRedirects} times, last to ${at.href}`);
}

/** Bytes of the whole file according to the response; undefined if it does not say. */
function totalOf(response: Response): number | undefined {
  const range = /^bytes (\d+)-\d+\/(\d+)$/.exec(response.headers.get('content-range') ?? '');
  if (response.status === 206) return range?.[2] === undefined ? undefined : Number(range[2]);
  const length = response.headers.get('content-length');
  return length === null ? undefined : Number(length);
}

/** Throws if the response holds neither the file nor the rest of it. */
async function requireFile(request: Transfer, response: Response, there: Beginning): Promise<void> {
  const { status } = response;
  if (status === 200 || status === 206) {
    const type = response.headers.get('content-type') ?? '';
    if (/^text\/html\b/i.test(type)) throw new Refused('it is an HTML page');
    // Undoing it would hide where a file was cut short, and lengths would be those of the compressed bytes.
    const encoding = response.headers.get('content-encoding') ?? 'identity';
    if (encoding !== 'identity')
      throw new Refused(`the server sends it compressed (${encoding}) though it was asked not to`);
    const total = totalOf(response);
    if (request.mostBytes !== undefined && request.size === undefined && (total ?? 0) > request.mostBytes)
      throw new Refused(`it has ${total} bytes where at most ${request.mostBytes} were expected`);
    if (request.size !== undefined && total !== undefined && total !== request.size)
      throw new Refused(`it has ${total} bytes where ${request.size} were expected`);
    const from = /^bytes (\d+)-/.exec(response.headers.get('content-range') ?? '')?.[1];
    if (status === 200 || Number(from) === there.bytes) return;
  }
  if (status === 416 || status === 206) {
    // The part and the server's file do not fit together: start again.
    await discardPart(request.part);
    throw new Error(`the server cannot continue at byte ${there.bytes}`);
  }
  const name = `HTTP status ${status}${response.statusText && ` (${response.statusText})`}`;
  const maybeLater = status >= 500 || status === 408 || status === 429;
  throw maybeLater ? new Error(name) : new Refused(name);
}

async function receive(
  request: Transfer,
  response: Response,
  there: Beginning,
  took: (bytes: number) => void,
): Promise<{ readonly resumed: boolean }> {
  const { part, size, mostBytes } = request;
  await requireFile(request, response, there);
  const resumed = response.status === 206 && there.bytes > 0;
  const total = totalOf(response) ?? size;
  let received = resumed ? there.bytes : 0;
  const file = await open(part, resumed ? 'a' : 'w').catch((error) => {
    throw cacheError(part, error);
  });
  try {
    if (!resumed) await writeFile(noteOf(part), JSON.stringify(noteFor(request.url, response)));
    for await (const chunk of response.body ?? []) {
      took(chunk.length);
      received += chunk.length;
      if (mostBytes !== undefined && received > mostBytes)
        throw new Refused(`it has more than the expected ${mostBytes} bytes`);
      if (total !== undefined && received > total)
        throw new Refused(`it has more than the expected ${total} bytes`);
      await file.writeFile(chunk).catch((error) => {
        throw cacheError(part, error);
      });
      request.onProgress?.(received, total);
    }
  } finally {
    await file.close();
  }
  if (total !== undefined && received < total)
    throw new Error(`the connection ended after ${received} of ${total} bytes`);
  return { resumed };
}

function noteFor(url: string, response: Response): PartNote {
  const etag = response.headers.get('etag');
  const strong = etag !== null && !etag.startsWith('W/') ? etag : undefined;
  return { url, validator: strong ?? response.headers.get('last-modified') ?? undefined };
}
