/** TensorFlow's `GraphDef`: nodes with their attributes. Field numbers are those of TensorFlow's graph.proto and its imports. */
import { floatToHalf } from '../../../base/float16.js';
import { elementCount, typedArray } from '../../../base/tensor.js';
import type { Attribute, ProgramType } from '../program/program.js';
import { Message } from './wire-writer.js';

/** TensorFlow's `DataType`; a string has no counterpart in the program. */
const dataTypes: Readonly<Record<ProgramType | 'string' | 'resource', number>> = {
  float32: 1,
  int32: 3,
  uint8: 4,
  int8: 6,
  string: 7,
  int64: 9,
  bool: 10,
  float16: 19,
  resource: 20,
};

export type GraphAttribute =
  | Attribute
  | { readonly type: ProgramType | 'string' | 'resource' }
  /** A size that is unknown is -1. */
  | { readonly shape: readonly number[] }
  | { readonly tensor: ConstantTensor }
  | { readonly string: string };

export interface ConstantTensor {
  readonly type: ProgramType;
  readonly dims: readonly number[];
  /** The values, or their bytes, little-endian. */
  readonly numbers?: readonly number[];
  readonly bytes?: Uint8Array;
}

export interface GraphNode {
  readonly name: string;
  readonly op: string;
  /** `node`, `node:1`, or `^node` for one that only has to run before. */
  readonly inputs: readonly string[];
  readonly attributes: Readonly<Record<string, GraphAttribute>>;
  readonly device?: string;
}

/** A node with values that are known. */
export function constantNode(name: string, tensor: ConstantTensor): GraphNode {
  return { name, op: 'Const', inputs: [], attributes: { dtype: { type: tensor.type }, value: { tensor } } };
}

/** Whole numbers in a row, as sizes, axes and permutations are given. */
export function intsNode(name: string, numbers: readonly number[]): GraphNode {
  return constantNode(name, { type: 'int32', dims: [numbers.length], numbers });
}

/** The version of graphs that TensorFlow 2.9 wrote, which TensorFlow reads as it is. */
const producer = 1087;

export function graphDef(nodes: readonly GraphNode[]): Message {
  const graph = new Message();
  for (const node of nodes) graph.message(1, nodeDef(node));
  return graph.message(4, new Message().int(1, producer));
}

function nodeDef({ name, op, inputs, attributes, device }: GraphNode): Message {
  const node = new Message().text(1, name).text(2, op);
  for (const input of inputs) node.text(3, input);
  if (device !== undefined) node.text(4, device);
  for (const [key, value] of Object.entries(attributes))
    node.message(5, new Message().text(1, key).message(2, attributeValue(value)));
  return node;
}

function attributeValue(value: GraphAttribute): Message {
  const message = new Message();
  if (typeof value === 'number') return message.int(3, value);
  if (typeof value === 'boolean') return message.bool(5, value);
  if ('float' in value) return message.float(4, value.float);
  if ('text' in value) return message.text(2, value.text);
  if ('type' in value) return message.int(6, dataTypes[value.type]);
  if ('shape' in value) return message.message(7, shapeProto(value.shape));
  if ('tensor' in value) return message.message(8, tensorProto(value.tensor));
  if ('string' in value)
    return message.message(
      8,
      new Message().int(1, dataTypes.string).message(2, shapeProto([])).text(8, value.string),
    );
  return message.message(1, new Message().packed(3, value));
}

function shapeProto(dims: readonly number[]): Message {
  const shape = new Message();
  for (const dim of dims) shape.message(2, new Message().int(1, dim));
  return shape;
}

function tensorProto({ type, dims, numbers = [], bytes }: ConstantTensor): Message {
  return new Message()
    .int(1, dataTypes[type])
    .message(2, shapeProto(dims))
    .bytes(4, bytes ?? bytesOf(type, dims, numbers));
}

function bytesOf(type: ProgramType, dims: readonly number[], numbers: readonly number[]): Uint8Array {
  const data = typedArray(type, elementCount(dims));
  numbers.forEach((number, i) => {
    if (data instanceof BigInt64Array) data[i] = BigInt(number);
    else data[i] = type === 'float16' ? floatToHalf(number) : number;
  });
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}
