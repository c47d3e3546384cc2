/** Whether the outputs of a batch are those that the session declared: names, types, shapes, and only finite numbers. */
import { halfToFloat } from '../base/float16.js';
import { type ElementType, elementCount, type Tensor, type TensorInfo } from '../base/tensor.js';
import type { Batch, Session } from './backend.js';
import { kindOf } from './session-check.js';

type Declared = Pick<Session, 'inputs' | 'outputs'>;

/** The arrays that hold a type; newer versions of Node have one of their own for float16. */
const arrays: Readonly<Record<ElementType, readonly string[]>> = {
  float32: ['Float32Array'],
  float16: ['Uint16Array', 'Float16Array'],
  int32: ['Int32Array'],
  int64: ['BigInt64Array'],
  uint8: ['Uint8Array'],
  int8: ['Int8Array'],
  bool: ['Uint8Array'],
};

/** What is wrong with the outputs of a batch, as the end of a sentence; undefined where nothing is. */
export function outputProblem(session: Declared, batch: Batch, outputs: unknown): string | undefined {
  const problem = notOutputs(outputs);
  if (problem !== undefined) return problem;
  const bound = boundDims(session, batch);
  for (const info of session.outputs) {
    const problem = tensorProblem(info, (outputs as Record<string, unknown>)[info.name], bound);
    if (problem !== undefined) return `output ${info.name} ${problem}`;
  }
  return undefined;
}

/** The part of it that costs nothing: whether there are outputs at all. */
export function notOutputs(outputs: unknown): string | undefined {
  if (typeof outputs === 'object' && outputs !== null) return undefined;
  return `run() gave ${kindOf(outputs)} in place of the outputs by name`;
}

/** What the dimensions of a batch are known to be. */
interface BoundDims {
  readonly size: number;
  /** Rows of the inputs: more than `size` where the model insists on a number. */
  readonly rows: number;
  /** Dynamic dimensions of the inputs by name. */
  readonly named: ReadonlyMap<string, number>;
  /** Names of the inputs' batch dimensions. */
  readonly batchNames: ReadonlySet<string>;
  readonly hasInputs: boolean;
}

function boundDims({ inputs }: Declared, { size, feeds }: Batch): BoundDims {
  const named = new Map<string, number>();
  const batchNames = new Set<string>();
  let rows = size;
  for (const { name, dims } of inputs) {
    const fed = feeds[name]?.dims ?? [];
    rows = Math.max(rows, fed[0] ?? 0);
    dims.forEach((dim, i) => {
      if (typeof dim !== 'string' || dim === '') return;
      if (i === 0) batchNames.add(dim);
      else if (fed[i] !== undefined) named.set(dim, fed[i]);
    });
  }
  return { size, rows, named, batchNames, hasInputs: inputs.length > 0 };
}

function tensorProblem({ type, dims }: TensorInfo, given: unknown, bound: BoundDims): string | undefined {
  if (given === undefined || given === null) return 'is missing';
  const tensor = Object(given) as Tensor;
  if (tensor.type !== type) return `is ${String(tensor.type)}, declared as ${type}`;
  if (!Array.isArray(tensor.dims) || !tensor.dims.every((dim) => Number.isInteger(dim) && dim >= 0))
    return 'has no dims';
  const array = (tensor.data as { [Symbol.toStringTag]?: unknown } | undefined)?.[Symbol.toStringTag];
  if (!arrays[type].includes(String(array))) return `has no ${arrays[type][0]} as its data`;
  const shape = `[${tensor.dims.join(', ')}]`;
  // A runtime declares no dimensions where it does not know them.
  const fits =
    dims.length === 0 ||
    (dims.length === tensor.dims.length && dims.every((dim, i) => dimFits(dim, i, tensor.dims[i]!, bound)));
  if (!fits)
    return `has the shape ${shape} for a batch of ${bound.size}, declared as [${dims.map((dim) => (dim === '' ? '?' : dim)).join(', ')}]`;
  if (tensor.data.length !== elementCount(tensor.dims))
    return `has ${tensor.data.length} elements in the shape ${shape}`;
  const at = notFiniteAt(tensor);
  return at === -1 ? undefined : `holds ${shownAt(tensor, at)} at element ${at}`;
}

function dimFits(declared: number | string, at: number, given: number, bound: BoundDims): boolean {
  if (typeof declared === 'number') return given === declared;
  if (at > 0) {
    const known = bound.named.get(declared);
    return known === undefined || given === known;
  }
  // A model may have outputs that do not go by the batch, and then names their dimension otherwise than its inputs'.
  const isBatch =
    declared === '' || !bound.hasInputs || bound.batchNames.has(declared) || /batch/i.test(declared);
  return isBatch ? given === bound.size || given === bound.rows : true;
}

/** The first element that is infinite or no number; -1 where all are finite. */
function notFiniteAt({ type, data }: Tensor): number {
  if (type === 'float16' && data instanceof Uint16Array)
    return data.findIndex((half) => (half & halfExponent) === halfExponent);
  if (type !== 'float32' && type !== 'float16') return -1;
  const values = data as Float32Array;
  // One pass without a branch: a product with 0 is 0 unless the value is not finite.
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]! * 0;
  return sum === 0 ? -1 : values.findIndex((value) => !Number.isFinite(value));
}

const halfExponent = 0x7c00;

function shownAt({ data }: Tensor, at: number): number {
  return data instanceof Uint16Array ? halfToFloat(data[at]!) : Number(data[at]);
}
