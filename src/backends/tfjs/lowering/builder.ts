/** Collects the nodes of a program and knows of each value its type, its shape, its layout and, of small integers, the values. */
import type { Attribute, Dim, Ints, Operand, ProgramNode, ProgramType, Weight } from '../program/program.js';

/**
 * How a value lies in memory. `plain`: as ONNX says. `nhwc`: ONNX's [n, c, h, w] with the channels last. `rows`: all
 * dimensions but the last as one, which is how matrices are multiplied.
 */
export type Layout = 'plain' | 'nhwc' | 'rows';

export interface Value {
  readonly name: string;
  readonly type: ProgramType;
  /** As ONNX has them, whatever the layout. */
  readonly dims: readonly Dim[];
  readonly layout: Layout;
  /** The elements in row-major order where they are known whole numbers or sizes. */
  readonly known?: readonly Dim[];
  /** The numbers of a small constant. */
  readonly numbers?: readonly number[];
  readonly weight?: Weight;
}

export const lastOf = (dims: readonly Dim[]): Dim => dims[dims.length - 1] ?? 1;

export const ints = (values: readonly Dim[]): Ints => ({ ints: values });
export const int = (value: Dim): Ints => ({ ints: [value], scalar: true });

/** A type that TensorFlow computes with: int64 becomes int32. */
export const computedType = (type: ProgramType): ProgramType => (type === 'int64' ? 'int32' : type);

export class ProgramBuilder {
  readonly nodes: ProgramNode[] = [];
  readonly weights = new Map<string, Weight>();
  readonly sizes = new Map<string, { value: string; axis: number }>();
  /** Values in another layout that were made once already, by value and layout. */
  readonly #converted = new Map<string, Value>();
  #unnamed = 0;

  /** A value that is `plain`, or as the caller says. */
  emit(
    op: string,
    inputs: readonly Operand[],
    attributes: Readonly<Record<string, Attribute>>,
    result: { type: ProgramType; dims: readonly Dim[]; layout?: Layout; known?: readonly Dim[] },
  ): Value {
    return this.emitAll(op, inputs, attributes, [result])[0]!;
  }

  emitAll(
    op: string,
    inputs: readonly Operand[],
    attributes: Readonly<Record<string, Attribute>>,
    results: readonly { type: ProgramType; dims: readonly Dim[]; layout?: Layout; known?: readonly Dim[] }[],
  ): readonly Value[] {
    const name = `n${this.nodes.length}_${op}`;
    this.nodes.push({ op, name, inputs, attributes, types: results.map(({ type }) => type) });
    return results.map((result, i) => ({
      name: i === 0 ? name : `${name}:${i}`,
      layout: 'plain',
      ...result,
    }));
  }

  /** Declares that a size of this name is that of `value` along `axis`, unless it is known already. */
  size(name: string, value: string, axis: number): void {
    if (!this.sizes.has(name)) this.sizes.set(name, { value, axis });
  }

  /** A name for a size that is known only when the program runs; `bind` it to the value that has it. */
  newSize(): string {
    this.#unnamed += 1;
    return `?${this.#unnamed}`;
  }

  /** Binds the sizes of a value, in its own layout, that have no source yet. */
  bind(value: Value): Value {
    physicalDims(value).forEach((dim, axis) => {
      if (typeof dim === 'string') this.size(dim, value.name, axis);
    });
    return value;
  }

  weight(weight: Weight): Value {
    this.weights.set(weight.name, weight);
    const { name, type, dims, perm } = weight;
    const numbers = Array.isArray(weight.data) ? (weight.data as readonly number[]) : undefined;
    const whole = type === 'int32' && numbers !== undefined ? { known: numbers } : {};
    return {
      name,
      type,
      dims: perm ? perm.map((axis) => dims[axis]!) : dims,
      layout: 'plain',
      weight,
      ...whole,
      ...(numbers ? { numbers } : {}),
    };
  }

  /** The weight of a value with its axes in another order, transposed when it is loaded. */
  transposedWeight(value: Value, perm: readonly number[]): Value | undefined {
    const { weight } = value;
    if (weight === undefined || weight.perm !== undefined) return undefined;
    const name = `${weight.name}^${perm.join('')}`;
    return this.weight({ ...weight, name, perm });
  }

  /** A constant in the type of what it is computed with. */
  scalar(number: number, type: ProgramType): Value {
    const stored = type === 'float16' ? { stored: 'float32' as const } : {};
    const name = `scalar/${type}/${number}`;
    return this.weight({ name, type, dims: [], data: [number], ...stored });
  }

  /** Whole numbers as a value, for operators that compute with them. */
  knownValue(known: readonly Dim[], dims: readonly Dim[]): Value {
    const scalar = dims.length === 0;
    const operand: Operand = scalar ? int(known[0]!) : ints(known);
    return this.emit('Identity', [operand], {}, { type: 'int32', dims, known });
  }

  plain(value: Value): Value {
    if (value.layout === 'plain') return value;
    return this.#convert(value, 'plain', () =>
      value.layout === 'nhwc'
        ? this.emit('Transpose', [value.name, ints([0, 3, 1, 2])], {}, { type: value.type, dims: value.dims })
        : this.emit(
            'Reshape',
            [value.name, shapeOperand(value.dims)],
            {},
            { type: value.type, dims: value.dims },
          ),
    );
  }

  nhwc(value: Value): Value {
    if (value.layout === 'nhwc') return value;
    const plain = this.plain(value);
    return this.#convert(plain, 'nhwc', () =>
      this.emit(
        'Transpose',
        [plain.name, ints([0, 2, 3, 1])],
        {},
        { type: plain.type, dims: plain.dims, layout: 'nhwc' },
      ),
    );
  }

  rows(value: Value): Value {
    if (value.layout === 'rows' || value.dims.length === 2) return value;
    const plain = this.plain(value);
    return this.#convert(plain, 'rows', () =>
      this.emit(
        'Reshape',
        [plain.name, ints([-1, lastOf(plain.dims)])],
        {},
        { type: plain.type, dims: plain.dims, layout: 'rows' },
      ),
    );
  }

  reshape(value: Value, dims: readonly Dim[]): Value {
    return this.emit(
      'Reshape',
      [value.name, shapeOperand(dims)],
      {},
      {
        type: value.type,
        dims,
        ...(value.known ? { known: value.known } : {}),
      },
    );
  }

  cast(value: Value, type: ProgramType): Value {
    if (value.type === type) return value;
    return this.emit(
      'Cast',
      [value.name],
      { DstT: { type } },
      { type, dims: value.dims, layout: value.layout },
    );
  }

  #convert(value: Value, layout: Layout, make: () => Value): Value {
    const key = `${value.name} ${layout}`;
    const found = this.#converted.get(key);
    if (found) return found;
    const made = make();
    this.#converted.set(key, made);
    // Back again costs nothing.
    this.#converted.set(`${made.name} ${value.layout}`, value);
    return made;
  }
}

/** The dimensions as they lie in memory; undefined for the rows of several dimensions. */
export function physicalDims({ dims, layout }: Value): readonly (Dim | undefined)[] {
  if (layout === 'nhwc') return [dims[0], dims[2], dims[3], dims[1]];
  if (layout === 'rows') return [undefined, lastOf(dims)];
  return dims;
}

/** A shape as an operand of `Reshape`: the only size that is not known now is left to TensorFlow. */
export function shapeOperand(dims: readonly Dim[]): Ints {
  const unknown = dims.filter((dim) => typeof dim === 'string').length;
  return ints(
    unknown === 1 && !dims.includes(0) ? dims.map((dim) => (typeof dim === 'string' ? -1 : dim)) : dims,
  );
}
