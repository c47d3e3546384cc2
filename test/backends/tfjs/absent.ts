import { findTfjs, type TfjsVariant } from '../../../src/backends/tfjs/install.js';

/** Why a variant cannot be run here, as the end of "skipped: "; undefined where it can. */
export function absentTfjs(variant: TfjsVariant): string | undefined {
  return findTfjs()?.variants.includes(variant)
    ? undefined
    : `TF.js for ${variant} is not in the cache; 'baremark setup tfjs --device ${variant}' puts it there`;
}
