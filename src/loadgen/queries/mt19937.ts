/** The Mersenne Twister of C++'s `std::mt19937` (Matsumoto and Nishimura, 1998): the source of all of LoadGen's randomness. */

const SIZE = 624;
const SHIFT = 397;

/** Draws are whole numbers from 0 to 2^32 - 1. */
export class Mt19937 {
  readonly #state = new Uint32Array(SIZE);
  #next = SIZE;

  /** The seed is taken modulo 2^32, as `std::mt19937` takes a 64-bit one. */
  constructor(seed: bigint) {
    const state = this.#state;
    let previous = Number(BigInt.asUintN(32, seed));
    state[0] = previous;
    for (let i = 1; i < SIZE; i++) {
      previous = (Math.imul(1812433253, previous ^ (previous >>> 30)) + i) >>> 0;
      state[i] = previous;
    }
  }

  next(): number {
    if (this.#next === SIZE) this.#twist();
    let value = this.#state[this.#next++]!;
    value ^= value >>> 11;
    value ^= (value << 7) & 0x9d2c5680;
    value ^= (value << 15) & 0xefc60000;
    return (value ^ (value >>> 18)) >>> 0;
  }

  #twist(): void {
    const state = this.#state;
    for (let i = 0; i < SIZE; i++) {
      const joined = (state[i]! & 0x80000000) | (state[i + 1 < SIZE ? i + 1 : 0]! & 0x7fffffff);
      const far = i + SHIFT < SIZE ? i + SHIFT : i + SHIFT - SIZE;
      state[i] = state[far]! ^ (joined >>> 1) ^ (joined & 1 ? 0x9908b0df : 0);
    }
    this.#next = 0;
  }
}
