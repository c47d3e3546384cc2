/**
 * Filters of convolutions as constants: oneDNN wants them in an order of its own, and TensorFlow keeps the reordered copy
 * only of constants. As variables they would be reordered in every run, a sixth of SSD-ResNet34's time on one core.
 */
import { bytesPerElement, elementCount } from '../../../base/tensor.js';
import { isFileSegment, readSegment } from '../../../onnx/tensor-values.js';
import type { Weight } from '../program/program.js';
import { constantNode, type GraphNode } from './graph-def.js';

/** A SavedModel is one message of at most 2 GiB, and TensorFlow needs its constants several times while it loads. */
const mostBytes = 512 * 2 ** 20;

const bytesOf = ({ type, dims }: Weight): number => elementCount(dims) * bytesPerElement[type];

const isFilter = ({ filter, stored, type, data }: Weight): boolean =>
  filter === true && isFileSegment(data) && (stored ?? type) === type;

/** The weights that become constants though they lie in a file: all filters, or none where they are too large. */
export function constantFilters(weights: readonly Weight[]): ReadonlySet<Weight> {
  const filters = weights.filter(isFilter);
  const total = filters.reduce((sum, weight) => sum + bytesOf(weight), 0);
  return new Set(total <= mostBytes ? filters : []);
}

/** Reads the filter. Throws the file system's error. */
export function filterNode(weight: Weight, name: string): GraphNode {
  const { type, dims, perm, data } = weight;
  const bytes = isFileSegment(data) ? readSegment(data, bytesOf(weight)) : new Uint8Array();
  const order = perm ?? dims.map((_, axis) => axis);
  const tensor = {
    type,
    dims: order.map((axis) => dims[axis]!),
    bytes: perm === undefined ? bytes : transposed(bytes, bytesPerElement[type], dims, perm),
  };
  return constantNode(name, tensor);
}

/** Elements of `width` bytes with their axes in another order: axis i of the result is axis `perm[i]` of the source. */
export function transposed(
  bytes: Uint8Array,
  width: number,
  dims: readonly number[],
  perm: readonly number[],
): Uint8Array {
  const strides = dims.map((_, axis) => elementCount(dims.slice(axis + 1)));
  const sizes = perm.map((axis) => dims[axis]!);
  const steps = perm.map((axis) => strides[axis]!);
  const elements = (of: Uint8Array): Uint8Array | Uint16Array | Uint32Array =>
    width === 4 ? new Uint32Array(of.buffer) : width === 2 ? new Uint16Array(of.buffer) : of;
  const result = new Uint8Array(bytes.length);
  const [from, to] = [elements(bytes), elements(result)];
  const index = sizes.map(() => 0);
  let at = 0;
  for (let i = 0; i < to.length; i++) {
    to[i] = from[at]!;
    for (let axis = sizes.length - 1; axis >= 0; axis--) {
      index[axis]! += 1;
      at += steps[axis]!;
      if (index[axis]! < sizes[axis]!) break;
      at -= steps[axis]! * sizes[axis]!;
      index[axis] = 0;
    }
  }
  return result;
}
