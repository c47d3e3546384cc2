/** Lowers an ONNX file to a program of TensorFlow's operators, node by node. */
import { existsSync } from 'node:fs';
import { BaremarkError } from '../../../base/errors.js';
import { bytesPerElement, type ElementType, elementCount } from '../../../base/tensor.js';
import { type OnnxGraph, type OnnxTensor, readOnnxGraph, readProblem } from '../../../onnx/read-graph.js';
import { isFileSegment, tensorValues } from '../../../onnx/tensor-values.js';
import type { FileTensor } from '../../../onnx/value-info.js';
import { producer } from '../program/producer.js';
import type { Dim, Operand, Program, ProgramInput, ProgramNode, ProgramType } from '../program/program.js';
import { computedType, ProgramBuilder, type Value } from './builder.js';
import { lowerError, NodeContext } from './operator.js';
import { loweringOf } from './table.js';

const elementTypes = new Set<string>(['float32', 'float16', 'int32', 'int64', 'uint8', 'int8', 'bool']);

/** Constants of so many elements are read now: shapes and indices, and the numbers that formulas have. */
const fewNumbers = 64;
const fewWholes = 1 << 16;

/**
 * The program of an ONNX file.
 * @throws BaremarkError `BAD_MODEL_FILE` where the file cannot be read, or has a node that is not in the table: it is named
 */
export function lowerFile(path: string): Program {
  let graph: OnnxGraph;
  try {
    graph = readOnnxGraph(path);
  } catch (error) {
    throw new BaremarkError(
      'BAD_MODEL_FILE',
      `The model file ${path} cannot be used: ${readProblem(error)}; build or download the model again.`,
      { cause: error },
    );
  }
  return lowerGraph(graph, path);
}

/** The same of a graph that was read; `path` is for messages. */
export function lowerGraph(graph: OnnxGraph, path: string): Program {
  for (const node of graph.nodes)
    if (loweringOf(node) === undefined) throw lowerError(path, node, 'which the tfjs backend does not know');
  const builder = new ProgramBuilder();
  const values = new Map<string, Value>();
  const constant = (tensor: OnnxTensor): Value => lowerConstant(builder, tensor, path);
  const inputs = graph.inputs.map((info) => lowerInput(builder, info, path));
  inputs.forEach((input) => {
    values.set(input.name, builder.bind(inputValue(input)));
  });
  for (const [name, tensor] of graph.initializers) values.set(name, constant(tensor));
  for (const node of graph.nodes) {
    const context = new NodeContext(builder, node, graph.opset, values, constant, path);
    const lowered = loweringOf(node)!(context);
    const results = Array.isArray(lowered) ? (lowered as readonly Value[]) : [lowered as Value];
    node.outputs.forEach((name, i) => {
      if (results[i] !== undefined) values.set(name, results[i]);
    });
  }
  const outputs = graph.outputs.map(({ name, type }) => {
    const value = values.get(name);
    if (value === undefined || !elementTypes.has(type))
      throw new BaremarkError(
        'BAD_MODEL_FILE',
        `The model file ${path} has the output ${name} of type ${type}, which the tfjs backend cannot give; use a model with other outputs.`,
      );
    const plain = builder.plain(value);
    return { name, type: type as ElementType, dims: plain.dims, value: plain.name };
  });
  return { inputs, outputs, ...needed(builder, outputs), sizes: builder.sizes };
}

/** Only the nodes and weights that outputs and named sizes come from. */
function needed(
  { nodes, weights, sizes }: ProgramBuilder,
  outputs: readonly { readonly value: string }[],
): Pick<Program, 'nodes' | 'weights'> {
  const used = new Set<string>(outputs.map(({ value }) => producer(value)));
  const kept: ProgramNode[] = [];
  const use = (operand: Operand): void => {
    if (typeof operand === 'string') {
      used.add(producer(operand));
      return;
    }
    for (const dim of operand.ints) {
      const size = typeof dim === 'string' ? sizes.get(dim) : undefined;
      if (size) used.add(producer(size.value));
    }
  };
  for (const node of nodes.toReversed())
    if (used.has(node.name)) {
      kept.unshift(node);
      for (const operand of node.inputs) use(operand);
    }
  return { nodes: kept, weights: [...weights.values()].filter(({ name }) => used.has(name)) };
}

function lowerInput(builder: ProgramBuilder, { name, type, dims }: FileTensor, path: string): ProgramInput {
  if (!elementTypes.has(type))
    throw new BaremarkError(
      'BAD_MODEL_FILE',
      `The model file ${path} has the input ${name} of type ${type}, which baremark cannot feed; use a model with other inputs.`,
    );
  // Exporters write '', 0 or -1 for what they do not know.
  const known = dims.map(
    (dim): Dim => (dim === '' || (typeof dim === 'number' && dim < 1) ? builder.newSize() : dim),
  );
  return { name, type: type as ElementType, dims: known };
}

function inputValue({ name, type, dims }: ProgramInput): Value {
  return { name, type: computedType(type), dims, layout: 'plain' };
}

function lowerConstant(builder: ProgramBuilder, tensor: OnnxTensor, path: string): Value {
  const { name, dims, data } = tensor;
  if (!elementTypes.has(tensor.type))
    throw new BaremarkError(
      'BAD_MODEL_FILE',
      `The model file ${path} has the weight ${name} of type ${tensor.type}, which the tfjs backend does not compute with; use a model with float32, float16 or integer weights.`,
    );
  const stored = tensor.type as ProgramType;
  const type = computedType(stored);
  const count = elementCount(dims);
  const isWhole = /int|bool/.test(stored);
  const own = `w${builder.weights.size}_${name}`;
  if (!isFileSegment(data) || count <= (isWhole ? fewWholes : fewNumbers)) {
    if (isFileSegment(data) && !existsSync(data.file)) throw missingWeights(path, data.file);
    const numbers = tensorValues(tensor)!;
    return builder.weight({ name: own, type, dims, data: numbers });
  }
  if (!existsSync(data.file)) throw missingWeights(path, data.file);
  const length = Number.isNaN(data.length) ? count * bytesPerElement[stored] : data.length;
  return builder.weight({ name: own, type, stored, dims, data: { ...data, length } });
}

function missingWeights(path: string, file: string): BaremarkError {
  return new BaremarkError(
    'BAD_MODEL_FILE',
    `The model file ${path} has its weights in ${file}, which does not exist; put it there, or build the model again.`,
  );
}
