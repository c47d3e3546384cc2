/** MLPerf's trained models: where they are published, and where a pulled one is kept. */
import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Precision } from '../backends/backend.js';
import { BaremarkError } from '../base/errors.js';
import { modelCacheDir } from '../base/files.js';
import { orList, show, suggestion } from '../base/suggest.js';
import { bertSignature } from '../graphs/bert/bert.js';
import { type GraphSignature, tensorInfo } from '../graphs/spec.js';
import type { Expected } from './file-check.js';
import { readManifest } from './manifest.js';

/** What is published of a model, and what its file must be whoever sends it. */
export interface OfficialModel extends Expected {
  readonly name: string;
  /** The model of the catalogue whose weights these are. */
  readonly model: string;
  readonly precision: Precision;
  readonly url: string;
  readonly signature: GraphSignature;
}

const ssdImage = tensorInfo('image', 'float32', ['batch', 3, 1200, 1200]);

/**
 * As named by MLPerf Inference's reference implementations of BERT and of object detection. Checksums are those that
 * MLCommons' scripts (get-ml-model-bert-large-squad) and OpenVINO's Open Model Zoo (ssd-resnet34-1200-onnx) verify.
 */
const officialModels: readonly OfficialModel[] = [
  {
    name: 'bert-large',
    model: 'bert-large',
    precision: 'fp32',
    url: 'https://zenodo.org/record/3733910/files/model.onnx',
    md5: '819b25b19cd8e59080c10892689750ca',
    // 335 million parameters of four bytes.
    sizeWithin: [1.2e9, 1.6e9],
    signature: bertSignature(),
  },
  {
    name: 'bert-large-int8',
    model: 'bert-large',
    precision: 'int8',
    url: 'https://zenodo.org/record/3750364/files/bert_large_v1_1_fake_quant.onnx',
    md5: '45f88ffb2915362242703c85c38ec2d4',
    // The same in one to four bytes each.
    sizeWithin: [0.3e9, 1.6e9],
    signature: bertSignature(),
  },
  {
    name: 'ssd-resnet34',
    model: 'ssd-resnet34',
    precision: 'fp32',
    url: 'https://zenodo.org/record/3228411/files/resnet34-ssd1200.onnx',
    size: 80_363_696,
    sha256: 'b417a8186967f1e78670b0075aa72a10e5c7d1a6d5c08af9d13dc97f3d29ef0d',
    signature: {
      inputs: [ssdImage],
      outputs: [
        tensorInfo('bboxes', 'float32', ['batch', 'boxes', 4]),
        tensorInfo('labels', 'int64', ['batch', 'boxes']),
        tensorInfo('scores', 'float32', ['batch', 'boxes']),
      ],
    },
  },
];

export const officialNames: readonly string[] = officialModels.map(({ name }) => name);

/** Throws `UNKNOWN_MODEL` with a near match among `names`. */
export function findOfficial(name: string, names: readonly string[]): OfficialModel {
  const found = officialModels.find((official) => official.name === name);
  if (found !== undefined) return found;
  throw new BaremarkError(
    'UNKNOWN_MODEL',
    `the model to pull is ${show(name)}, which cannot be pulled; ${suggestion(name, names)}`,
  );
}

export function officialPath({ name, url }: Pick<OfficialModel, 'name' | 'url'>): string {
  return join(modelCacheDir(), 'official', name, basename(new URL(url).pathname));
}

/** The pulled file of a model's official weights. Throws `BAD_MODEL_FILE` if there are none, or if they were not pulled. */
export function pulledWeights(model: string, precision: Precision, where: string): string {
  const own = officialModels.filter((official) => official.model === model);
  const official = own.find((one) => one.precision === precision);
  if (official === undefined)
    throw new BaremarkError(
      'BAD_MODEL_FILE',
      own.length === 0
        ? `${where} is official, but ${model} has no official weights; choose ${orList([...new Set(officialModels.map((one) => one.model))])}.`
        : `${where} is official, but ${model} has no official weights in ${precision}; choose --precision ${orList(own.map((one) => one.precision))}.`,
    );
  const path = officialPath(official);
  const missing = !existsSync(path) ? 'is not there' : notPulled(path);
  if (missing === undefined) return path;
  throw new BaremarkError(
    'BAD_MODEL_FILE',
    `${where} is official, but ${path} ${missing}; fetch it with baremark models pull ${official.name}.`,
  );
}

function notPulled(path: string): string | undefined {
  const state = readManifest(path);
  if (state.kind === 'read') return undefined;
  return state.kind === 'absent' ? 'was not put there by a pull' : `has a damaged record (${state.why})`;
}
