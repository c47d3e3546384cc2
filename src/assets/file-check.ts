/** Whether a file is the one that was expected, by size and checksums. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';

/** What is known of a file beforehand; digests are lower-case hex. */
export interface Expected {
  /** Bytes. */
  readonly size?: number;
  /** Fewest and most bytes, where only that is known. */
  readonly sizeWithin?: readonly [least: number, most: number];
  readonly sha256?: string;
  readonly md5?: string;
}

export interface Digests {
  readonly size: number;
  readonly sha256: string;
  readonly md5: string;
}

/** Size and checksums of a file, in one pass. */
export async function fileDigests(path: string): Promise<Digests> {
  const [sha256, md5] = [createHash('sha256'), createHash('md5')];
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) {
    sha256.update(chunk);
    md5.update(chunk);
  }
  const { size } = await stat(path);
  return { size, sha256: sha256.digest('hex'), md5: md5.digest('hex') };
}

/** Why a file is not the expected one, as `it ...`; undefined if it is. */
export async function mismatch(
  path: string,
  found: Digests,
  expected: Expected,
): Promise<string | undefined> {
  if (found.size === 0) return 'it is empty';
  const page = await looksLikeHtml(path);
  const kind = page ? 'it is an HTML page and has' : 'it has';
  if (expected.size !== undefined && found.size !== expected.size)
    return `${kind} ${found.size} bytes where ${expected.size} were expected`;
  const [least, most] = expected.sizeWithin ?? [0, Number.POSITIVE_INFINITY];
  if (found.size < least || found.size > most)
    return `${kind} ${found.size} bytes where ${least} to ${most} were expected`;
  for (const digest of ['sha256', 'md5'] as const) {
    const wanted = expected[digest]?.toLowerCase();
    if (wanted !== undefined && found[digest] !== wanted)
      return `${kind} ${digest} ${found[digest]} where ${wanted} was expected`;
  }
  // Without a pinned checksum, the most likely wrong file is a server's page about an error or a login.
  return page && expected.sha256 === undefined && expected.md5 === undefined
    ? 'it is an HTML page'
    : undefined;
}

async function looksLikeHtml(path: string): Promise<boolean> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(512), 0, 512, 0);
    return /^\ufeff?\s*<(?:!doctype html|html|head|body)\b/i.test(buffer.toString('utf8', 0, bytesRead));
  } finally {
    await file.close();
  }
}
