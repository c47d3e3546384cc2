/** A SavedModel that is loaded into TensorFlow, as a session: feeds go in as words, outputs come out in their types. */
import { floatToHalf } from '../../../base/float16.js';
import {
  type ElementType,
  elementCount,
  type Tensor,
  type TensorData,
  type TensorInfo,
  type TensorMap,
  typedArray,
} from '../../../base/tensor.js';
import type { Batch, Session } from '../../backend.js';
import { declared } from '../declared.js';
import type { TfjsBinding } from '../library.js';
import type { Program } from '../program/program.js';
import { feedNames, wordsOf } from './feeds.js';
import { outputName, readType } from './saved-model.js';

export function savedModelSession(
  binding: TfjsBinding,
  model: number,
  { inputs, outputs }: Pick<Program, 'inputs' | 'outputs'>,
  provider: string,
): Session {
  const inputNames = inputs.flatMap(feedNames).join(',');
  const outputNames = outputs.map((_, i) => outputName(i)).join(',');
  return {
    inputs: inputs.map(declared),
    outputs: outputs.map(declared),
    provider,
    run({ feeds }: Batch): TensorMap {
      const handles: number[] = [];
      try {
        for (const input of inputs) {
          const tensor = feeds[input.name];
          if (tensor === undefined) throw new Error(`The input ${input.name} is missing.`);
          for (const { dims, data } of wordsOf(checked(tensor, input)))
            handles.push(binding.createTensor(dims, binding.TF_INT32, data));
        }
        const results = binding.runSavedModel(model, handles, inputNames, outputNames);
        return Object.fromEntries(
          results.map(({ id, shape }, i) => {
            handles.push(id);
            const { name, type } = outputs[i]!;
            return [name, { type, dims: shape, data: typed(type, shape, binding.tensorDataSync(id)) }];
          }),
        );
      } finally {
        for (const id of handles) binding.deleteTensor(id);
      }
    },
    close: () => binding.deleteSavedModel(model),
  };
}

function checked(tensor: Tensor, { name, type }: TensorInfo): Tensor {
  if (tensor.type !== type)
    throw new Error(`The input ${name} is ${tensor.type}, but the model takes ${type}.`);
  return tensor;
}

/** What the binding gives, as the model's type. */
function typed(type: ElementType, dims: readonly number[], data: ArrayLike<number> | TensorData): TensorData {
  if (readType(type) === type) return data as TensorData;
  const values = typedArray(type, elementCount(dims));
  for (let i = 0; i < values.length; i++)
    values[i] = type === 'float16' ? floatToHalf(Number(data[i])) : Number(data[i]);
  return values;
}
