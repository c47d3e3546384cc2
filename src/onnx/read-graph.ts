/** Reads an ONNX file into nodes, inputs, outputs and initializers; weights stay where they lie, as places in files. */
import { dirname, join } from 'node:path';
import { messageOf } from '../base/errors.js';
import { type FileTensor, readEntry, readOpset, readTensorInfo, typeName } from './value-info.js';
import { WireError, type WireField, WireFile, type WirePlace } from './wire.js';

/** Where the values of a tensor lie in row-major order, little-endian: `length` bytes of a file from `offset`. */
export interface FileSegment {
  readonly file: string;
  readonly offset: number;
  readonly length: number;
}

/** A constant of the graph; its values lie in a file, or are few and here. */
export interface OnnxTensor {
  readonly name: string;
  /** ONNX's name of the type in lower case, as in `float32`. */
  readonly type: string;
  readonly dims: readonly number[];
  readonly data: FileSegment | readonly number[];
}

export type OnnxAttribute = number | string | readonly number[] | readonly string[] | OnnxTensor | 'graph';

export interface OnnxNode {
  readonly op: string;
  /** '' for ONNX's own operators. */
  readonly domain: string;
  readonly name: string;
  /** '' for an optional one that is left out. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: ReadonlyMap<string, OnnxAttribute>;
}

export interface OnnxGraph {
  /** Inputs that a caller gives: those without a value of their own. */
  readonly inputs: readonly FileTensor[];
  readonly outputs: readonly FileTensor[];
  readonly nodes: readonly OnnxNode[];
  readonly initializers: ReadonlyMap<string, OnnxTensor>;
  /** Version of ONNX's own operators; 0 where the file names none. */
  readonly opset: number;
}

/**
 * Reads the graph of an ONNX file. Weights are not read.
 * @throws WireError for a file that is no ONNX model, or the file system's error
 */
export function readOnnxGraph(path: string): OnnxGraph {
  const file = new WireFile(path);
  try {
    return new Reader(file, path).model();
  } finally {
    file.close();
  }
}

type Fields = Iterable<WireField>;

class Reader {
  readonly #file: WireFile;
  readonly #path: string;

  constructor(file: WireFile, path: string) {
    this.#file = file;
    this.#path = path;
  }

  #fields({ start, end }: WirePlace): Fields {
    return this.#file.fields(start, end);
  }

  #text({ start, end }: WirePlace): string {
    return this.#file.text(start, end);
  }

  model(): OnnxGraph {
    let opset = 0;
    let graph: Omit<OnnxGraph, 'opset'> | undefined;
    for (const field of this.#fields({ start: 0, end: this.#file.size })) {
      if (field.kind !== 'bytes') continue;
      if (field.number === 7) graph = this.#graph(field);
      if (field.number === 8) opset = Math.max(opset, this.#opset(field));
    }
    if (graph === undefined) throw new WireError('it holds no graph');
    return { ...graph, opset };
  }

  #opset(place: WirePlace): number {
    const { domain, version } = readOpset(this.#file, place);
    return domain === '' || domain === 'ai.onnx' ? version : 0;
  }

  #graph(place: WirePlace): Omit<OnnxGraph, 'opset'> {
    const nodes: OnnxNode[] = [];
    const initializers = new Map<string, OnnxTensor>();
    const inputs: FileTensor[] = [];
    const outputs: FileTensor[] = [];
    for (const field of this.#fields(place)) {
      if (field.kind !== 'bytes') continue;
      if (field.number === 1) nodes.push(this.#node(field));
      else if (field.number === 5) {
        const tensor = this.#tensor(field);
        initializers.set(tensor.name, tensor);
      } else if (field.number === 11) inputs.push(readTensorInfo(this.#file, field));
      else if (field.number === 12) outputs.push(readTensorInfo(this.#file, field));
    }
    return { nodes, initializers, inputs: inputs.filter(({ name }) => !initializers.has(name)), outputs };
  }

  #node(place: WirePlace): OnnxNode {
    const inputs: string[] = [];
    const outputs: string[] = [];
    const attributes = new Map<string, OnnxAttribute>();
    let [op, name, domain] = ['', '', ''];
    for (const field of this.#fields(place)) {
      if (field.kind !== 'bytes') continue;
      if (field.number === 5) {
        const [key, value] = this.#attribute(field);
        attributes.set(key, value);
        continue;
      }
      const text = this.#text(field);
      if (field.number === 1) inputs.push(text);
      else if (field.number === 2) outputs.push(text);
      else if (field.number === 3) name = text;
      else if (field.number === 4) op = text;
      else if (field.number === 7) domain = text === 'ai.onnx' ? '' : text;
    }
    return { op, domain, name: name || outputs[0] || op, inputs, outputs, attributes };
  }

  #attribute(place: WirePlace): [string, OnnxAttribute] {
    let name = '';
    let value: OnnxAttribute | undefined;
    let type = 0;
    const numbers: number[] = [];
    const texts: string[] = [];
    for (const field of this.#fields(place)) {
      if (field.kind === 'number') {
        if (field.number === 3) value = field.value;
        else if (field.number === 8) numbers.push(field.value);
        else if (field.number === 20) type = field.value;
      } else if (field.kind === 'fixed32') {
        if (field.number === 2) value = this.#floats(field)[0]!;
        else if (field.number === 7) numbers.push(...this.#floats(field));
      } else if (field.number === 1) name = this.#text(field);
      else if (field.number === 4) value = this.#text(field);
      else if (field.number === 5) value = this.#tensor(field);
      else if (field.number === 6) value = 'graph';
      else if (field.number === 7) numbers.push(...this.#floats(field));
      else if (field.number === 8) numbers.push(...this.#file.numbers(field.start, field.end));
      else if (field.number === 9) texts.push(this.#text(field));
    }
    // AttributeProto's FLOATS, INTS and STRINGS; an empty list has no field but the type. A zero may be left out.
    if (type === 6 || type === 7 || (value === undefined && numbers.length > 0)) return [name, numbers];
    if (type === 8 || (value === undefined && texts.length > 0)) return [name, texts];
    return [name, value ?? (type === 3 ? '' : 0)];
  }

  #floats({ start, end }: WirePlace): number[] {
    const bytes = this.#file.bytes(start, end);
    return Array.from({ length: bytes.length / 4 }, (_, i) => bytes.readFloatLE(4 * i));
  }

  #tensor(place: WirePlace): OnnxTensor {
    const dims: number[] = [];
    const values: number[] = [];
    const external = new Map<string, string>();
    let [name, type] = ['', 'undefined'];
    let segment: FileSegment | undefined;
    for (const field of this.#fields(place)) {
      if (field.kind === 'number') {
        if (field.number === 1) dims.push(field.value);
        else if (field.number === 2) type = typeName(field.value);
        else if (field.number === 5 || field.number === 7) values.push(field.value);
      } else if (field.kind === 'fixed32') {
        if (field.number === 4) values.push(...this.#floats(field));
      } else if (field.number === 1) dims.push(...this.#file.numbers(field.start, field.end));
      else if (field.number === 8) name = this.#text(field);
      else if (field.number === 5 || field.number === 7) {
        for (const number of this.#file.numbers(field.start, field.end)) values.push(number);
      } else if (field.number === 9 || (field.number === 4 && field.end > field.start))
        segment = { file: this.#path, offset: field.start, length: field.end - field.start };
      else if (field.number === 13) {
        const [key = '', value = ''] = readEntry(this.#file, field);
        external.set(key, value);
      }
    }
    const location = external.get('location');
    if (location !== undefined)
      segment = {
        file: join(dirname(this.#path), location),
        offset: Number(external.get('offset') ?? 0),
        length: Number(external.get('length') ?? Number.NaN),
      };
    return { name, type, dims, data: segment ?? values };
  }
}

/** The sentence's end for a file that `readOnnxGraph` cannot read, as `it …`. */
export function readProblem(error: unknown): string {
  return error instanceof WireError
    ? `it is no ONNX model: ${error.message}`
    : `it cannot be read (${messageOf(error)})`;
}
