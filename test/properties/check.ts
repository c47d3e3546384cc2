/** Property tests with one seed, so that they are the same everywhere; a failure names the seed and the smallest example. */
import fc from 'fast-check';

/** `PROPERTY_SEED=N npx vitest run test/properties` looks at other examples. */
const seed = Number(process.env.PROPERTY_SEED ?? 20_261_127);

/** Mutation testing tries the same properties thousands of times, each with a part of the examples. */
const share = Number(process.env.PROPERTY_SHARE ?? 1);

/** Throws for the first example that the property does not hold for, made as small as it can be. */
export function check<Ts extends [unknown, ...unknown[]]>(property: fc.IProperty<Ts>, numRuns = 300): void {
  fc.assert(property, { seed, numRuns: Math.ceil(share * numRuns) });
}

/** The same for a property that awaits something. */
export function checkAsync<Ts extends [unknown, ...unknown[]]>(
  property: fc.IAsyncProperty<Ts>,
  numRuns = 80,
): Promise<void> {
  return fc.assert(property, { seed, numRuns: Math.ceil(share * numRuns) });
}

export { fc };
