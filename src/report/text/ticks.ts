/** Round numbers along an axis. */

/** From 0 to at most `highest`: four to eight of them, a step of 1, 2 or 5 times a power of ten apart. */
export function ticksUpTo(highest: number): number[] {
  const power = 10 ** Math.floor(Math.log10(highest / 4));
  const step = power * ([5, 2].find((factor) => factor * power * 4 <= highest) ?? 1);
  return Array.from({ length: Math.floor(highest / step) + 1 }, (_, i) => +(i * step).toPrecision(12));
}
