/** Whether a data set fits a model: each of the model's inputs needs a column of a type and shape that it takes. */
import { BaremarkError } from '../../base/errors.js';
import type { TensorInfo } from '../../base/tensor.js';
import type { SampleColumn } from '../sample-library.js';
import { canConvert } from './convert.js';

/** An input of the model and the column that feeds it. */
export interface Fit {
  readonly input: TensorInfo;
  readonly column: SampleColumn;
}

/** Names that models exported by other tools use for the same inputs. */
const aliases: Readonly<Record<string, string>> = {
  attention_mask: 'input_mask',
  token_type_ids: 'segment_ids',
};

/** The name that this input of a model has here. */
export function inputName(name: string): string {
  return aliases[name] ?? name;
}

/** Most samples the model takes at once: its fixed batch dimension, or Infinity if that is dynamic. */
export function maxBatchOf(inputs: readonly TensorInfo[]): number {
  return Math.min(
    Number.POSITIVE_INFINITY,
    ...inputs.map(({ dims }) => fixed(dims[0]) ?? Number.POSITIVE_INFINITY),
  );
}

/** The size of a dimension, or undefined if it is dynamic. */
export function fixed(dim: number | string | undefined): number | undefined {
  return typeof dim === 'number' && dim >= 0 ? dim : undefined;
}

/** Pairs inputs with columns; throws `MODEL_DATA_MISMATCH` that names the input and what the data set has. */
export function fitInputs(columns: readonly SampleColumn[], inputs: readonly TensorInfo[]): readonly Fit[] {
  return inputs.map((input) => {
    const column = columnFor(input, columns, inputs.length);
    if (!column)
      throw layoutMismatch(
        `The model's input ${describeInput(input)} is not in the data set, which has ${columns.map(describeColumn).join(', ') || 'no inputs'}; choose a data set made for this model.`,
      );
    if (!canConvert(column.type, input.type) || !shapesFit(input, column))
      throw layoutMismatch(
        `The model's input ${describeInput(input)} does not fit the data set's ${describeColumn(column)}; choose a data set or an image size and layout made for this model.`,
      );
    return { input, column };
  });
}

function columnFor(
  input: TensorInfo,
  columns: readonly SampleColumn[],
  inputCount: number,
): SampleColumn | undefined {
  const name = inputName(input.name);
  const named = columns.find((column) => column.name === name);
  // If there is one input and one column, they belong together whatever they are called.
  return named ?? (inputCount === 1 && columns.length === 1 ? columns[0] : undefined);
}

function shapesFit(input: TensorInfo, column: SampleColumn): boolean {
  const sample = input.dims.slice(1);
  return (
    sample.length === column.dims.length &&
    column.dims.every((dim, i) => {
      const wanted = fixed(sample[i]);
      return dim === -1 || wanted === undefined || wanted === dim;
    })
  );
}

function describeInput({ name, type, dims }: TensorInfo): string {
  return `${name} (${type} [${dims.map((dim) => fixed(dim) ?? (dim || '?')).join(', ')}])`;
}

function describeColumn({ name, type, dims }: SampleColumn): string {
  return `${name} (${type} [${['batch', ...dims.map((dim) => (dim === -1 ? 'length' : dim))].join(', ')}])`;
}

/** The error of a model and a data set that do not belong together. */
export function layoutMismatch(sentence: string): BaremarkError {
  return new BaremarkError('MODEL_DATA_MISMATCH', sentence);
}
