import { describe, it } from 'vitest';
import { findTfjs, type TfjsVariant } from '../../../src/backends/tfjs/install.js';

/** Why a variant cannot be run here, as the end of "skipped: "; undefined where it can. */
function absentTfjs(variant: TfjsVariant): string | undefined {
  return findTfjs()?.variants.includes(variant)
    ? undefined
    : `TF.js for ${variant} is not in the cache; 'baremark setup tfjs --device ${variant}' puts it there`;
}

/** A group of tests that needs a variant; where that is absent, it is one skipped test that says so. */
export function describeWithTfjs(variant: TfjsVariant, name: string, tests: () => void): void {
  const absence = absentTfjs(variant);
  if (absence === undefined) describe(name, tests);
  else describe.skip(name, () => it(`(skipped: ${absence})`, () => {}));
}
