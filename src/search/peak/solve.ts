/** The rate at which a model of latencies has just the allowed share over the bound. */
import type { LatencyModel, SimulatedShare } from './latency-model.js';

export interface Solved {
  /** Queries per second; 0 where no rate holds, infinite where all do. */
  readonly qps: number;
  /** By how much the logit of the share over the bound rises per e-fold of the rate. */
  readonly slope: number;
  /** Of ln(qps), from the length of the simulation alone. */
  readonly standardError: number;
}

export interface SolveEffort {
  /** Queries simulated per evaluation, at first and at most. */
  readonly queries: number;
  readonly mostQueries: number;
  /** The standard error of ln(qps) to reach. */
  readonly standardError: number;
}

/** Shares are told apart only between a thousandth of the allowed one and nearly all. */
const leastShare = 1e-3;
const mostShare = 0.999;

/** ln of the odds of `share` ÷ the odds of `allowed`. */
function logOdds(share: number, allowed: number): number {
  const kept = Math.min(mostShare, Math.max(share, allowed * leastShare));
  return Math.log(kept / (1 - kept) / (allowed / (1 - allowed)));
}

/** The rate alone, by as few steps as it takes: 0 where no rate holds, infinite where all do. */
export function rough(model: LatencyModel, allowed: number, guess: number, queries: number): number {
  return firstRoot(model, allowed, guess, { queries, seed: 1 }).qps;
}

/** The rate with as many queries as it takes to know it well, and how steep the curve is there. */
export function solve(model: LatencyModel, allowed: number, guess: number, effort: SolveEffort): Solved {
  const first = firstRoot(model, allowed, guess, { queries: effort.queries, seed: 1 });
  const isRate = first.qps > 0 && Number.isFinite(first.qps);
  return isRate ? refine(model, allowed, first, effort) : { ...first, standardError: 0 };
}

/** ln(root ÷ `near`) of a model of few traces, roughly; at most a half either way. */
export function rootNear(
  model: LatencyModel,
  allowed: number,
  near: number,
  queries: number,
  seed: number,
): number {
  const { qps } = firstRoot(model, allowed, near, { queries, seed, firstStep: 1.004 });
  return Math.max(-mostApart, Math.min(mostApart, Math.log(qps / near)));
}

const mostApart = 0.5;

interface FirstEffort {
  /** Simulated per evaluation, always with the same seed. */
  readonly queries: number;
  readonly seed: number;
  /** The first step away from the guess, as a factor of the rate. */
  readonly firstStep?: number;
}

function firstRoot(
  model: LatencyModel,
  allowed: number,
  guess: number,
  { queries, seed, firstStep = 1.02 }: FirstEffort,
): Pick<Solved, 'qps' | 'slope'> {
  const odds = (qps: number) => logOdds(model.shareOver(qps, queries, seed).share, allowed);
  const bracket = bracketOf(odds, guess, firstStep);
  if (bracket === 'none') return { qps: 0, slope: 1 };
  if (bracket === 'all') return { qps: Number.POSITIVE_INFINITY, slope: 1 };
  return rootIn(odds, bracket);
}

interface Bracket {
  readonly low: number;
  readonly high: number;
  readonly atLow: number;
  readonly atHigh: number;
}

const mostSteps = 40;

function bracketOf(
  odds: (qps: number) => number,
  guess: number,
  firstStep: number,
): Bracket | 'none' | 'all' {
  let at = guess;
  let here = odds(at);
  const up = here <= 0;
  let step = firstStep;
  for (let i = 0; i < mostSteps; i++) {
    const next = up ? at * step : at / step;
    const there = odds(next);
    if (up ? there > 0 : there <= 0)
      return up
        ? { low: at, atLow: here, high: next, atHigh: there }
        : { low: next, atLow: there, high: at, atHigh: here };
    at = next;
    here = there;
    step = Math.min(step ** 1.7, 2);
  }
  return up ? 'all' : 'none';
}

/** The root between the ends of a bracket, and how steep the curve is there. */
function rootIn(odds: (qps: number) => number, bracket: Bracket): Pick<Solved, 'qps' | 'slope'> {
  let { low, high, atLow, atHigh } = bracket;
  for (let i = 0; i < 14 && high / low > nearEnough; i++) {
    const straight = -atLow / (atHigh - atLow);
    const middle = low * (high / low) ** Math.min(0.85, Math.max(0.15, straight || 0.5));
    const there = odds(middle);
    if (there > 0) [high, atHigh] = [middle, there];
    else [low, atLow] = [middle, there];
    if (Math.abs(there) < oddsNearEnough) break;
  }
  const nearer = Math.abs(atHigh) < Math.abs(atLow) ? high : low;
  const slope = Math.max(leastSlope, (atHigh - atLow) / Math.log(high / low));
  const straight = low * (high / low) ** (-atLow / (atHigh - atLow));
  const qps = straight >= low && straight <= high ? straight : nearer;
  return { qps, slope };
}

/** Where a first root is near enough, as a factor of the rate and in odds. */
const nearEnough = 1.002;
const oddsNearEnough = 0.2;

/** From rates on either side, further apart than the noise between them. */
function refine(
  model: LatencyModel,
  allowed: number,
  first: Pick<Solved, 'qps' | 'slope'>,
  effort: SolveEffort,
): Solved {
  let { qps, slope } = first;
  let { queries } = effort;
  let aside = Math.min(0.1, 1 / slope);
  let standardError = Number.POSITIVE_INFINITY;
  for (let i = 0; i < 12; i++) {
    const below = model.shareOver(qps * Math.exp(-aside), queries, 2 + i);
    const above = model.shareOver(qps * Math.exp(aside), queries, 102 + i);
    const [atBelow, atAbove] = [logOdds(below.share, allowed), logOdds(above.share, allowed)];
    if (atBelow > 0 || atAbove < 0) {
      // The root is not between them.
      qps *= Math.exp(atBelow > 0 ? -1.5 * aside : 1.5 * aside);
      continue;
    }
    slope = Math.max(leastSlope, (atAbove - atBelow) / (2 * aside));
    const steep = Math.max(-atBelow, atAbove) > 4;
    if (steep && aside > 1e-4) {
      aside /= 2;
      continue;
    }
    if (!steep) qps *= Math.exp((aside * (-atBelow - atAbove)) / (atAbove - atBelow));
    const noise = Math.hypot(relativeError(below), relativeError(above)) / 2;
    standardError = noise / slope;
    const tooNoisy = noise > mostNoise && slope > leastSteep;
    const most = tooNoisy ? mostAgainstNoise : effort.mostQueries;
    if ((!tooNoisy && standardError <= effort.standardError) || 2 * queries > most) break;
    queries = Math.min(most, 4 * queries);
  }
  return { qps, slope, standardError: Math.min(0.1, standardError) };
}

/**
 * Near saturation, where the curve is steep, late queries come in rare long spells. Most simulations that are short have
 * too few of them, and a rate read off one would be too high: those are made longer, whatever the standard error.
 */
const mostNoise = 0.25;
const leastSteep = 40;
const mostAgainstNoise = 1e7;

/** However flat the curve: a slope below this would send the next step anywhere. */
const leastSlope = 0.5;

function relativeError({ share, standardError }: SimulatedShare): number {
  return share > 0 ? standardError / share : 1;
}
