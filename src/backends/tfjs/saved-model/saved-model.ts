/** A program as a `SavedModel`: its graph, with variables that the first run reads from the model's own data file. */
import type { ElementType } from '../../../base/tensor.js';
import type { Operand, Program, ProgramType } from '../program/program.js';
import { feedNodes } from './feeds.js';
import { constantFilters, filterNode } from './filters.js';
import { constantNode, type GraphNode, graphDef } from './graph-def.js';
import { typeAttributes } from './type-attributes.js';
import { weightNodes } from './weights.js';
import { Message } from './wire-writer.js';

/** What a SavedModel is loaded by. */
export const tag = 'serve';

/** The node whose run fills the variables. */
const fillNode = 'fill_variables';

/** The name of output `i` in the graph. */
export const outputName = (i: number): string => `output_${i}`;

/** The type that an output has in the graph: one that the binding can read. */
export function readType(type: ElementType): 'float32' | 'int32' | 'int64' | 'bool' {
  if (type === 'float16') return 'float32';
  return type === 'uint8' || type === 'int8' ? 'int32' : type;
}

/**
 * The bytes of `saved_model.pb`.
 * @param gpu which GPU computes it where it is not the first; undefined on the CPU
 */
export function savedModel(program: Program, gpu?: number): Uint8Array {
  const device = gpu ? `/device:GPU:${gpu}` : undefined;
  const graph = graphDef(graphNodes(program).map((node) => placed(node, device)));
  const info = new Message().text(4, tag);
  const fill = new Message().text(1, fillNode);
  const signature = new Message().message(2, new Message().text(1, '__saved_model_init_op').message(2, fill));
  const meta = new Message()
    .message(1, info)
    .message(2, graph)
    .message(5, new Message().text(1, '__saved_model_init_op').message(2, signature));
  return new Message().int(1, 1).message(2, meta).finish();
}

/** Operators whose values are never on a GPU; TensorFlow places all others where their inputs are. */
const onHost = new Set(['Const', 'ReadFile', 'Substr', 'DecodeRaw', 'NoOp', 'Shape', 'Pack', 'Placeholder']);

/** Variables decide where the rest is computed: TensorFlow keeps operators beside what they read. */
function placed(node: GraphNode, device: string | undefined): GraphNode {
  return device === undefined || onHost.has(node.op) ? node : { ...node, device };
}

/** All nodes of the graph. */
export function graphNodes(program: Program): readonly GraphNode[] {
  return new GraphWriter(program).nodes;
}

class GraphWriter {
  readonly nodes: GraphNode[] = [];
  readonly #program: Program;
  /** Values of the program by the names of nodes, and their types. */
  readonly #names = new Map<string, string>();
  readonly #types = new Map<string, ProgramType>();
  readonly #made = new Set<string>();

  constructor(program: Program) {
    this.#program = program;
    const { inputs, weights } = program;
    inputs.forEach((input, i) => {
      this.#name(input.name, `input_${i}`, input.type === 'int64' ? 'int32' : input.type);
      this.nodes.push(...feedNodes(input, i, `input_${i}`));
    });
    const fills: string[] = [];
    const constants = constantFilters(weights);
    weights.forEach((weight, i) => {
      this.#name(weight.name, `weight_${i}`, weight.type);
      if (constants.has(weight)) {
        this.nodes.push(filterNode(weight, `weight_${i}`));
        return;
      }
      const made = weightNodes(weight, `weight_${i}`, (file) => this.#file(file));
      this.nodes.push(...made.nodes);
      fills.push(...made.fills);
    });
    for (const node of program.nodes) this.#operator(node);
    program.outputs.forEach((output, i) => {
      this.#output(output, i);
    });
    this.nodes.push({
      name: fillNode,
      op: 'NoOp',
      inputs: fills.map((name) => `^${name}`),
      attributes: {},
    });
  }

  #name(value: string, name: string, type: ProgramType): void {
    this.#names.set(value, name);
    this.#types.set(value, type);
  }

  #operator(node: Program['nodes'][number]): void {
    const inputs = node.inputs.map((operand) => this.#operand(operand));
    const types = node.inputs.map((operand) =>
      typeof operand === 'string' ? this.#types.get(operand)! : ('int32' as const),
    );
    node.types.forEach((type, i) => {
      const value = i === 0 ? node.name : `${node.name}:${i}`;
      this.#name(value, value, type);
    });
    const attributes = { ...typeAttributes(node, types), ...node.attributes };
    this.nodes.push({ name: node.name, op: node.op, inputs, attributes });
  }

  #operand(operand: Operand): string {
    if (typeof operand === 'string') return this.#names.get(operand)!;
    const { ints, scalar } = operand;
    if (ints.every((dim) => typeof dim === 'number')) return this.#ints(ints, scalar === true);
    if (scalar) return this.#size(ints[0] as string);
    const parts = ints.map((dim) => (typeof dim === 'number' ? this.#ints([dim], true) : this.#size(dim)));
    return this.#once(`pack_${parts.join('_')}`, (name) => ({
      name,
      op: 'Pack',
      inputs: parts,
      attributes: { T: { type: 'int32' }, N: parts.length, axis: 0 },
    }));
  }

  #ints(numbers: readonly number[], scalar: boolean): string {
    const dims = scalar ? [] : [numbers.length];
    return this.#once(`${scalar ? 'int' : 'ints'}_${numbers.join('_')}`, (name) =>
      constantNode(name, { type: 'int32', dims, numbers }),
    );
  }

  /** The scalar that a size of this name is. */
  #size(size: string): string {
    const { value, axis } = this.#program.sizes.get(size)!;
    const source = this.#names.get(value)!;
    const shape = this.#once(`shape_${source.replace(':', '_')}`, (name) => ({
      name,
      op: 'Shape',
      inputs: [source],
      attributes: { T: { type: this.#types.get(value)! }, out_type: { type: 'int32' } },
    }));
    const [begin, end, step] = [axis, axis + 1, 1].map((at) => this.#ints([at], false)) as [
      string,
      string,
      string,
    ];
    return this.#once(`${shape}_${axis}`, (name) => ({
      name,
      op: 'StridedSlice',
      inputs: [shape, begin, end, step],
      attributes: { T: { type: 'int32' }, Index: { type: 'int32' }, shrink_axis_mask: 1 },
    }));
  }

  #file(file: string): string {
    const key = `file_${Buffer.from(file).toString('hex')}`;
    const path = this.#once(`${key}_name`, (name) => ({
      name,
      op: 'Const',
      inputs: [],
      attributes: { dtype: { type: 'string' }, value: { string: file } },
    }));
    return this.#once(key, (name) => ({ name, op: 'ReadFile', inputs: [path], attributes: {} }));
  }

  #output({ type, value }: Program['outputs'][number], i: number): void {
    const from = this.#types.get(value)!;
    const to = readType(type);
    const attributes: GraphNode['attributes'] =
      from === to ? { T: { type: to } } : { SrcT: { type: from }, DstT: { type: to } };
    this.nodes.push({
      name: outputName(i),
      op: from === to ? 'Identity' : 'Cast',
      inputs: [this.#names.get(value)!],
      attributes,
    });
  }

  /** A node that is made when it is first asked for; a minus has no place in the name of the first. */
  #once(key: string, make: (name: string) => GraphNode): string {
    const name = key.replaceAll('-', 'm');
    if (!this.#made.has(name)) {
      this.#made.add(name);
      this.nodes.push(make(name));
    }
    return name;
  }
}
