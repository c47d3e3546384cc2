/** An input or output as a session declares it. */
import type { TensorInfo } from '../../base/tensor.js';

/** A size that the model has no name for has none outside either. */
export function declared({ name, type, dims }: TensorInfo): TensorInfo {
  return {
    name,
    type,
    dims: dims.map((dim) => (typeof dim === 'string' && dim.startsWith('?') ? '' : dim)),
  };
}
