import { findTfjs } from '../../../src/backends/tfjs/install.js';

/** Why TensorFlow cannot be run here, as the end of "skipped: "; undefined where it can. */
export function absentTensorFlow(): string | undefined {
  return findTfjs()?.variants.includes('cpu')
    ? undefined
    : "TensorFlow is not in the cache; 'baremark setup tfjs --device cpu' puts it there";
}
