/** Loads TensorFlow's library into this process through TF.js's addon; what it reads from the environment must be set before. */
import { createRequire } from 'node:module';
import { join } from 'node:path';
import util from 'node:util';
import { BaremarkError, messageOf } from '../../base/errors.js';
import { addonPath, type NativeVariant, type TfjsPlace } from './install.js';

/** A tensor of the binding: its handle, and what it holds. */
export interface BindingTensor {
  readonly id: number;
  readonly dtype: number;
  readonly shape: readonly number[];
}

/** An attribute of an operator, as `executeOp` takes it; `type` is one of the binding's `TF_ATTR_*`. */
export interface BindingAttribute {
  readonly name: string;
  readonly type: number;
  readonly value: unknown;
}

/** TF.js's addon (`tfjs_binding`). `TF_*` are TensorFlow's numbers of types and of attribute types. */
export interface TfjsBinding {
  readonly TF_Version: string;
  /** Whether TensorFlow has a GPU that its eager operators run on. */
  isUsingGpuDevice(): boolean;
  /** Gives the handle of a new tensor; the data is copied. */
  createTensor(shape: readonly number[], dtype: number, data: ArrayBufferView): number;
  deleteTensor(id: number): void;
  tensorDataSync(id: number): Float32Array | Int32Array | BigInt64Array | Uint8Array;
  executeOp(
    name: string,
    attributes: readonly BindingAttribute[],
    inputs: readonly number[],
    outputs: number,
  ): readonly BindingTensor[];
  /** `tags` and the names of tensors are joined by commas. */
  loadSavedModel(folder: string, tags: string): number;
  deleteSavedModel(id: number): void;
  runSavedModel(
    id: number,
    inputs: readonly number[],
    inputNames: string,
    outputNames: string,
  ): readonly BindingTensor[];
  getNumOfTensors(): number;
  getNumOfSavedModels(): number;
  readonly TF_FLOAT: number;
  readonly TF_INT32: number;
  readonly TF_INT64: number;
  readonly TF_BOOL: number;
  readonly TF_UINT8: number;
  readonly TF_ATTR_INT: number;
  readonly TF_ATTR_FLOAT: number;
  readonly TF_ATTR_BOOL: number;
  readonly TF_ATTR_TYPE: number;
  readonly TF_ATTR_SHAPE: number;
}

/**
 * What the process must have in its environment before the library loads: TensorFlow reads it once, for all threads.
 * Without growth, TensorFlow takes all of a GPU's memory at its first use; without the level, it writes to standard error.
 */
export function libraryEnvironment(variant: NativeVariant): Readonly<Record<string, string>> {
  return {
    TF_CPP_MIN_LOG_LEVEL: '3',
    ...(variant === 'cuda' ? { TF_FORCE_GPU_ALLOW_GROWTH: 'true' } : {}),
  };
}

/** Node 23 took these from `util`; the JavaScript of tfjs-node 4.22 calls them. */
export function restoreNodeUtil(): void {
  const removed = util as unknown as Record<string, unknown>;
  removed.isNullOrUndefined ??= (value: unknown) => value === null || value === undefined;
  removed.isArray ??= Array.isArray;
}

/** Loads modules as the packages of the installation would. */
export function tfjsRequire(place: TfjsPlace): NodeJS.Require {
  return createRequire(join(place.nodeModules, 'baremark.cjs'));
}

/**
 * The binding of a variant. A process can load one variant only; each of its threads loads it again, at no cost.
 * Throws `BAD_BACKEND` where the variant is not installed or its libraries do not load.
 */
export function loadBinding(place: TfjsPlace, variant: NativeVariant): TfjsBinding {
  if (!place.variants.includes(variant))
    throw new BaremarkError(
      'BAD_BACKEND',
      `TensorFlow for ${variant} is not installed in ${place.root}; install it with baremark setup tfjs --device ${variant}.`,
    );
  restoreNodeUtil();
  try {
    return tfjsRequire(place)(addonPath(place.root, variant)) as TfjsBinding;
  } catch (error) {
    throw new BaremarkError(
      'BAD_BACKEND',
      `TensorFlow for ${variant} does not load from ${place.root}: ${messageOf(error)}; try baremark setup tfjs --device ${variant}.`,
      { cause: error },
    );
  }
}
