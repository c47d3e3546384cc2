/** What the answers of an accuracy run are compared with: the same model in FP32. */
import type { BackendProfile } from '../backends/profile.js';
import { BaremarkError } from '../base/errors.js';
import type { Place } from './check.js';
import { checkModelFile, modelOfFile } from './checks/model-file.js';
import { datasetOf } from './dataset.js';
import type { OptionValues } from './options/table.js';
import type { ModelSpec, PlannedRun } from './types.js';

/** Throws a `BaremarkError` where there is nothing to compare with, or nothing to compare. */
export function fidelityOf(
  model: ModelSpec,
  backend: Pick<BackendProfile, 'name' | 'answers'>,
  values: OptionValues,
  place: Place,
): PlannedRun['fidelity'] {
  const { fidelity: samples, mode } = values;
  const file = values['reference-file'];
  if (samples === undefined && file !== undefined)
    throw new BaremarkError(
      'BAD_OPTION',
      `${place('reference-file')} is ${file}, but nothing is compared with it; add --fidelity with a number of samples.`,
    );
  if (samples === undefined) return undefined;
  if (mode !== 'accuracy' && mode !== 'submission')
    throw new BaremarkError(
      'BAD_OPTION',
      `${place('fidelity')} is ${samples}, but only accuracy runs keep answers to compare; add --mode accuracy or submission.`,
    );
  if (!backend.answers)
    throw new BaremarkError(
      'BAD_OPTION',
      `${place('fidelity')} is ${samples}, but the backend ${backend.name} gives no answers; choose another backend.`,
    );
  const reference = referenceOf(model, file, place);
  return { samples, reference, dataset: datasetOf(reference, values.dataset ?? []) };
}

function referenceOf(model: ModelSpec, file: string | undefined, place: Place): ModelSpec {
  if (file !== undefined) {
    checkModelFile(file, place('reference-file'));
    const reference = modelOfFile({ ...model, precision: 'fp32' }, file, undefined, 'file', place);
    if (reference.precision === 'fp32') return reference;
    throw new BaremarkError(
      'BAD_OPTION',
      `${place('reference-file')} is ${file}, which computes in ${reference.precision}; give the model in fp32.`,
    );
  }
  if (model.graph) {
    // Always standard operators: they define the model, and contrib operators are only another form of it.
    const operators = model.graph.kind === 'bert' ? { fused: undefined } : {};
    return { ...model, precision: 'fp32', graph: { ...model.graph, ...operators, precision: 'fp32' } };
  }
  if (model.precision === 'fp32') return model;
  throw new BaremarkError(
    'BAD_OPTION',
    `${place('fidelity')} needs the model in FP32, and ${model.file} is ${model.precision}; give one with --reference-file.`,
  );
}
