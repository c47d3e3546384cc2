/** What an ONNX file says of itself, without its weights: inputs and outputs, operator set, and what the weights are made of. */
import { messageOf } from '../../base/errors.js';
import { type FileTensor, readEntry, readOpset, readTensorInfo, typeName } from '../../onnx/value-info.js';
import { type WirePlace as Place, WireError, WireFile } from '../../onnx/wire.js';

export interface GraphFacts {
  /** Inputs that a caller gives: those without a value of their own. */
  readonly inputs: readonly FileTensor[];
  readonly outputs: readonly FileTensor[];
  /** Version of ONNX's own operators; 0 where the file names none. */
  readonly opset: number;
  /** How many values the weights have of each type, as they are used: through a `Cast`, the type that it makes. */
  readonly weights: ReadonlyMap<string, number>;
  /** Nodes that quantize, dequantize or compute with quantized values. */
  readonly quantizedNodes: number;
  /** Files beside it that hold weights, as it names them. */
  readonly externalFiles: readonly string[];
}

/** A file that is no ONNX model, and why, as `it …`. */
export interface NoGraph {
  readonly problem: string;
}

/** Reads what an ONNX file says of itself; kilobytes of it, however large its weights are. */
export function readGraphFacts(path: string): GraphFacts | NoGraph {
  let file: WireFile;
  try {
    file = new WireFile(path);
  } catch (error) {
    return { problem: `it cannot be read (${messageOf(error)})` };
  }
  try {
    return readModel(file);
  } catch (error) {
    if (error instanceof WireError) return { problem: `it is no ONNX model: ${error.message}` };
    return { problem: `it cannot be read (${messageOf(error)})` };
  } finally {
    file.close();
  }
}

/** Field numbers of onnx.proto. */
const model = { graph: 7, opsetImport: 8 };
const graphFields = { node: 1, initializer: 5, input: 11, output: 12, sparseInitializer: 15 };
const nodeFields = { input: 1, opType: 4, attribute: 5 };
const attributeFields = { i: 3, tensor: 5, graph: 6, tensors: 10, graphs: 11 };
const tensorFields = { dims: 1, dataType: 2, name: 8, externalData: 13 };
const mostDepth = 16;

interface Weight {
  type: string;
  readonly values: number;
}

interface Found {
  readonly inputs: FileTensor[];
  readonly outputs: FileTensor[];
  /** By name; weights without one are kept under a number. */
  readonly weights: Map<string, Weight>;
  /** Which names are inputs of `Cast`, and to what. */
  readonly casts: Map<string, string>;
  readonly externalFiles: Set<string>;
  quantizedNodes: number;
}

function readModel(file: WireFile): GraphFacts | NoGraph {
  const found: Found = {
    inputs: [],
    outputs: [],
    weights: new Map(),
    casts: new Map(),
    externalFiles: new Set(),
    quantizedNodes: 0,
  };
  let opset = 0;
  let graphs = 0;
  for (const field of file.fields(0, file.size)) {
    if (field.kind !== 'bytes') continue;
    if (field.number === model.graph) {
      graphs += 1;
      readGraph(file, field, found, 0);
    } else if (field.number === model.opsetImport) {
      const { domain, version } = readOpset(file, field);
      if (domain === '' || domain === 'ai.onnx') opset = Math.max(opset, version);
    }
  }
  if (graphs === 0) return { problem: 'it is no ONNX model: it holds no graph' };
  return {
    ...found,
    inputs: givenInputs(found),
    opset,
    ...weightsOf(found),
    externalFiles: [...found.externalFiles],
  };
}

/** Files of IR version 3 and older list initializers among the inputs. */
function givenInputs({ inputs, weights }: Found): FileTensor[] {
  return inputs.filter(({ name }) => !weights.has(name));
}

function weightsOf({ weights, casts }: Found): Pick<GraphFacts, 'weights'> {
  const totals = new Map<string, number>();
  for (const [name, { type, values }] of weights) {
    const used = casts.get(name) ?? type;
    totals.set(used, (totals.get(used) ?? 0) + values);
  }
  return { weights: totals };
}

function readGraph(file: WireFile, place: Place, found: Found, depth: number): void {
  if (depth > mostDepth) throw new WireError(`byte ${place.start} begins a graph ${depth} deep in others`);
  for (const field of file.fields(place.start, place.end)) {
    if (field.kind !== 'bytes') continue;
    if (field.number === graphFields.node) readNode(file, field, found, depth);
    else if (field.number === graphFields.initializer) addWeight(file, field, found);
    else if (field.number === graphFields.sparseInitializer) {
      for (const part of file.fields(field.start, field.end))
        if (part.number === 1 && part.kind === 'bytes') addWeight(file, part, found);
    } else if (depth === 0 && field.number === graphFields.input)
      found.inputs.push(readTensorInfo(file, field));
    else if (depth === 0 && field.number === graphFields.output)
      found.outputs.push(readTensorInfo(file, field));
  }
}

/** Operators of ONNX and of ONNX Runtime that work with quantized values. */
const quantized =
  /^(Quantize|Dequantize|DynamicQuantize|QLinear|QOrdered|QAttention|QGemm|QEmbed|QMoE|MatMulInteger|ConvInteger)/;

function readNode(file: WireFile, place: Place, found: Found, depth: number): void {
  let op = '';
  let first: string | undefined;
  let to: number | undefined;
  for (const field of file.fields(place.start, place.end)) {
    if (field.kind !== 'bytes') continue;
    if (field.number === nodeFields.opType) op = file.text(field.start, field.end);
    else if (field.number === nodeFields.input) first ??= file.text(field.start, field.end);
    else if (field.number === nodeFields.attribute) to = readAttribute(file, field, found, depth) ?? to;
  }
  if (quantized.test(op)) found.quantizedNodes += 1;
  if (op === 'Cast' && first !== undefined && to !== undefined) found.casts.set(first, typeName(to));
}

/** Takes what an attribute holds; returns its whole number, which is the type that a `Cast` makes. */
function readAttribute(file: WireFile, place: Place, found: Found, depth: number): number | undefined {
  let i: number | undefined;
  for (const field of file.fields(place.start, place.end)) {
    if (field.kind === 'number') {
      if (field.number === attributeFields.i) i = field.value;
    } else if (field.number === attributeFields.tensor || field.number === attributeFields.tensors)
      addWeight(file, field, found);
    else if (field.number === attributeFields.graph || field.number === attributeFields.graphs)
      readGraph(file, field, found, depth + 1);
  }
  return i;
}

function addWeight(file: WireFile, place: Place, found: Found): void {
  let name = '';
  let type = 0;
  let values = 1;
  for (const field of file.fields(place.start, place.end)) {
    if (field.kind === 'number') {
      if (field.number === tensorFields.dims) values *= field.value;
      else if (field.number === tensorFields.dataType) type = field.value;
    } else if (field.number === tensorFields.dims)
      for (const dim of file.numbers(field.start, field.end)) values *= dim;
    else if (field.number === tensorFields.name) name = file.text(field.start, field.end);
    else if (field.number === tensorFields.externalData) addExternal(file, field, found);
  }
  found.weights.set(name || `#${found.weights.size}`, { type: typeName(type), values });
}

function addExternal(file: WireFile, place: Place, found: Found): void {
  const [key, value] = readEntry(file, place);
  if (key === 'location' && value !== undefined) found.externalFiles.add(value);
}
