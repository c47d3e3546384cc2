/** Fetches official models and data sets into the cache, completely or not at all, with a manifest beside them. */
import { existsSync, readFileSync } from 'node:fs';
import { rename, rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { BaremarkError } from '../base/errors.js';
import { cacheDir, writeFileWhole } from '../base/files.js';
import { suggestion } from '../base/suggest.js';
import { type Downloaded, download } from './download.js';
import type { Expected } from './file-check.js';
import { findOfficial, officialPath } from './official.js';
import { unzip } from './unzip.js';

export interface PullOptions {
  /** URL of a folder that holds the files under their own names. */
  readonly mirror?: string;
  /** A local copy: the file of a model, or the folder of a data set. */
  readonly from?: string;
  readonly onProgress?: (file: string, received: number, total: number | undefined) => void;
}

export interface Pulled {
  /** The model's file, or the data set's folder. */
  readonly path: string;
  /** One sentence per file: where it came from, and whether its checksum was known beforehand. */
  readonly notes: readonly string[];
}

interface Source extends Expected {
  readonly url: string;
}

/** Throws `UNKNOWN_MODEL`, `DOWNLOAD_FAILED` or `OUTPUT_NOT_WRITABLE`, and then leaves nothing in place. */
export async function pullModel(name: string, options: PullOptions): Promise<Pulled> {
  const official = findOfficial(name);
  const path = officialPath(official);
  return { path, notes: [await fetchInto(path, official, options, options.from)] };
}

// Sizes and MD5 as the data sets' users pin them: torchvision and MLCommons' scripts for COCO, BERT's own for SQuAD.
const squad: readonly Source[] = [
  {
    url: 'https://rajpurkar.github.io/SQuAD-explorer/dataset/dev-v1.1.json',
    md5: '3e85deb501d4e538b6bc56f786231552',
  },
  {
    url: 'https://huggingface.co/google-bert/bert-base-uncased/resolve/main/vocab.txt',
    md5: '64800d5d8528ce344256daf115d4965e',
  },
];
const coco: readonly (Source & { readonly wanted: RegExp; readonly holds: string })[] = [
  {
    url: 'http://images.cocodataset.org/annotations/annotations_trainval2017.zip',
    md5: 'f4bbac642086de4f52a3fdda2de5fa2c',
    wanted: /^annotations\/instances_val2017\.json$/,
    holds: 'annotations',
  },
  {
    url: 'http://images.cocodataset.org/zips/val2017.zip',
    md5: '442b8da7639aecaf257c1dceb8ba8c80',
    wanted: /^val2017\/\d+\.jpg$/,
    holds: 'val2017',
  },
];

/** Throws `UNKNOWN_DATASET`, `DOWNLOAD_FAILED` or `OUTPUT_NOT_WRITABLE`. */
export async function pullDataset(name: string, options: PullOptions): Promise<Pulled> {
  const path = join(cacheDir(), 'datasets', name);
  const local = (url: string) =>
    options.from === undefined ? undefined : join(options.from, basename(new URL(url).pathname));
  const notes: string[] = [];
  if (name === 'squad')
    for (const source of squad)
      notes.push(await fetchInto(join(path, basename(source.url)), source, options, local(source.url)));
  else if (name === 'coco')
    for (const source of coco) notes.push(await fetchZip(path, source, options, local(source.url)));
  else
    throw new BaremarkError(
      'UNKNOWN_DATASET',
      `the data set to pull is ${JSON.stringify(name)}; ${suggestion(name, ['squad', 'coco'])}`,
    );
  return { path, notes };
}

/** Fetches an archive, unpacks what is wanted from it beside its place, and removes the archive. */
async function fetchZip(
  folder: string,
  source: (typeof coco)[number],
  options: PullOptions,
  local: string | undefined,
): Promise<string> {
  const place = join(folder, source.holds);
  if (existsSync(place)) return `${place}: already there.`;
  const archive = join(folder, basename(source.url));
  const note = await fetchInto(archive, source, options, local);
  const part = `${place}.part`;
  await rm(part, { recursive: true, force: true });
  try {
    await unzip(archive, source.wanted, part);
    await rename(join(part, source.holds), place);
  } finally {
    await rm(part, { recursive: true, force: true });
  }
  await rm(archive);
  return note;
}

type Manifest = Pick<Downloaded, 'source' | 'size' | 'sha256' | 'md5'>;

/** Fetches one file and records it; a file that an earlier pull recorded must be the same again. */
async function fetchInto(
  to: string,
  source: Source,
  { mirror, onProgress }: PullOptions,
  fromFile: string | undefined,
): Promise<string> {
  const name = basename(to);
  const record = `${to}.manifest.json`;
  const known = readManifest(record);
  if (known !== undefined && (await sizeOf(to)) === known.size)
    return `${name}: already there, ${known.size} bytes, SHA-256 ${known.sha256}.`;
  const { url, size, md5 } = source;
  const sha256 = source.sha256 ?? known?.sha256;
  const progress = (received: number, total: number | undefined) => onProgress?.(name, received, total);
  const got = await download({ url, size, md5, sha256, to, mirror, fromFile, onProgress: progress });
  const manifest: Manifest = { source: got.source, size: got.size, sha256: got.sha256, md5: got.md5 };
  await writeFileWhole(record, `${JSON.stringify(manifest, null, 2)}\n`);
  const trust = got.verified
    ? 'checksum as expected'
    : 'no checksum was known, so it is trusted on first use and recorded';
  return `${name}: ${got.size} bytes from ${got.source}, SHA-256 ${got.sha256}; ${trust}.`;
}

function readManifest(path: string): Manifest | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Manifest;
  } catch {
    return undefined;
  }
}

async function sizeOf(path: string): Promise<number | undefined> {
  return stat(path).then(
    ({ size }) => size,
    () => undefined,
  );
}
