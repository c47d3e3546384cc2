/** Fetches one file into the cache and records it; from then on it has to be the same file. */
import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import { rememberedSha256 } from '../base/checksum.js';
import { BaremarkError } from '../base/errors.js';
import { cacheError, writeFileWhole } from '../base/files.js';
import { type DownloadRequest, download } from './download.js';
import type { Expected } from './file-check.js';
import { type Manifest, manifestPath, readManifest } from './manifest.js';

/** A file, and what is published of it. */
export interface Source extends Expected, Pick<DownloadRequest, 'refuse'> {
  readonly url: string;
}

export interface FetchOptions {
  readonly mirror?: string;
  readonly unpin?: boolean;
  readonly onProgress?: (file: string, received: number, total: number | undefined) => void;
}

/** A copy that is already on this machine, and where it came from if its path does not say it. */
export interface LocalCopy {
  readonly path: string;
  readonly source?: string;
}

/** Whether the file is there as it was pulled, so that nothing needs to be fetched. */
export async function isPulled(to: string, source: Source): Promise<boolean> {
  return isIntact(to, pinOf(to, source));
}

/**
 * Fetches the file, or copies `copy`, unless it is there with the bytes that were recorded; returns a sentence about
 * it. Throws as `download`, and `BAD_MODEL_FILE` where the record is damaged and nothing else says which file is right.
 */
export async function fetchInto(
  to: string,
  source: Source,
  { mirror, unpin, onProgress }: FetchOptions,
  copy: LocalCopy | undefined,
): Promise<string> {
  const name = basename(to);
  const recorded = unpin ? undefined : pinOf(to, source);
  const intact = await isIntact(to, recorded);
  // A record of a file that should never have been accepted binds nobody.
  const pin = intact && source.refuse?.(to) !== undefined ? undefined : recorded;
  if (intact && pin !== undefined && copy === undefined)
    return `${name}: already there and as it was pulled, ${pin.size} bytes, SHA-256 ${pin.sha256}.`;
  const { url, size, sizeWithin, md5, refuse } = source;
  const sha256 = source.sha256 ?? pin?.sha256;
  const otherwise =
    pin === undefined ? undefined : 'add --unpin to take it in place of the file that was pulled before';
  const progress = (received: number, total: number | undefined) => onProgress?.(name, received, total);
  const expected = { size, sizeWithin, md5, sha256, refuse };
  const fromFile = copy?.path;
  const got = await download({ ...expected, url, to, mirror, fromFile, otherwise, onProgress: progress });
  const from = copy?.source ?? got.source;
  const manifest: Manifest = { source: from, size: got.size, sha256: got.sha256, md5: got.md5 };
  await writeFileWhole(manifestPath(to), `${JSON.stringify(manifest, null, 2)}\n`, cacheError);
  return `${name}: ${got.size} bytes from ${from}; ${trustOf(source, pin, got.sha256)}.`;
}

function trustOf(source: Source, pin: Manifest | undefined, sha256: string): string {
  if (source.sha256 !== undefined || source.md5 !== undefined)
    return `its checksum is the published one; pinned as SHA-256 ${sha256}`;
  return pin === undefined
    ? `no published checksum: trusted on first use, pinned as SHA-256 ${sha256}`
    : `the same file as was pulled before, SHA-256 ${sha256}`;
}

/** What an earlier pull recorded, unless it contradicts what is published. */
function pinOf(to: string, source: Source): Manifest | undefined {
  const state = readManifest(to);
  const published = source.sha256 !== undefined || source.md5 !== undefined;
  if (state.kind === 'absent') return undefined;
  if (state.kind === 'read') {
    const { manifest } = state;
    const agrees = (['size', 'sha256', 'md5'] as const).every(
      (field) => source[field] === undefined || source[field] === manifest[field],
    );
    return agrees ? manifest : undefined;
  }
  if (published) return undefined;
  throw new BaremarkError(
    'BAD_MODEL_FILE',
    `${manifestPath(to)} does not say which file was pulled (${state.why}), and there is no published checksum; add --unpin to fetch the file again and trust it.`,
  );
}

async function isIntact(to: string, recorded: Manifest | undefined): Promise<boolean> {
  if (recorded === undefined || !existsSync(to)) return false;
  const sha256 = await rememberedSha256([to], `${to}.checked.json`).catch(() => undefined);
  return sha256 === recorded.sha256;
}
