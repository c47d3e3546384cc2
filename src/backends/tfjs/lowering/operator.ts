/** What the lowering of one operator gets: the node's inputs as values, its attributes, and the builder. */
import { BaremarkError } from '../../../base/errors.js';
import type { OnnxNode, OnnxTensor } from '../../../onnx/read-graph.js';
import type { Dim } from '../program/program.js';
import type { ProgramBuilder, Value } from './builder.js';

/** Gives the node's outputs in their order. */
export type Lowering = (node: NodeContext) => Value | readonly Value[];
export type Lowerings = Readonly<Record<string, Lowering>>;

export class NodeContext {
  constructor(
    readonly builder: ProgramBuilder,
    readonly node: OnnxNode,
    /** Version of ONNX's operators that the file uses. */
    readonly opset: number,
    private readonly values: ReadonlyMap<string, Value>,
    readonly constant: (tensor: OnnxTensor) => Value,
    private readonly path: string,
  ) {}

  get inputCount(): number {
    return this.node.inputs.length;
  }

  optional(index: number): Value | undefined {
    const name = this.node.inputs[index];
    return name ? this.values.get(name) : undefined;
  }

  input(index: number): Value {
    return this.optional(index) ?? this.fail(`its input ${index} is missing`);
  }

  plain(index: number): Value {
    return this.builder.plain(this.input(index));
  }

  int(name: string, otherwise: number): number {
    const value = this.node.attributes.get(name);
    return typeof value === 'number' ? value : otherwise;
  }

  text(name: string, otherwise: string): string {
    const value = this.node.attributes.get(name);
    return typeof value === 'string' ? value : otherwise;
  }

  ints(name: string): readonly number[] | undefined {
    const value = this.node.attributes.get(name);
    return Array.isArray(value) ? (value as readonly number[]) : undefined;
  }

  /** Whole numbers that older operator sets have as an attribute and newer ones as an input. */
  knownInts(name: string, index: number): readonly Dim[] | undefined {
    const attribute = this.ints(name);
    if (attribute !== undefined) return attribute;
    const value = this.optional(index);
    if (value === undefined) return undefined;
    return value.known ?? this.fail(`its ${name} are computed from the data`);
  }

  /** As `knownInts`, with numbers only. */
  numbers(name: string, index: number): readonly number[] | undefined {
    return this.knownInts(name, index)?.map((dim) =>
      typeof dim === 'number' ? dim : this.fail(`its ${name} depend on the input's shape`),
    );
  }

  /** An axis from the front. */
  axis(axis: number, rank: number): number {
    const front = axis < 0 ? axis + rank : axis;
    return front >= 0 && front < rank
      ? front
      : this.fail(`its axis ${axis} does not exist in ${rank} dimensions`);
  }

  /** @throws BaremarkError for a node that is known but cannot be lowered, with the reason */
  fail(why: string): never {
    throw lowerError(this.path, this.node, `which cannot run on TensorFlow because ${why}`);
  }
}

/** The sentence for a node that cannot be lowered. */
export function lowerError(path: string, { op, domain, name }: OnnxNode, which: string): BaremarkError {
  const operator = domain === '' ? op : `${domain}.${op}`;
  const fix =
    op === 'NonMaxSuppression'
      ? 'build the model with --graph-option nms=host, so that the host suppresses boxes'
      : 'use a model without it, or --backend onnxruntime';
  return new BaremarkError(
    'BAD_MODEL_FILE',
    `The model file ${path} has the node ${name} of operator ${operator}, ${which}; ${fix}.`,
  );
}
