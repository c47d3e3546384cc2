/** What the executor uses of TF.js core; its functions are called by name, because they are found when they are needed. */
import type { TfjsCore } from '../core.js';

export interface TfTensor {
  readonly shape: readonly number[];
  readonly dtype: 'float32' | 'int32' | 'bool';
  data(): Promise<Float32Array | Int32Array | Uint8Array>;
  dataSync(): Float32Array | Int32Array | Uint8Array;
  dispose(): void;
}

/** TF.js's functions by name. */
export type Tf = TfjsCore & Readonly<Record<string, unknown>>;

/** Calls a function of TF.js that gives a tensor. Throws an error that names one that it does not have. */
export function call(tf: Tf, name: string, ...args: readonly unknown[]): TfTensor {
  return callAny(tf, name, ...args) as TfTensor;
}

/** The same of a function that gives something else. */
export function callAny(tf: Tf, name: string, ...args: readonly unknown[]): unknown {
  const operation = tf[name];
  if (typeof operation !== 'function') throw new Error(`TF.js ${tf.version_core} has no ${name}`);
  return (operation as (...given: readonly unknown[]) => unknown)(...args);
}
