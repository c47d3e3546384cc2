/** A rising curve through noisy points: pooled where they fall, then joined smoothly. */

export interface Level {
  readonly at: number;
  readonly value: number;
  readonly weight: number;
}

/** Pool adjacent violators: the rising values nearest to those given, by weighted squares. */
export function pooled(levels: readonly Level[]): number[] {
  const pools: { value: number; weight: number; count: number }[] = [];
  for (const { value, weight } of levels) {
    pools.push({ value, weight, count: 1 });
    while (pools.length > 1 && pools.at(-2)!.value > pools.at(-1)!.value) {
      const b = pools.pop()!;
      const a = pools.pop()!;
      const both = a.weight + b.weight;
      const value = (a.value * a.weight + b.value * b.weight) / both;
      pools.push({ value, weight: both, count: a.count + b.count });
    }
  }
  return pools.flatMap(({ value, count }) => new Array<number>(count).fill(value));
}

/** Where a monotone cubic (Fritsch and Carlson, as PCHIP) through these points crosses 0; undefined where it does not. */
export function rootOf(xs: readonly number[], ys: readonly number[]): number | undefined {
  const i = ys.findIndex((y, k) => y <= 0 && ys[k + 1]! > 0);
  if (i < 0) return undefined;
  const width = xs[i + 1]! - xs[i]!;
  const [left, right] = [slopeAt(xs, ys, i), slopeAt(xs, ys, i + 1)];
  const curve = (t: number) =>
    (1 + 2 * t) * (1 - t) ** 2 * ys[i]! +
    t * (1 - t) ** 2 * width * left +
    t ** 2 * (3 - 2 * t) * ys[i + 1]! +
    t ** 2 * (t - 1) * width * right;
  let [low, high] = [0, 1];
  for (let k = 0; k < 50; k++) {
    const middle = (low + high) / 2;
    if (curve(middle) <= 0) low = middle;
    else high = middle;
  }
  return xs[i]! + low * width;
}

/** The slope of PCHIP at a point: a weighted harmonic mean of those beside it, 0 at a turn. */
function slopeAt(xs: readonly number[], ys: readonly number[], i: number): number {
  const secant = (k: number) => (ys[k + 1]! - ys[k]!) / (xs[k + 1]! - xs[k]!);
  if (i === 0) return secant(0);
  if (i === xs.length - 1) return secant(i - 1);
  const [before, after] = [secant(i - 1), secant(i)];
  if (before * after <= 0) return 0;
  const [h, g] = [xs[i]! - xs[i - 1]!, xs[i + 1]! - xs[i]!];
  return (3 * (h + g)) / ((h + 2 * g) / before + (2 * h + g) / after);
}
