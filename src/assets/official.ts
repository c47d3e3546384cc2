/** MLPerf's trained models: where they are published, and where a pulled one is kept. */
import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Precision } from '../backends/backend.js';
import { BaremarkError } from '../base/errors.js';
import { modelCacheDir } from '../base/files.js';
import { orList, show, suggestion } from '../base/suggest.js';

/** Their authors publish no checksums, so a pulled file is trusted on first use. */
export interface OfficialModel {
  readonly name: string;
  /** The model of the catalogue whose weights these are. */
  readonly model: string;
  readonly precision: Precision;
  readonly url: string;
}

/** As named by MLPerf Inference's reference implementations of BERT and of object detection. */
const officialModels: readonly OfficialModel[] = [
  {
    name: 'bert-large',
    model: 'bert-large',
    precision: 'fp32',
    url: 'https://zenodo.org/record/3733910/files/model.onnx',
  },
  {
    name: 'bert-large-int8',
    model: 'bert-large',
    precision: 'int8',
    url: 'https://zenodo.org/record/3750364/files/bert_large_v1_1_fake_quant.onnx',
  },
  {
    name: 'ssd-resnet34',
    model: 'ssd-resnet34',
    precision: 'fp32',
    url: 'https://zenodo.org/record/3228411/files/resnet34-ssd1200.onnx',
  },
];

export const officialNames: readonly string[] = officialModels.map(({ name }) => name);

/** Throws `UNKNOWN_MODEL` with a near match. */
export function findOfficial(name: string): OfficialModel {
  const found = officialModels.find((official) => official.name === name);
  if (found !== undefined) return found;
  throw new BaremarkError(
    'UNKNOWN_MODEL',
    `the model to pull is ${show(name)}, which is not an official model; ${suggestion(name, officialNames)}`,
  );
}

export function officialPath({ name, url }: OfficialModel): string {
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
  if (existsSync(path)) return path;
  throw new BaremarkError(
    'BAD_MODEL_FILE',
    `${where} is official, but ${path} is not there; fetch it with baremark models pull ${official.name}.`,
  );
}
