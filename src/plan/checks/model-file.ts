/** A model that is a file: what it computes in and takes as input is read from its graph, never believed. */
import { existsSync, statSync } from 'node:fs';
import type { Precision } from '../../backends/backend.js';
import { BaremarkError } from '../../base/errors.js';
import { filePrecision } from '../../graphs/file/file-precision.js';
import { readGraphFacts } from '../../graphs/file/graph-facts.js';
import type { Place } from '../check.js';
import type { ModelSpec } from '../types.js';

/** Throws `BAD_MODEL_FILE` unless this is a file. */
export function checkModelFile(path: string, where: string): void {
  const problem = !existsSync(path)
    ? 'which does not exist'
    : statSync(path).isFile()
      ? undefined
      : 'which is not a file';
  if (problem !== undefined)
    throw new BaremarkError('BAD_MODEL_FILE', `${where} is ${path}, ${problem}; give the path of a file.`);
}

/**
 * The model with this file in place of its graph. `asked` is the precision that the user gave; a file that cannot be
 * read as ONNX is the backend's to refuse.
 * @throws BaremarkError BAD_MODEL_FILE where the file computes in no precision that can be recorded, BAD_OPTION where it
 *   computes in another than the one asked for
 */
export function modelOfFile(
  model: ModelSpec,
  file: string,
  asked: Precision | undefined,
  kind: 'official' | 'file',
  place: Place,
): ModelSpec {
  const spec = { ...model, graph: undefined, file, weights: { kind } } as const;
  const facts = readGraphFacts(file);
  if ('problem' in facts) return { ...spec, precision: asked ?? model.precision };
  const inputType = facts.inputs[0]?.type;
  const found = filePrecision(facts);
  if (found.kind === 'unclear') return { ...spec, inputType, precision: asked ?? model.precision };
  if (found.kind === 'other')
    throw new BaremarkError(
      'BAD_MODEL_FILE',
      `The weights of the model file ${file} are ${found.type}; give one that computes in fp32, fp16 or int8.`,
    );
  if (asked !== undefined && asked !== found.precision)
    throw new BaremarkError(
      'BAD_OPTION',
      `${place('precision')} is ${asked}, but the model file ${file} computes in ${found.precision}; leave the precision out or give another file.`,
    );
  return { ...spec, inputType, precision: found.precision };
}
