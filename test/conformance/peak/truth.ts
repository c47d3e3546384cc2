/** The truth of a system: the rate at which, in the long run, just as many latencies as allowed exceed the bound. */
import type { VirtualSystem } from '../../../src/search/virtual/system.js';
import { type LongRun, longRun } from './long-run.js';

export interface Truth {
  /** Queries per second; 0 where no rate holds. */
  readonly qps: number;
  /** Standard error of the rate, relative to it. */
  readonly error: number;
  /** Whether it is known well enough to judge a search by. */
  readonly known: boolean;
}

/** Queries of a run: to find the neighbourhood; to begin with there; of one run and of all at most. */
const coarse = 3e5;
const first = 3e7;
const longest = 2e8;
const most = 2e9;
/** Drifts are simulated in whole periods, and that many of them and of stalls where no more than `longest` allows. */
const leastPeriods = 20;
const leastStalls = 200;

/** @param wanted standard error, relative to the rate */
export function truthOf(system: VirtualSystem, seed: number, wanted = 0.0007): Truth {
  const allowed = 1 - system.bound.percentile;
  let runs = 0;
  // Each run has a seed of its own, so that their scatter shows how well the truth is known.
  const run = (qps: number, seconds: number) => longRun(system, qps, seconds, seed + 2 ** 32 * ++runs);
  const idleQps = idleRate(system);
  const idle = run(idleQps, (4 * coarse) / idleQps);
  if (idle.share > allowed) return { qps: 0, error: 0, known: idle.share - 4 * idle.error > allowed };
  let qps = neighbourhood(idleQps, (rate) => run(rate, coarse / rate).share > allowed);
  const points: Point[] = [];
  let spread = 0.002;
  let spent = 0;
  for (let queries = first; ; ) {
    for (const side of [-1, 1, 0]) {
      const rate = qps * Math.exp(side * spread);
      const seconds = secondsFor(system, rate, queries);
      spent += rate * seconds;
      points.push(pointOf(rate, run(rate, seconds), allowed));
    }
    const fit = crossing(points, Math.log(qps));
    qps = Math.exp(fit.at);
    spread = Math.min(0.15, Math.max(2e-4, fit.spread));
    if (fit.error <= wanted) return { qps, error: fit.error, known: true };
    if (spent >= most) return { qps, error: fit.error, known: fit.error <= 2 * wanted };
    if (points.length % 9 === 0 && queries < longest) queries *= 3;
  }
}

/** What a run says: the log odds of being over the bound against those allowed, at the log of its rate. */
interface Point {
  readonly at: number;
  readonly odds: number;
  readonly error: number;
}

function pointOf(qps: number, { share, error }: LongRun, allowed: number): Point {
  const logit = (x: number) => Math.log(x / (1 - x));
  // Of a run with none or all over the bound no more is known than on which side it is.
  const within = Math.min(0.9, Math.max(allowed / 100, share));
  const known = within === share ? error / (share * (1 - share)) : Number.POSITIVE_INFINITY;
  return { at: Math.log(qps), odds: logit(within) - logit(allowed), error: known };
}

/** Points this near in log odds lie on one bend; those farther off only say on which side the truth is. */
const bent = 0.7;

/** Where the odds are as allowed, with its standard error, and how far from it to look next. */
function crossing(points: readonly Point[], before: number) {
  const near = points.filter(({ odds, error }) => Math.abs(odds) < bent + 2 * error && error < 0.5);
  const fit = near.length >= 6 ? parabola(near) : undefined;
  return fit ?? between(points, before);
}

/** By weighted least squares; the error is widened where points scatter more than theirs. */
function parabola(points: readonly Point[]) {
  const middle = points.reduce((sum, { at }) => sum + at, 0) / points.length;
  const width = Math.max(...points.map(({ at }) => Math.abs(at - middle)));
  const rows = points.map(({ at, odds, error }) => {
    const x = (at - middle) / width;
    return { terms: [1, x, x * x], odds, weight: 1 / (error ** 2 + 1e-6) };
  });
  const inverse = inverted(
    [0, 1, 2].map((i) => [0, 1, 2].map((j) => total(rows, (row) => row.terms[i]! * row.terms[j]!))),
  );
  const right = [0, 1, 2].map((i) => total(rows, (row) => row.terms[i]! * row.odds));
  const [a, b, c] = inverse.map((row) => dot(row, right)) as [number, number, number];
  const root = (2 * a) / (-b - Math.sqrt(Math.max(0, b * b - 4 * a * c)));
  const slope = b + 2 * c * root;
  if (!(slope > 0) || !(Math.abs(root) <= 1)) return undefined;
  const terms = [1, root, root * root];
  const scatter = total(rows, ({ terms: t, odds }) => (odds - dot([a, b, c], t)) ** 2) / (rows.length - 3);
  const variance = dot(
    terms,
    inverse.map((row) => dot(row, terms)),
  );
  return {
    at: middle + root * width,
    error: (Math.sqrt(Math.max(1, scatter) * variance) / slope) * width,
    spread: ((bent / 2) * width) / slope,
  };
}

interface Row {
  readonly terms: readonly number[];
  readonly odds: number;
  readonly weight: number;
}

const dot = (a: readonly number[], b: readonly number[]) => a.reduce((sum, x, i) => sum + x * b[i]!, 0);
const total = (rows: readonly Row[], of: (row: Row) => number) =>
  rows.reduce((sum, row) => sum + row.weight * of(row), 0);

/** The inverse of a small symmetric matrix, by Gauss and Jordan. */
function inverted(matrix: readonly (readonly number[])[]): number[][] {
  const size = matrix.length;
  const rows = matrix.map((row, i) => [...row, ...row.map((_, j) => (i === j ? 1 : 0))]);
  for (let i = 0; i < size; i++) {
    const pivot = rows[i]![i]!;
    rows[i] = rows[i]!.map((value) => value / pivot);
    for (let k = 0; k < size; k++) {
      const factor = rows[k]![i]!;
      if (k !== i) rows[k] = rows[k]!.map((value, j) => value - factor * rows[i]![j]!);
    }
  }
  return rows.map((row) => row.slice(size));
}

/** On a cliff: between the highest rate that held and the lowest that missed, or beyond all of them. */
function between(points: readonly Point[], before: number) {
  const low = Math.max(...points.filter(({ odds }) => odds <= 0).map(({ at }) => at));
  const high = Math.min(...points.filter(({ odds }) => odds > 0).map(({ at }) => at));
  if (!Number.isFinite(high)) return { at: before + 0.01, spread: 0.004, error: 1 };
  if (!Number.isFinite(low)) return { at: before - 0.01, spread: 0.004, error: 1 };
  const width = Math.abs(high - low);
  // One run more or less may fall on the other side: a little is left open, and not decided by the first runs.
  const error = points.length >= 9 ? Math.max(5e-4, width / 4) : 1;
  return { at: (low + high) / 2, spread: Math.max(5e-4, width / 4), error };
}

/** A rate at which the device is idle nearly all the time. */
function idleRate({ instances, maxBatch, device }: VirtualSystem): number {
  const fullNs = (device.fixedNs + maxBatch * device.perSampleNs) / (device.slice?.share ?? 1);
  return (0.001 * instances * maxBatch * 1e9) / fullNs;
}

/** The rate beyond which the bound is missed, by short runs: to about 1%. */
function neighbourhood(idleQps: number, misses: (qps: number) => boolean): number {
  let low = idleQps;
  let high = low;
  for (let factor = 8; high === low; factor = 2)
    if (misses(low * factor)) high = low * factor;
    else {
      low *= factor;
      high = low;
    }
  while (high / low > 1.01) {
    const middle = Math.sqrt(low * high);
    if (misses(middle)) high = middle;
    else low = middle;
  }
  return Math.sqrt(low * high);
}

/** How long so many queries take, and longer where the device changes seldom. */
export function secondsFor({ device }: VirtualSystem, qps: number, queries: number): number {
  const { stalls, drift } = device;
  const least = Math.max(
    stalls ? leastStalls * (stalls.everyNs + stalls.forNs) : 0,
    drift ? leastPeriods * drift.periodNs : 0,
  );
  const seconds = Math.max(queries / qps, Math.min(least / 1e9, longest / qps));
  if (!drift) return seconds;
  const periodS = drift.periodNs / 1e9;
  return Math.max(1, Math.round(seconds / periodS)) * periodS;
}
