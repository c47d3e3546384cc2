/** Arithmetic of shapes whose sizes are numbers or names. */
import type { Dim } from '../program/program.js';
import { lastOf, type ProgramBuilder, type Value } from './builder.js';

/** Shape of two values side by side, as NumPy broadcasts them. */
export function broadcast(builder: ProgramBuilder, a: readonly Dim[], b: readonly Dim[]): readonly Dim[] {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, i) => {
    const x = a[i - rank + a.length] ?? 1;
    const y = b[i - rank + b.length] ?? 1;
    if (x === y || y === 1) return x;
    if (x === 1) return y;
    if (typeof x === 'number') return x;
    return typeof y === 'number' ? y : builder.newSize();
  });
}

export const sameDims = (a: readonly Dim[], b: readonly Dim[]): boolean =>
  a.length === b.length && a.every((dim, i) => dim === b[i]);

const isOnes = ({ dims }: Value): boolean => dims.every((dim) => dim === 1);

/** Brings values into one layout in which they broadcast as ONNX's do. */
export function aligned(
  builder: ProgramBuilder,
  values: readonly Value[],
): { readonly values: readonly Value[]; readonly layout: Value['layout'] } {
  if (values.some(({ layout }) => layout === 'nhwc') && values.every(({ dims }) => dims.length <= 4))
    return { values: values.map((value) => channelsLast(builder, value)), layout: 'nhwc' };
  const row = values.find(({ layout }) => layout === 'rows');
  if (row !== undefined) {
    const inRows = values.map((value) => rowsLike(builder, value, row));
    if (inRows.every((value) => value !== undefined)) return { values: inRows, layout: 'rows' };
  }
  return { values: values.map((value) => builder.plain(value)), layout: 'plain' };
}

function channelsLast(builder: ProgramBuilder, value: Value): Value {
  if (value.layout === 'nhwc' || (isOnes(value) && value.dims.length <= 4)) return value;
  const plain = builder.plain(value);
  const wide = [...Array.from({ length: 4 - plain.dims.length }, () => 1), ...plain.dims];
  const { weight } = plain;
  if (weight !== undefined && weight.perm === undefined) {
    const name = `${weight.name}^nhwc`;
    return {
      ...builder.weight({ ...weight, name, dims: wide as number[], perm: [0, 2, 3, 1] }),
      layout: 'nhwc',
    };
  }
  return builder.nhwc(plain.dims.length === 4 ? plain : builder.reshape(plain, wide));
}

function rowsLike(builder: ProgramBuilder, value: Value, row: Value): Value | undefined {
  const { dims, layout } = value;
  const lead = row.dims.slice(0, -1);
  if (layout === 'rows') return sameDims(dims.slice(0, -1), lead) ? value : undefined;
  if (isOnes(value)) return dims.length <= 2 ? value : builder.reshape(value, []);
  if (dims.length === 1) return value;
  if (dims.length !== row.dims.length || !sameDims(dims.slice(0, -1), lead)) return undefined;
  return typeof lastOf(dims) === 'number' ? builder.rows(value) : undefined;
}

/** The shape that `Reshape` makes of `from`; a size that only TensorFlow can find out is -1. */
export function reshaped(from: readonly Dim[], target: readonly Dim[], copyZero: boolean): readonly Dim[] {
  const dims = target.map((dim, i) => (dim === 0 && copyZero ? from[i]! : dim));
  const open = dims.indexOf(-1);
  if (open === -1) return dims;
  const left = from.filter((dim) => typeof dim === 'string');
  let number = from.reduce<number>((product, dim) => (typeof dim === 'number' ? product * dim : product), 1);
  for (const dim of dims) {
    if (dim === -1) continue;
    if (typeof dim === 'number') number /= dim;
    else {
      const at = left.indexOf(dim);
      if (at === -1) return dims;
      left.splice(at, 1);
    }
  }
  if (left.length === 0 && Number.isInteger(number)) return dims.with(open, number);
  return left.length === 1 && number === 1 ? dims.with(open, left[0]!) : dims;
}
