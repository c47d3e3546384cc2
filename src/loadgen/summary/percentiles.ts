/**
 * Exact statistics of many values without sorting or copying them all: counting passes narrow down where each
 * wanted order statistic is, and only the few values left there are sorted.
 */

/** Values by position, e.g. the latencies of a run in nanoseconds; each is a whole number of magnitude below 2^53. */
export interface Values {
  readonly count: number;
  at(index: number): number;
  /** Copies the values from position `from` on into `block`, as many as it holds; much faster than one by one. */
  read?(from: number, block: Float64Array): void;
}

/** Values read at a time: few enough to stay in the processor's nearest cache. */
const BLOCK = 2048;

/** Visits all values in order, a block at a time. */
function forEachBlock(values: Values, visit: (block: Float64Array) => void): void {
  const whole = new Float64Array(BLOCK);
  for (let from = 0; from < values.count; from += BLOCK) {
    const block = values.count - from < BLOCK ? whole.subarray(0, values.count - from) : whole;
    if (values.read) values.read(from, block);
    else for (let i = 0; i < block.length; i++) block[i] = values.at(from + i);
    visit(block);
  }
}

/** Whole numbers, like the values; all NaN if there are no values. */
export interface Spread {
  readonly min: number;
  readonly max: number;
  /** Rounded down, as LoadGen's integer division does. */
  readonly mean: number;
}

/** LoadGen's percentile rule: the position, in ascending order and from 0, of a percentile given as a fraction of 1. */
export function percentileRank(count: number, percentile: number): number {
  return Math.min(count - 1, Math.trunc(count * percentile));
}

export function spread(values: Values): Spread {
  if (values.count === 0) return { min: Number.NaN, max: Number.NaN, mean: Number.NaN };
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  // The sum may exceed 2^53; its high part counts units of 2^40.
  let high = 0;
  let low = 0;
  forEachBlock(values, (block) => {
    for (let i = 0; i < block.length; i++) {
      const value = block[i]!;
      if (value < min) min = value;
      if (value > max) max = value;
      low += value;
      if (low >= UNIT || low <= -UNIT) {
        const units = Math.trunc(low / UNIT);
        high += units;
        low -= units * UNIT;
      }
    }
  });
  const sum = BigInt(high) * BigInt(UNIT) + BigInt(low);
  return { min, max, mean: Number(sum / BigInt(values.count)) };
}

const UNIT = 2 ** 40;

/** How many values exceed a bound. */
export function countAbove(values: Values, bound: number): number {
  let count = 0;
  forEachBlock(values, (block) => {
    for (let i = 0; i < block.length; i++) if (block[i]! > bound) count++;
  });
  return count;
}

/** The first pass has one part for all values; later passes have many parts, whose bins must fit into the cache. */
const FIRST_BINS = 65536;
const BINS = 4096;
/** Up to this many values are gathered and sorted instead of counted again. */
const FEW = 65536;

/** Part of the value range, from `low` up to but not including `high`; `before` values lie below it, `size` in it. */
interface Part {
  readonly low: number;
  readonly high: number;
  readonly before: number;
  readonly size: number;
  readonly ranks: readonly number[];
}

/** The values at these ranks (0 = smallest), in the order asked for; `bounds` are the least and the greatest value. */
export function orderStatistics(
  values: Values,
  ranks: readonly number[],
  bounds: Pick<Spread, 'min' | 'max'>,
): number[] {
  if (values.count === 0) return ranks.map(() => Number.NaN);
  const found = new Map<number, number>();
  const wanted = [...new Set(ranks)].sort((a, b) => a - b);
  let parts: Part[] = [
    { low: bounds.min, high: bounds.max + 1, before: 0, size: values.count, ranks: wanted },
  ];
  while (parts.length > 0) {
    const single = parts.filter((part) => part.high - part.low === 1);
    for (const part of single) for (const rank of part.ranks) found.set(rank, part.low);
    const wider = parts.filter((part) => part.high - part.low > 1);
    const few = wider.filter((part) => part.size <= FEW);
    if (few.length > 0) readOff(values, few, found);
    const many = wider.filter((part) => part.size > FEW);
    const counts = many.length > 0 ? countBins(values, many) : [];
    parts = many.flatMap((part, i) => binsWithRanks(part, counts[i]!));
  }
  return ranks.map((rank) => found.get(rank)!);
}

/** Bins per part, for this many parts. */
const binsFor = (parts: number) => (parts === 1 ? FIRST_BINS : BINS);
const binWidth = (part: Part, bins: number) => Math.ceil((part.high - part.low) / bins);

function countBins(values: Values, parts: readonly Part[]): Uint32Array[] {
  const bins = binsFor(parts.length);
  const counts = parts.map(() => new Uint32Array(bins));
  const widths = parts.map((part) => binWidth(part, bins));
  const only = parts[0]!;
  if (parts.length === 1 && only.size === values.count) countAll(values, only.low, widths[0]!, counts[0]!);
  else
    forEachIn(values, parts, (value, p) => {
      counts[p]![Math.floor((value - parts[p]!.low) / widths[p]!)]!++;
    });
  return counts;
}

/** Every value is in the part, so none needs to be looked up. */
function countAll(values: Values, low: number, width: number, counts: Uint32Array): void {
  forEachBlock(values, (block) => {
    for (let i = 0; i < block.length; i++) counts[Math.floor((block[i]! - low) / width)]!++;
  });
}

/** The bins of a part that hold wanted ranks, each as a part of its own. */
function binsWithRanks(part: Part, counts: Uint32Array): Part[] {
  const width = binWidth(part, counts.length);
  const bins: Part[] = [];
  let before = part.before;
  let next = 0;
  for (let bin = 0; bin < counts.length && next < part.ranks.length; bin++) {
    const size = counts[bin]!;
    const from = next;
    while (next < part.ranks.length && part.ranks[next]! < before + size) next++;
    const low = part.low + bin * width;
    const high = Math.min(low + width, part.high);
    if (next > from) bins.push({ low, high, before, size, ranks: part.ranks.slice(from, next) });
    before += size;
  }
  return bins;
}

/** Sorts what is in each part and reads the wanted ranks off it. */
function readOff(values: Values, parts: readonly Part[], found: Map<number, number>): void {
  const gathered = parts.map((part) => new Float64Array(part.size));
  const filled = parts.map(() => 0);
  forEachIn(values, parts, (value, p) => {
    gathered[p]![filled[p]!++] = value;
  });
  parts.forEach((part, p) => {
    const sorted = gathered[p]!.sort();
    for (const rank of part.ranks) found.set(rank, sorted[rank - part.before]!);
  });
}

/** Visits the values that are in one of these parts, which are in ascending order and do not overlap. */
function forEachIn(
  values: Values,
  parts: readonly Part[],
  visit: (value: number, part: number) => void,
): void {
  const lows = Float64Array.from(parts, (part) => part.low);
  const highs = Float64Array.from(parts, (part) => part.high);
  const last = parts.length - 1;
  const least = lows[0]!;
  const most = highs[last]!;
  forEachBlock(values, (block) => {
    for (let i = 0; i < block.length; i++) {
      const value = block[i]!;
      if (value < least || value >= most) continue;
      let p = last;
      while (value < lows[p]!) p--;
      if (value < highs[p]!) visit(value, p);
    }
  });
}
