/**
 * What ONNX graphs are lowered to: a list of TensorFlow's own operators in the order of their execution. It is written as
 * a SavedModel, or executed over TF.js.
 */
import type { ElementType } from '../../../base/tensor.js';
import type { FileSegment } from '../../../onnx/read-graph.js';

/** Element types of values; int64 only as what is stored or fed: it is computed with as int32. */
export type ProgramType = ElementType;

/** A size that is known, or the name of one that is known when the program runs. */
export type Dim = number | string;

/** Whole numbers as an operand: the parts of a shape, indices, an axis; a name stands for the size of that name. */
export interface Ints {
  readonly ints: readonly Dim[];
  readonly scalar?: boolean;
}

/** A value by its name, or whole numbers. */
export type Operand = string | Ints;

export type Attribute =
  | number
  | boolean
  | readonly number[]
  | { readonly float: number }
  | { readonly text: string }
  | { readonly type: ProgramType };

export interface ProgramNode {
  /** TensorFlow's name of the operator. */
  readonly op: string;
  /** The name of its first output; output i is `name:i`. */
  readonly name: string;
  readonly inputs: readonly Operand[];
  readonly attributes: Readonly<Record<string, Attribute>>;
  /** Of each output. */
  readonly types: readonly ProgramType[];
}

/** A constant tensor that is loaded when the program is opened. */
export interface Weight {
  readonly name: string;
  readonly type: ProgramType;
  /** As they lie in the data, row-major. */
  readonly dims: readonly number[];
  /** Where the bytes lie, or the values themselves where they are few. */
  readonly data: FileSegment | readonly number[];
  /** What type the bytes have where it is not `type`: they are cast when they are loaded. */
  readonly stored?: ProgramType;
  /** Transposed so when it is loaded. */
  readonly perm?: readonly number[];
  /** Whether a convolution slides it over images. */
  readonly filter?: boolean;
}

export interface ProgramInput {
  readonly name: string;
  /** What is fed; int64 becomes int32 inside. */
  readonly type: ElementType;
  readonly dims: readonly Dim[];
}

export interface ProgramOutput {
  readonly name: string;
  readonly type: ElementType;
  readonly dims: readonly Dim[];
  /** The value; int64 outputs are int32 here. */
  readonly value: string;
}

export interface Program {
  readonly inputs: readonly ProgramInput[];
  readonly outputs: readonly ProgramOutput[];
  readonly weights: readonly Weight[];
  readonly nodes: readonly ProgramNode[];
  /** Of each size that is known only at run time: the value and the axis that it is the size of. */
  readonly sizes: ReadonlyMap<string, { readonly value: string; readonly axis: number }>;
}
