/**
 * Samples of fixed shapes laid out once, so that a batch of one is fed without copying it again. On one core of a Xeon
 * the copy of a 400x400 float image was 3% of the batch of ssd-resnet34-small; a token sequence is below 0.1%, and is copied.
 */
import { bytesPerElement, elementCount, type TensorMap } from '../../base/tensor.js';
import type { Fit } from './fit.js';
import { inputBuffer } from './input-buffer.js';

/** The first slots' samples, as many as these bytes hold, each as the inputs of a batch of one in memory of its own. */
export function keptInputs(fits: readonly Fit[], slots: number, bytes: number): TensorMap[] {
  const each = fits.reduce(
    (sum, { input, column }) => sum + elementCount(column.dims) * bytesPerElement[input.type],
    0,
  );
  return Array.from({ length: Math.min(slots, Math.floor(bytes / each)) }, (_, slot) =>
    Object.fromEntries(
      fits.map((fit) => {
        const buffer = inputBuffer(fit);
        buffer.reserve(1, 0);
        buffer.write(slot, 0, 0);
        return [fit.input.name, buffer.tensor(1, 0)];
      }),
    ),
  );
}
