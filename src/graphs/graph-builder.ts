/** Collects the nodes, constants and weights of one ONNX graph and turns them into a `ModelProto`. */
import proto, { type onnx } from 'onnx-proto';
import type { ElementType, TensorInfo } from '../base/tensor.js';
import { toHalf } from './half.js';
import type { GraphPrecision } from './spec.js';
import type { Fill, Weight } from './weights.js';

const { AttributeType } = proto.onnx.AttributeProto;
const { DataType, DataLocation } = proto.onnx.TensorProto;

const dataTypes: Readonly<Record<ElementType, number>> = {
  float32: DataType.FLOAT,
  float16: DataType.FLOAT16,
  int32: DataType.INT32,
  int64: DataType.INT64,
  uint8: DataType.UINT8,
  int8: DataType.INT8,
  bool: DataType.BOOL,
};

/** A whole number is an INT, `{ float }` a FLOAT, `{ to }` an element type. */
export type Attribute =
  | number
  | readonly number[]
  | string
  | { readonly float: number }
  | { readonly to: ElementType };

interface NodeOptions {
  readonly attributes?: Readonly<Record<string, Attribute>>;
  /** `com.microsoft` for ONNX Runtime's contrib operators. */
  readonly domain?: string;
  /** How many outputs the node has; 1 if absent. */
  readonly outputs?: number;
}

/** Where the data of a weight lies in the external file, in bytes. */
export interface PlacedWeight {
  readonly weight: Weight;
  readonly type: 'float32' | 'float16';
  readonly offset: number;
  readonly bytes: number;
}

/** Offsets are multiples of a page, so that the file can be mapped into memory. */
const page = 4096;

/** The ONNX operator set of a graph that does not need an older one. */
export const newestOpset = 17;

export class GraphBuilder {
  readonly type: 'float32' | 'float16';
  #nodes: onnx.INodeProto[] = [];
  #constants = new Map<string, onnx.ITensorProto>();
  #weights: Weight[] = [];
  #inputs: TensorInfo[] = [];
  #outputs: TensorInfo[] = [];

  constructor(
    precision: GraphPrecision,
    readonly opset = newestOpset,
  ) {
    this.type = precision === 'fp16' ? 'float16' : 'float32';
  }

  input(info: TensorInfo): string {
    this.#inputs.push(info);
    return info.name;
  }

  /** Makes `value` an output under the name and type of `info`; float16 becomes float32 on the way. */
  output(info: TensorInfo, value: string, valueType: ElementType = info.type): void {
    this.#outputs.push(info);
    const op = valueType === info.type ? 'Identity' : 'Cast';
    const attribute = op === 'Cast' ? this.#attribute('to', { to: info.type }) : undefined;
    this.#nodes.push({
      opType: op,
      name: `output/${info.name}`,
      input: [value],
      output: [info.name],
      attribute: attribute ? [attribute] : [],
    });
  }

  /** A tensor drawn from the seed, in the model's precision, kept in the external file. */
  weight(name: string, dims: readonly number[], fill: Fill, keepFloat = false): string {
    this.#weights.push({ name, dims, fill, keepFloat });
    return name;
  }

  /** An int64 constant kept in the graph; equal constants are stored once. */
  int64(values: readonly number[], dims: readonly number[] = [values.length]): string {
    const name = `int64/${dims.join('x')}/${values.join(',')}`;
    const raw = new BigInt64Array(values.map(BigInt));
    return this.#constant(name, 'int64', dims, new Uint8Array(raw.buffer));
  }

  /** A float32 constant kept in the graph; equal constants are stored once. */
  float(values: readonly number[], dims: readonly number[] = [values.length]): string {
    const name = `float/${dims.join('x')}/${values.join(',')}`;
    return this.#constant(name, 'float32', dims, new Uint8Array(new Float32Array(values).buffer));
  }

  /** A constant in the model's precision. */
  number(values: readonly number[], dims: readonly number[] = [values.length]): string {
    if (this.type === 'float32') return this.float(values, dims);
    const halves = new Uint16Array(values.length);
    toHalf(Float32Array.from(values), halves);
    const name = `half/${dims.join('x')}/${values.join(',')}`;
    return this.#constant(name, 'float16', dims, new Uint8Array(halves.buffer));
  }

  cast(value: string, to: ElementType): string {
    return this.node('Cast', [value], { attributes: { to: { to } } });
  }

  /** Adds a node and names its (first) output. */
  node(op: string, inputs: readonly string[], options: NodeOptions = {}): string {
    return this.nodes(op, inputs, options)[0]!;
  }

  /** Adds a node and names all its outputs. */
  nodes(
    op: string,
    inputs: readonly string[],
    { attributes = {}, domain = '', outputs = 1 }: NodeOptions = {},
  ): string[] {
    const name = `${op}_${this.#nodes.length}`;
    const output = Array.from({ length: outputs }, (_, i) => (i === 0 ? name : `${name}/${i}`));
    const attribute = Object.entries(attributes).map(([key, value]) => this.#attribute(key, value));
    this.#nodes.push({ opType: op, domain, name, input: [...inputs], output, attribute });
    return output;
  }

  /** Weights in order with their places in the external data file, and its length in bytes. */
  layout(): { placements: PlacedWeight[]; bytes: number } {
    let end = 0;
    const placements = this.#weights.map((weight) => {
      const type = weight.keepFloat ? 'float32' : this.type;
      const bytes = weight.dims.reduce((product, dim) => product * dim, type === 'float32' ? 4 : 2);
      const offset = Math.ceil(end / page) * page;
      end = offset + bytes;
      return { weight, type, offset, bytes } as const;
    });
    return { placements, bytes: end };
  }

  /** The encoded `ModelProto`, whose weights point into the file `dataFile` beside it. */
  encode(graphName: string, dataFile: string): Uint8Array {
    const external = this.layout().placements.map(({ weight, type, offset, bytes }) => ({
      name: weight.name,
      dims: [...weight.dims],
      dataType: dataTypes[type],
      dataLocation: DataLocation.EXTERNAL,
      externalData: Object.entries({ location: dataFile, offset: `${offset}`, length: `${bytes}` }).map(
        ([key, value]) => ({ key, value }),
      ),
    }));
    const model: onnx.IModelProto = {
      irVersion: 8,
      producerName: 'baremark',
      opsetImport: [
        { domain: '', version: this.opset },
        { domain: 'com.microsoft', version: 1 },
      ],
      graph: {
        name: graphName,
        node: this.#nodes,
        initializer: [...this.#constants.values(), ...external],
        input: this.#inputs.map(valueInfo),
        output: this.#outputs.map(valueInfo),
      },
    };
    return proto.onnx.ModelProto.encode(model).finish();
  }

  #constant(name: string, type: ElementType, dims: readonly number[], rawData: Uint8Array): string {
    this.#constants.set(name, { name, dims: [...dims], dataType: dataTypes[type], rawData });
    return name;
  }

  #attribute(name: string, value: Attribute): onnx.IAttributeProto {
    if (typeof value === 'number') return { name, type: AttributeType.INT, i: value };
    if (typeof value === 'string')
      return { name, type: AttributeType.STRING, s: new TextEncoder().encode(value) };
    if ('float' in value) return { name, type: AttributeType.FLOAT, f: value.float };
    if ('to' in value) return { name, type: AttributeType.INT, i: dataTypes[value.to] };
    return { name, type: AttributeType.INTS, ints: [...value] };
  }
}

function valueInfo({ name, type, dims }: TensorInfo): onnx.IValueInfoProto {
  const dim = dims.map((size) => (typeof size === 'number' ? { dimValue: size } : { dimParam: size }));
  return { name, type: { tensorType: { elemType: dataTypes[type], shape: { dim } } } };
}
