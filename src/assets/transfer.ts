/** One attempt to fetch a file over HTTP into a part file; it continues what is there already. */
import { open, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { outputError } from '../base/files.js';

/** The server's answer is final: another attempt would get the same. */
export class Refused extends Error {}

export interface Transfer {
  readonly url: string;
  readonly part: string;
  /** Bytes of the whole file, if known beforehand. */
  readonly size?: number;
  /** Whether a checksum will be verified, so that a part may be continued even if the server does not identify its file. */
  readonly pinned: boolean;
  /** Milliseconds without a byte after which the connection is given up. */
  readonly stallMs: number;
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
  const { stallMs, signal } = request;
  const stalled = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const alive = () => {
    clearTimeout(timer);
    timer = setTimeout(() => stalled.abort(new Error(`no byte came for ${stallMs / 1000} s`)), stallMs);
  };
  const combined = AbortSignal.any([stalled.signal, ...(signal ? [signal] : [])]);
  try {
    alive();
    const there = await continuable(request);
    const response = await follow(request.url, rangeHeaders(there), combined);
    return await receive(request, response, there, alive);
  } catch (error) {
    // An aborted body rejects with its own error; the signal's reason says more.
    if (stalled.signal.aborted) throw stalled.signal.reason;
    throw error;
  } finally {
    clearTimeout(timer);
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
    await response.body?.cancel();
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
  return length === null || response.headers.has('content-encoding') ? undefined : Number(length);
}

/** Throws if the response holds neither the file nor the rest of it. */
async function requireFile(request: Transfer, response: Response, there: Beginning): Promise<void> {
  const { status } = response;
  if (status === 200 || status === 206) {
    const type = response.headers.get('content-type') ?? '';
    if (/^text\/html\b/i.test(type)) throw new Refused('it is an HTML page');
    const total = totalOf(response);
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
  alive: () => void,
): Promise<{ readonly resumed: boolean }> {
  const { part, size } = request;
  try {
    await requireFile(request, response, there);
  } catch (error) {
    await response.body?.cancel().catch(() => {});
    throw error;
  }
  const resumed = response.status === 206 && there.bytes > 0;
  const total = totalOf(response) ?? size;
  let received = resumed ? there.bytes : 0;
  const file = await open(part, resumed ? 'a' : 'w').catch((error) => {
    throw outputError(part, error);
  });
  try {
    if (!resumed) await writeFile(noteOf(part), JSON.stringify(noteFor(request.url, response)));
    for await (const chunk of response.body ?? []) {
      alive();
      received += chunk.length;
      if (total !== undefined && received > total)
        throw new Refused(`it has more than the expected ${total} bytes`);
      await file.writeFile(chunk).catch((error) => {
        throw outputError(part, error);
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
