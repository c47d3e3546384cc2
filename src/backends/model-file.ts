/** The ONNX file that a backend opens. */
import { existsSync } from 'node:fs';
import { BaremarkError } from '../base/errors.js';
import type { ModelRef } from './backend.js';

/** @throws BaremarkError `BAD_MODEL_FILE` where the model has no file, or it is not there */
export function requireModelFile({ name, file }: ModelRef, backend: string): string {
  if (file === undefined)
    throw new BaremarkError(
      'BAD_MODEL_FILE',
      `The model ${name} has no ONNX file, which the ${backend} backend needs; give one with --model-file FILE.onnx.`,
    );
  if (!existsSync(file))
    throw new BaremarkError(
      'BAD_MODEL_FILE',
      `The model file ${file} does not exist; build the model with 'baremark models build ${name}' or give the right path.`,
    );
  return file;
}
