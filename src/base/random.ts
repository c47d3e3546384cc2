/**
 * Seeded random numbers for long simulations: sfc32 (C. Doty-Humphrey's "small fast counting" generator), 128 bits of
 * state with a period of at least 2^32, usually near 2^127; it passes PractRand.
 */

/** The next number, evenly in [0, 1) or standard normal, as its maker says. */
export type RandomNumbers = () => number;

/** Evenly in [0, 1); different whole numbers as seeds give independent streams. */
export function randomNumbers(seed: number): RandomNumbers {
  let a = Math.imul(seed | 0, 0x9e3779b1);
  let b = seed | 0;
  let c = Math.floor(seed / 2 ** 32) | 0;
  let counter = 1;
  const next = () => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return (sum >>> 0) / 2 ** 32;
  };
  // As its author does: the seed has mixed into all of the state after fifteen rounds.
  for (let i = 0; i < 15; i++) next();
  return next;
}

/** Standard normal (Box and Muller's method). */
export function normalNumbers(seed: number): RandomNumbers {
  const random = randomNumbers(seed);
  // In an array, because a variable that a function keeps would be a new number in memory each time.
  const spare = new Float64Array(1);
  let spared = false;
  return () => {
    if (spared) {
      spared = false;
      return spare[0]!;
    }
    const radius = Math.sqrt(-2 * Math.log(1 - random()));
    const angle = 2 * Math.PI * random();
    spare[0] = radius * Math.sin(angle);
    spared = true;
    return radius * Math.cos(angle);
  };
}
