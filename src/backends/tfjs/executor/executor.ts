/** Runs a program over TF.js's operators: sizes are known on the host, and a tensor is freed after its last use. */
import {
  type ElementType,
  elementCount,
  type Tensor,
  type TensorData,
  type TensorMap,
  typedArray,
} from '../../../base/tensor.js';
import { isFileSegment, readSegment, tensorValues } from '../../../onnx/tensor-values.js';
import { producer } from '../program/producer.js';
import type { Operand, Program, ProgramNode, Weight } from '../program/program.js';
import { type Given, kernels } from './kernels.js';
import { call, type Tf, type TfTensor } from './tf.js';

interface Step {
  readonly node: ProgramNode;
  /** The names of its outputs. */
  readonly outputs: readonly string[];
  /** Values that nothing uses after it. */
  readonly last: readonly string[];
}

export class Executor {
  readonly #tf: Tf;
  readonly #program: Program;
  readonly #weights = new Map<string, TfTensor>();
  readonly #steps: readonly Step[];
  /** Sizes by the name of the value that has them. */
  readonly #sizesOf = new Map<string, (readonly [size: string, axis: number])[]>();

  /** Loads the weights. Throws an error that names an operator without a kernel, or the file system's error. */
  constructor(tf: Tf, program: Program) {
    this.#tf = tf;
    this.#program = program;
    for (const { op } of program.nodes)
      if (!Object.hasOwn(kernels, op)) throw new Error(`TF.js has no kernel for ${op}`);
    this.#steps = stepsOf(program);
    for (const [size, { value, axis }] of program.sizes)
      this.#sizesOf.set(value, [...(this.#sizesOf.get(value) ?? []), [size, axis]]);
    for (const weight of program.weights) this.#weights.set(weight.name, loadWeight(tf, weight));
  }

  /** Throws an error where an input is missing or does not fit. */
  async run(feeds: TensorMap): Promise<TensorMap> {
    const values = new Map<string, TfTensor>();
    const sizes = new Map<string, number>();
    const keep = (name: string, tensor: TfTensor): void => {
      values.set(name, tensor);
      for (const [size, axis] of this.#sizesOf.get(name) ?? []) sizes.set(size, tensor.shape[axis]!);
    };
    try {
      for (const input of this.#program.inputs) {
        const tensor = feeds[input.name];
        if (tensor === undefined) throw new Error(`The input ${input.name} is missing.`);
        keep(input.name, call(this.#tf, 'tensor', fed(tensor), [...tensor.dims], dtypeOf(tensor.type)));
      }
      for (const { node, outputs, last } of this.#steps) {
        const inputs = node.inputs.map((operand) => this.#given(operand, values, sizes));
        const made = kernels[node.op]!({ tf: this.#tf, inputs, attributes: node.attributes });
        const results = Array.isArray(made) ? (made as readonly TfTensor[]) : [made as TfTensor];
        results.forEach((tensor, i) => {
          keep(outputs[i] ?? `${node.name}:${i}`, tensor);
        });
        for (const name of last) free(values, name);
      }
      return await this.#read(values);
    } finally {
      for (const tensor of values.values()) tensor.dispose();
    }
  }

  close(): void {
    for (const tensor of this.#weights.values()) tensor.dispose();
    this.#weights.clear();
  }

  #given(operand: Operand, values: ReadonlyMap<string, TfTensor>, sizes: ReadonlyMap<string, number>): Given {
    if (typeof operand === 'string') return values.get(operand) ?? this.#weights.get(operand)!;
    return { ints: operand.ints.map((dim) => (typeof dim === 'number' ? dim : sizes.get(dim)!)) };
  }

  async #read(values: ReadonlyMap<string, TfTensor>): Promise<TensorMap> {
    const outputs: [string, Tensor][] = [];
    for (const { name, type, value } of this.#program.outputs) {
      const tensor = values.get(value) ?? this.#weights.get(value)!;
      outputs.push([name, { type, dims: tensor.shape, data: typed(type, await tensor.data()) }]);
    }
    return Object.fromEntries(outputs);
  }
}

function free(values: Map<string, TfTensor>, name: string): void {
  values.get(name)?.dispose();
  values.delete(name);
}

/** Each node with the values that are used there for the last time; outputs are kept to the end. */
function stepsOf({ nodes, inputs, outputs }: Program): readonly Step[] {
  const kept = new Set(outputs.map(({ value }) => value));
  const seen = new Set<string>();
  const inputNames = new Set(inputs.map(({ name }) => name));
  const steps: Step[] = [];
  for (const node of nodes.toReversed()) {
    const made = node.types.map((_, i) => (i === 0 ? node.name : `${node.name}:${i}`));
    const used = node.inputs.filter((operand) => typeof operand === 'string');
    const last = [...new Set([...used, ...made])].filter(
      (name) =>
        !seen.has(name) &&
        !kept.has(name) &&
        (inputNames.has(name) || producer(name) !== name || /^n\d+_/.test(name)),
    );
    for (const name of used) seen.add(name);
    steps.unshift({ node, outputs: made, last });
  }
  return steps;
}

const dtypeOf = (type: ElementType): 'float32' | 'int32' | 'bool' =>
  type === 'float32' || type === 'bool' ? type : 'int32';

/** What TF.js takes: everything whole is int32. */
function fed({ type, data }: Tensor): Float32Array | Int32Array | Uint8Array {
  if (type === 'float32' || type === 'int32' || type === 'bool') return data as Float32Array;
  return Int32Array.from(data as ArrayLike<number | bigint>, Number);
}

function typed(type: ElementType, data: Float32Array | Int32Array | Uint8Array): TensorData {
  if (type === 'float32' || type === 'int32' || type === 'bool') return data;
  const values = typedArray(type, data.length);
  data.forEach((value, i) => {
    if (values instanceof BigInt64Array) values[i] = BigInt(value);
    else values[i] = value;
  });
  return values;
}

function loadWeight(tf: Tf, weight: Weight): TfTensor {
  const { name, type, stored = type, dims, data, perm } = weight;
  const array =
    isFileSegment(data) && stored === 'float32'
      ? new Float32Array(readSegment(data, 4 * elementCount(dims)).buffer)
      : numbersOf(dtypeOf(type), tensorValues({ name, type: stored, dims, data })!);
  const loaded = call(tf, 'tensor', array, [...dims], dtypeOf(type));
  if (perm === undefined) return loaded;
  const turned = call(tf, 'transpose', loaded, [...perm]);
  loaded.dispose();
  return turned;
}

function numbersOf(
  dtype: TfTensor['dtype'],
  values: readonly number[],
): Float32Array | Int32Array | Uint8Array {
  if (dtype === 'float32') return Float32Array.from(values);
  return dtype === 'bool' ? Uint8Array.from(values) : Int32Array.from(values);
}
