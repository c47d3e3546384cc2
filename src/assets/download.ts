/** Downloads one large file: resumable, verified, and in place only when it is complete. */
import { copyFile, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { BaremarkError, hasErrno, messageOf } from '../base/errors.js';
import { cacheError, makeFolder } from '../base/files.js';
import { type Digests, type Expected, fileDigests, mismatch } from './file-check.js';
import { discardPart, type LeastRate, leastRate, partSize, Refused, transfer } from './transfer.js';

export interface DownloadRequest extends Expected {
  readonly url: string;
  /** Where the file goes; `TO.part` and `TO.part.json` are beside it while it is incomplete. */
  readonly to: string;
  /** URL of a folder to fetch from instead; the file's own name is added to it. */
  readonly mirror?: string;
  /** A local copy to take instead of downloading; checked like a download. */
  readonly fromFile?: string;
  /** Why a complete file is not what it should be, as `it …`; asked before it is put in place. */
  readonly refuse?: (path: string) => string | undefined;
  /** What to do if the file is right and what is expected of it is not. */
  readonly otherwise?: string;
  /** Bytes received, and bytes in all if the server says. */
  readonly onProgress?: (received: number, total: number | undefined) => void;
  readonly signal?: AbortSignal;
  /** Consecutive attempts that may bring less than a mebibyte; default 5. */
  readonly attempts?: number;
  /** Milliseconds without a byte after which a connection is given up; default 30,000. */
  readonly stallMs?: number;
  /** Least bytes per second over any window of this many milliseconds; default 16 KiB/s over a minute. */
  readonly leastRate?: LeastRate;
  /** Milliseconds before the second attempt, doubled each time up to 30 s; default 1,000. */
  readonly backoffMs?: number;
}

/** What is in place now. */
export interface Downloaded extends Digests {
  readonly path: string;
  /** The URL or file it came from. */
  readonly source: string;
  /** False if no checksum was known beforehand: the file is then trusted on first use, and its digests should be recorded. */
  readonly verified: boolean;
}

const longestBackoffMs = 30_000;
const goodProgress = 2 ** 20;

/**
 * Fetches `url` (or the mirror's file, or copies `fromFile`) to `to`, and replaces what is there only when size and
 * checksums are right. Continues a `.part` file that an earlier attempt or process left, if the server still has
 * the same file. Throws DOWNLOAD_FAILED that names the address, what came and the fix, and OUTPUT_NOT_WRITABLE for the
 * disk; if aborted, rejects with the signal's reason and keeps the part. Proxies are not used.
 */
export async function download(request: DownloadRequest): Promise<Downloaded> {
  const part = `${request.to}.part`;
  const source = request.fromFile ?? mirrored(request);
  await makeFolder(dirname(request.to)).catch((error) => {
    throw cacheError(request.to, error);
  });
  let wrong: string | undefined;
  // A part that an earlier process left may be damaged; the second round then starts from nothing.
  for (const round of [1, 2]) {
    const resumed =
      request.fromFile === undefined
        ? await fetchPart(source, part, request)
        : await copyPart(request.fromFile, part);
    const digests = await fileDigests(part);
    wrong = (await mismatch(part, digests, request)) ?? request.refuse?.(part);
    if (wrong === undefined) {
      await rename(part, request.to).catch((error) => {
        throw cacheError(request.to, error);
      });
      await discardPart(part);
      const verified = request.sha256 !== undefined || request.md5 !== undefined;
      return { path: request.to, source, verified, ...digests };
    }
    await discardPart(part);
    if (!resumed || round === 2) break;
  }
  throw failed(source, wrong ?? 'it is empty', request);
}

/** The URL to fetch; a mirror has the file under its own name. */
function mirrored({ url, mirror }: DownloadRequest): string {
  try {
    const { pathname } = new URL(url);
    if (mirror === undefined) return url;
    return new URL(pathname.slice(pathname.lastIndexOf('/') + 1), `${mirror.replace(/\/+$/, '')}/`).href;
  } catch (error) {
    throw new BaremarkError(
      'BAD_OPTION',
      `${mirror ?? url} is not a URL; give one such as https://example.org/models.`,
      { cause: error },
    );
  }
}

async function copyPart(from: string, part: string): Promise<boolean> {
  try {
    await copyFile(from, part);
    return false;
  } catch (error) {
    await discardPart(part);
    if (hasErrno(error, 'ENOENT', 'EISDIR', 'ERR_FS_EISDIR'))
      throw new BaremarkError(
        'DOWNLOAD_FAILED',
        `${from} is not a file; name a local copy with --from FILE.`,
        {
          cause: error,
        },
      );
    throw cacheError(part, error);
  }
}

/** Fetches the whole part file in as many attempts as it takes; returns whether some of it was there before. */
async function fetchPart(source: string, part: string, request: DownloadRequest): Promise<boolean> {
  const { signal, attempts = 5, backoffMs = 1000, stallMs = 30_000, size, onProgress } = request;
  const rate = request.leastRate ?? leastRate;
  const mostBytes = size ?? request.sizeWithin?.[1];
  const pinned = request.sha256 !== undefined || request.md5 !== undefined;
  let resumed = (await partSize(part)) > 0;
  let failures = 0;
  for (;;) {
    signal?.throwIfAborted();
    const before = await partSize(part);
    try {
      const done = await transfer({
        url: source,
        part,
        size,
        mostBytes,
        pinned,
        stallMs,
        rate,
        signal,
        onProgress,
      });
      resumed &&= done.resumed;
      return resumed;
    } catch (error) {
      signal?.throwIfAborted();
      if (error instanceof BaremarkError) throw error;
      if (error instanceof Refused) {
        await discardPart(part);
        throw failed(source, error.message, request, error);
      }
      failures = (await partSize(part)) - before >= goodProgress ? 1 : failures + 1;
      if (failures >= attempts)
        throw failed(source, `${reason(error)}, in ${attempts} attempts`, request, error);
      await sleep(Math.min(longestBackoffMs, backoffMs * 2 ** (failures - 1)), undefined, { signal });
    }
  }
}

/** What went wrong: fetch wraps the network's own error as its cause. */
function reason(error: unknown): string {
  const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : undefined;
  return messageOf(cause) || code || 'the connection failed';
}

function failed(source: string, what: string, request: DownloadRequest, cause?: unknown): BaremarkError {
  const otherwise = request.otherwise === undefined ? '' : `, or ${request.otherwise}`;
  if (request.fromFile !== undefined)
    return new BaremarkError(
      'DOWNLOAD_FAILED',
      `${source} is not the right file: ${what}; name a complete copy of ${request.url} with --from FILE${otherwise}.`,
    );
  const proxy = process.env.HTTPS_PROXY ?? process.env.https_proxy;
  const hint = proxy ? ' (HTTPS_PROXY is set, but proxies are not used)' : '';
  return new BaremarkError(
    'DOWNLOAD_FAILED',
    `Downloading ${source} failed${hint}: ${what}; try another server with --mirror URL or give a copy of your own with --from FILE${otherwise}.`,
    { cause },
  );
}
