/** Lehmer's generator (multiplier 48271, modulus 2^31 − 1): the same numbers in the tests and in Python. */
export function lehmer(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48271) % 2147483647;
    return state / 2147483647;
  };
}
