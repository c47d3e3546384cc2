/**
 * The interval of a ratio from repeated runs: Welch's t on logarithms, with a linear drift removed where the runs of
 * the two sides alternated in time.
 */
import { type Confidence, normalReach } from './normal.js';
import { tQuantile } from './student-t.js';

/** One run: its figure (> 0) and, where known, when it started (any unit, the same for all runs). */
export interface RepeatedRun {
  readonly value: number;
  readonly at?: number;
  /** Standard error of the logarithm of the figure, as the run alone tells it. */
  readonly ownError?: number;
}

/** The estimate on the log scale, from which every interval and test is computed. */
export interface LogRatio {
  /** log(candidate ÷ baseline), of geometric means. */
  readonly estimate: number;
  readonly standardError: number;
  /** Degrees of freedom (Satterthwaite), at least 1. */
  readonly df: number;
  readonly driftRemoved: boolean;
  /** Standard deviations of the log figures within each side, drift removed. */
  readonly baselineSd: number;
  readonly candidateSd: number;
  /** Standard error of the estimate by what each run says of itself; absent unless all do. */
  readonly ownError?: number;
}

/**
 * Two-sided interval of the ratio.
 *
 * A few runs may agree by chance better than any of them knows its own figure. The interval is then that of what the
 * runs know: their errors are independent, and the spread of the runs contains them, so that the wider of the two counts
 * and not their sum.
 */
export function ratioInterval(log: LogRatio, confidence: Confidence): { low: number; high: number } {
  const half = Math.max(halfOfSpread(log, confidence), halfOfOwn(log, confidence));
  return { low: Math.exp(log.estimate - half), high: Math.exp(log.estimate + half) };
}

/** Whether the 95% interval is as wide as it is because of what each run says of itself. */
export function isOwnErrorWider(log: LogRatio): boolean {
  return halfOfOwn(log, 0.95) > halfOfSpread(log, 0.95);
}

function halfOfSpread({ df, standardError }: LogRatio, confidence: Confidence): number {
  return tQuantile(0.5 + confidence / 2, df) * standardError;
}

function halfOfOwn({ ownError = 0 }: LogRatio, confidence: Confidence): number {
  return normalReach[confidence] * ownError;
}

/**
 * Log ratio of two sides with at least two runs each; undefined where a side has fewer.
 *
 * The model is log value = side + drift · time + noise, with a variance of its own for each side. Its
 * standard error is the HC2 sandwich and its degrees of freedom are Satterthwaite's for that quadratic form;
 * without the drift term both reduce to Welch's. The drift term enters by the design, not by looking at the
 * data: only where the sides alternated in time and there are at least three runs per side, since with one side
 * entirely after the other, drift cannot be told apart from a difference.
 */
export function logRatio(
  baseline: readonly RepeatedRun[],
  candidate: readonly RepeatedRun[],
): LogRatio | undefined {
  if (baseline.length < 2 || candidate.length < 2) return undefined;
  const runs = [...baseline, ...candidate];
  const driftRemoved = Math.min(baseline.length, candidate.length) >= 3 && alternates(baseline, candidate);
  const times = driftRemoved ? standardized(runs.map((run) => run.at!)) : undefined;
  const y = runs.map((run) => Math.log(run.value));
  const errors = runs.flatMap((run) => run.ownError ?? []);
  return leastSquares(y, baseline.length, times, errors.length === runs.length ? errors : undefined);
}

/** Whether the sides take turns in time at least as often as the side with fewer runs has runs. */
export function alternates(baseline: readonly RepeatedRun[], candidate: readonly RepeatedRun[]): boolean {
  const order = [
    ...baseline.map((run) => ({ at: run.at, side: 0 })),
    ...candidate.map((run) => ({ at: run.at, side: 1 })),
  ];
  if (order.some((run) => run.at === undefined || !Number.isFinite(run.at))) return false;
  order.sort((a, b) => a.at! - b.at!);
  let changes = 0;
  for (let i = 1; i < order.length; i++) if (order[i]!.side !== order[i - 1]!.side) changes++;
  return changes >= Math.min(baseline.length, candidate.length);
}

function standardized(times: readonly number[]): number[] {
  const mean = times.reduce((sum, t) => sum + t, 0) / times.length;
  const span = Math.max(...times) - Math.min(...times) || 1;
  return times.map((t) => (t - mean) / span);
}

/**
 * Least squares of y on the sides' means and, where given, time; the contrast is candidate − baseline. `errors` are
 * standard errors of y.
 */
function leastSquares(
  y: readonly number[],
  n1: number,
  times: readonly number[] | undefined,
  errors: readonly number[] | undefined,
): LogRatio {
  const n = y.length;
  const rows = residualMaker(n, n1, times);
  const weights = contrastWeights(n, n1, times);
  const residuals = rows.map((row) => dot(row, y));
  const freedom = rows.map((row, i) => row[i]!);
  // HC2: each squared residual is divided by the share of its own noise that it kept.
  const squares = residuals.map((e, i) => (e * e) / freedom[i]!);
  const variance = [sideMean(squares, 0, n1), sideMean(squares, n1, n)] as const;
  const scale = weights.map((w, i) => (w * w) / freedom[i]!);
  const errorVariance = residuals.reduce((sum, e, i) => sum + e * e * scale[i]!, 0);
  return {
    estimate: dot(weights, y),
    standardError: Math.sqrt(errorVariance),
    df: satterthwaite(rows, scale, (i) => variance[i < n1 ? 0 : 1]),
    driftRemoved: times !== undefined,
    baselineSd: Math.sqrt(variance[0]),
    candidateSd: Math.sqrt(variance[1]),
    ...(errors && { ownError: Math.hypot(...weights.map((w, i) => w * errors[i]!)) }),
  };
}

/** 2·E²/Var of the quadratic form e′·diag(scale)·e, under independent noise with these variances. */
function satterthwaite(
  rows: readonly (readonly number[])[],
  scale: readonly number[],
  variance: (index: number) => number,
): number {
  const n = rows.length;
  let trace = 0;
  let traceOfSquare = 0;
  for (let i = 0; i < n; i++)
    for (let j = 0; j < n; j++) {
      let g = 0;
      for (let k = 0; k < n; k++) g += rows[i]![k]! * scale[k]! * rows[k]![j]!;
      if (i === j) trace += g * variance(i);
      traceOfSquare += g * variance(j) * g * variance(i);
    }
  return traceOfSquare > 0 ? Math.max(1, (trace * trace) / traceOfSquare) : n - 2;
}

/** I − X(X′X)⁻¹X′: what remains of each observation after the fit. */
function residualMaker(n: number, n1: number, times: readonly number[] | undefined): number[][] {
  const within = times && centered(times, n1);
  const sum = within ? dot(within, within) : 0;
  return Array.from({ length: n }, (_, i) =>
    Array.from({ length: n }, (_, j) => {
      const side = i < n1 === j < n1 ? 1 / (i < n1 ? n1 : n - n1) : 0;
      const drift = within ? (within[i]! * within[j]!) / sum : 0;
      return (i === j ? 1 : 0) - side - drift;
    }),
  );
}

/** The weights of the observations in the estimated difference of the sides. */
function contrastWeights(n: number, n1: number, times: readonly number[] | undefined): number[] {
  const means = Array.from({ length: n }, (_, i) => (i < n1 ? -1 / n1 : 1 / (n - n1)));
  if (!times) return means;
  const within = centered(times, n1);
  const gap = dot(means, times);
  const sum = dot(within, within);
  return means.map((w, i) => w - (gap * within[i]!) / sum);
}

/** Times minus the mean time of their side. */
function centered(times: readonly number[], n1: number): number[] {
  const means = [sideMean(times, 0, n1), sideMean(times, n1, times.length)] as const;
  return times.map((t, i) => t - means[i < n1 ? 0 : 1]);
}

function sideMean(values: readonly number[], from: number, to: number): number {
  let sum = 0;
  for (let i = from; i < to; i++) sum += values[i]!;
  return sum / (to - from);
}

function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, i) => sum + value * b[i]!, 0);
}
