/** One pair of runs, or of groups of repeats: ratio, interval and verdict. */
import type { ResultRun } from '../../results/types.js';
import { isKnownDifference, runDifferences } from '../differences/differences.js';
import { type LogRatio, logRatio, ratioInterval } from '../statistics/repeats-interval.js';
import { withinRunInterval } from '../statistics/within-run.js';
import type {
  CompareOptions,
  Difference,
  Interval,
  PairComparison,
  PairSide,
  SystemRuns,
  Verdict,
} from '../types.js';
import {
  comparedAllTheSame,
  differentHeadlines,
  filesDisagree,
  leftOut,
  mustMatchButDiffer,
  noInterval,
  notAlternating,
  notValid,
  onlyRequestedRates,
  requestedRates,
  sameRun,
  sameRunAllTheSame,
  tooFewForDrift,
  undecided,
} from '../words.js';
import { publishedRange } from './accelerator-match.js';
import type { RunPair } from './pair-runs.js';
import { commonFigure, figureOf, sideOf, worstOutcome } from './pair-side.js';
import { ratesOf } from './server-rates.js';
import { tokenNotes } from './tokens.js';
import { verdictOf } from './verdict.js';

/** A pair that was compared, or why it could not be. */
export type PairResult =
  | { readonly kind: 'compared'; readonly pair: PairComparison }
  | { readonly kind: 'no common figure' };

/** Compares one pair; `baseline` and `candidate` are the systems its runs come from. */
export function comparePair(
  pair: RunPair,
  baseline: SystemRuns,
  candidate: SystemRuns,
  options: CompareOptions,
): PairResult {
  const notes: string[] = [];
  const runs = [
    usable(pair.baseline, baseline.name, notes),
    usable(pair.candidate, candidate.name, notes),
  ] as const;
  const figure = commonFigure([...runs[0], ...runs[1]]);
  if (!figure || runs.some((side) => side.some((run) => !figureOf(run, figure))))
    return { kind: 'no common figure' };
  const sides = [sideOf(runs[0], figure), sideOf(runs[1], figure)] as const;
  const differences = runDifferences(runs[0], runs[1]);
  const sign = figure === 'latency' ? -1 : 1;
  const log = logRatio(repeats(runs[0], sides[0], sign), repeats(runs[1], sides[1], sign));
  const interval = intervalOf(log, sides, baseline, candidate);
  const rates = pair.scenario === 'Server' ? ratesOf(sides) : undefined;
  const doubtful = doubtfulRuns(pair);
  const [copy] = pair.candidate.flatMap(({ path }) => {
    const original = candidate.copies?.get(path);
    return original === undefined ? [] : [{ path, original }];
  });
  if (options.force) {
    if (copy) notes.push(sameRunAllTheSame(copy.path, copy.original));
    notes.push(...doubtful.map(({ path, disagreements }) => comparedAllTheSame(path, disagreements)));
  }
  notes.push(...tokenNotes(runs[0], runs[1]));
  if (headlinesDiffer(pair)) notes.push(differentHeadlines(figure));
  if (log && !log.driftRemoved)
    notes.push(runs.some((side) => side.length < 3) ? tooFewForDrift : notAlternating);
  const [a, b] = [sides[0].targetQps, sides[1].targetQps];
  if (rates === 'requested rates' && a !== undefined && b !== undefined) notes.push(requestedRates(a, b));
  const refused = options.force
    ? undefined
    : doubtful[0]
      ? filesDisagree(doubtful[0].path, doubtful[0].disagreements)
      : copy && sameRun(copy.path, copy.original);
  const compared: PairComparison = {
    benchmark: pair.benchmark,
    scenario: pair.scenario,
    baseline: sides[0],
    candidate: sides[1],
    ratio: log ? Math.exp(log.estimate) : (sides[1].value / sides[0].value) ** sign,
    interval,
    rates,
    verdict: refused ?? judged(sides, differences, rates, log, interval, options),
    differences,
    notes,
    published:
      figure === 'latency'
        ? undefined
        : publishedRange(options.published ?? [], baseline, pair.benchmark, pair.scenario, sides[0].value),
  };
  return { kind: 'compared', pair: compared };
}

/** The VALID runs where there are any; otherwise all of them. */
function usable(runs: readonly ResultRun[], system: string, notes: string[]): readonly ResultRun[] {
  const valid = runs.filter((run) => run.outcome.kind === 'valid' && run.throughput);
  if (valid.length === 0 || valid.length === runs.length) return runs;
  notes.push(leftOut(runs.length - valid.length, runs.length, system));
  return valid;
}

function repeats(runs: readonly ResultRun[], side: PairSide, sign: 1 | -1) {
  return runs.map((run) => {
    return { value: figureOf(run, side.figure)!.value ** sign, at: startOf(run) };
  });
}

/** Milliseconds since 1970, where the run says a date. */
function startOf({ startedAt }: ResultRun): number | undefined {
  if (startedAt === undefined) return undefined;
  const ms = Date.parse(startedAt);
  return Number.isNaN(ms) ? undefined : ms;
}

function intervalOf(
  log: LogRatio | undefined,
  sides: readonly [PairSide, PairSide],
  baseline: SystemRuns,
  candidate: SystemRuns,
): Interval {
  if (log) {
    const [outer, inner] = [ratioInterval(log, 0.95), ratioInterval(log, 0.9)];
    const drift = log.driftRemoved ? ', linear drift removed' : '';
    const counts = `${sides[0].runs.length} and ${sides[1].runs.length} runs`;
    const method = `Welch's t on logarithms, ${log.df.toFixed(1)} degrees of freedom, ${counts}${drift}`;
    return { kind: 'repeats', ...outer, low90: inner.low, high90: inner.high, method };
  }
  if (sides.some((side) => side.runs.some((run) => run.source === 'mlperf')))
    return noInterval('published logs');
  const [a, b] = [sides[0].runs[0]!, sides[1].runs[0]!];
  if (sides.some((side) => side.runs.length > 1)) return noInterval('single run on one side');
  if (a.scenario !== 'Offline') return noInterval('single runs outside Offline');
  const times = [baseline.completionsNs?.get(a.path), candidate.completionsNs?.get(b.path)] as const;
  if (!times[0] || !times[1]) return noInterval('no record of queries');
  const within = withinRunInterval(times[0], times[1]);
  if (!within) return noInterval('too few steps');
  const method = `block bootstrap over completions, ${within.blocks} blocks per run`;
  return { kind: 'within-run only', low: within.low, high: within.high, method };
}

function judged(
  sides: readonly [PairSide, PairSide],
  differences: readonly Difference[],
  rates: PairComparison['rates'],
  log: LogRatio | undefined,
  interval: Interval,
  options: CompareOptions,
): Verdict {
  const unlike = differences.filter((d) => d.severity === 'must match' && isKnownDifference(d));
  if (unlike.length > 0 && !options.force) return mustMatchButDiffer(unlike);
  const outcome = worstOutcome([...sides[0].runs, ...sides[1].runs]);
  if (outcome.kind !== 'valid' && !options.force) return notValid(outcome);
  if (rates === 'requested rates' && !options.force) return onlyRequestedRates;
  const margin = options.marginPercent / 100;
  const repeatsPerSide = Math.min(sides[0].runs.length, sides[1].runs.length);
  if (log) return verdictOf(log, margin, repeatsPerSide);
  if (interval.kind === 'none' && interval.reason === 'published logs')
    return undecided('published logs', margin);
  return undecided('single runs', margin, 3 - repeatsPerSide);
}

/** Runs whose files disagree, also among those that are not VALID: a run may have been made so to leave it out. */
function doubtfulRuns({ baseline, candidate }: RunPair) {
  return [...baseline, ...candidate].flatMap(({ path, disagreements = [] }) =>
    disagreements.length > 0 ? [{ path, disagreements }] : [],
  );
}

function headlinesDiffer(pair: RunPair): boolean {
  return new Set([...pair.baseline, ...pair.candidate].map((run) => run.throughput?.figure)).size > 1;
}
