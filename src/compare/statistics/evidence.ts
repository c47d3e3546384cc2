/**
 * Ratios of figures that bring an interval of their own, as the peak of a search or the p99 of a run does: from repeats
 * where both sides have them, else from what each run or search says of itself.
 */
import { type Confidence, normalReach } from './normal.js';
import { type LogRatio, logRatio } from './repeats-interval.js';
import { tQuantile } from './student-t.js';

/** A figure above 0, with its own 95% interval and when it was measured (any unit), where known. */
export interface Evidence {
  readonly value: number;
  readonly low?: number;
  readonly high?: number;
  readonly at?: number;
}

/** The 95% interval of a ratio, and the 90% interval of the equivalence test. */
export interface Limits {
  readonly low: number;
  readonly high: number;
  readonly low90: number;
  readonly high90: number;
}

export type RatioEvidence = { readonly ratio: number } & (
  | { readonly kind: 'repeats'; readonly log: LogRatio }
  /** At least one side is a single run or search. */
  | { readonly kind: 'own'; readonly limits: Limits }
  | { readonly kind: 'none' }
);

/** How far an interval reaches from its middle to either side, on the log scale. */
interface Reach {
  readonly down: number;
  readonly up: number;
}

/** Candidate ÷ baseline; each side has at least one figure. */
export function ratioOf(baseline: readonly Evidence[], candidate: readonly Evidence[]): RatioEvidence {
  const log = logRatio(baseline.map(withError), candidate.map(withError));
  if (log) return { kind: 'repeats', ratio: Math.exp(log.estimate), log };
  const estimate = meanLog(candidate) - meanLog(baseline);
  const ratio = estimateOf(candidate).value / estimateOf(baseline).value;
  const [outer, inner] = ([0.95, 0.9] as const).map((level) =>
    combined(baseline, candidate, estimate, level),
  );
  if (!outer || !inner) return { kind: 'none', ratio };
  return { kind: 'own', ratio, limits: { ...outer, low90: inner.low, high90: inner.high } };
}

/** The geometric mean of a side, with its 95% interval where there is one. */
export function estimateOf(side: readonly Evidence[]): Omit<Evidence, 'at'> {
  const reach = reachOf(side, 0.95);
  if (side.length === 1) {
    const { value, low, high } = side[0]!;
    return reach ? { value, low, high } : { value };
  }
  const middle = meanLog(side);
  const value = Math.exp(middle);
  return reach ? { value, low: Math.exp(middle - reach.down), high: Math.exp(middle + reach.up) } : { value };
}

/** 1 ÷ the figure: a latency as a rate. */
export function inverse({ value, low, high, at }: Evidence): Evidence {
  return { value: 1 / value, low: high && 1 / high, high: low && 1 / low, at };
}

/**
 * The reaches of two independent intervals combined as squares, each side of the ratio from the two ends that make it
 * extreme (MOVER; Zou and Donner, 2008): what is known less well upwards than downwards stays so.
 */
function combined(
  baseline: readonly Evidence[],
  candidate: readonly Evidence[],
  estimate: number,
  confidence: Confidence,
): { low: number; high: number } | undefined {
  const [a, b] = [reachOf(baseline, confidence), reachOf(candidate, confidence)];
  if (!a || !b) return undefined;
  return {
    low: Math.exp(estimate - Math.hypot(b.down, a.up)),
    high: Math.exp(estimate + Math.hypot(b.up, a.down)),
  };
}

/**
 * Of a single figure its own interval; of several the t interval of their mean, but no less than what their own
 * intervals say of it.
 */
function reachOf(side: readonly Evidence[], confidence: Confidence): Reach | undefined {
  const own = side.flatMap((one) => ownReach(one) ?? []);
  const narrower = normalReach[confidence] / normalReach[0.95];
  const mean = (of: keyof Reach) => (narrower * Math.hypot(...own.map((reach) => reach[of]))) / side.length;
  const known = own.length === side.length;
  if (side.length === 1) return known ? { down: mean('down'), up: mean('up') } : undefined;
  const spread = halfOfMean(side, confidence);
  return known
    ? { down: Math.max(spread, mean('down')), up: Math.max(spread, mean('up')) }
    : { down: spread, up: spread };
}

/** Half of the t interval of the mean of the logarithms. */
function halfOfMean(side: readonly Evidence[], confidence: Confidence): number {
  const middle = meanLog(side);
  const squares = side.reduce((sum, { value }) => sum + (Math.log(value) - middle) ** 2, 0);
  const df = side.length - 1;
  return tQuantile(0.5 + confidence / 2, df) * Math.sqrt(squares / df / side.length);
}

function ownReach({ value, low, high }: Evidence): Reach | undefined {
  if (low === undefined || high === undefined || !(low > 0) || !Number.isFinite(high)) return undefined;
  return { down: Math.max(0, Math.log(value / low)), up: Math.max(0, Math.log(high / value)) };
}

function withError(one: Evidence) {
  const reach = ownReach(one);
  return { value: one.value, at: one.at, ownError: reach && (reach.down + reach.up) / 2 / normalReach[0.95] };
}

function meanLog(side: readonly Evidence[]): number {
  return side.reduce((sum, { value }) => sum + Math.log(value), 0) / side.length;
}
