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
import { publishedRange } from './accelerator-match.js';
import type { RunPair } from './pair-runs.js';
import { commonFigure, figureOf, outcomeOf, sideOf } from './pair-side.js';
import { askedRates, ratesOf } from './server-rates.js';
import { verdictOf } from './verdict.js';

/** Compares one pair; `baseline` and `candidate` are the systems its runs come from. */
export function comparePair(
  pair: RunPair,
  baseline: SystemRuns,
  candidate: SystemRuns,
  options: CompareOptions,
): PairComparison | string {
  const notes: string[] = [];
  const runs = [
    usable(pair.baseline, baseline.name, notes),
    usable(pair.candidate, candidate.name, notes),
  ] as const;
  const figure = commonFigure([...runs[0], ...runs[1]]);
  if (!figure || runs.some((side) => side.some((run) => !figureOf(run, figure))))
    return 'the two sides have no figure above 0 in common';
  const sides = [sideOf(runs[0], figure), sideOf(runs[1], figure)] as const;
  const differences = runDifferences(runs[0][0]!, runs[1][0]!);
  const sign = figure === 'latency' ? -1 : 1;
  const log = logRatio(repeats(runs[0], sides[0], sign), repeats(runs[1], sides[1], sign));
  const interval = intervalOf(log, sides, baseline, candidate);
  const rates = pair.scenario === 'Server' ? ratesOf(sides) : undefined;
  if (headlinesDiffer(pair)) notes.push(`The rounds headline different rates; compared is ${figure}.`);
  if (log && !log.driftRemoved && log.df > 0) notes.push(orderNote(runs));
  const asked = rates === 'requested rates' ? askedRates(sides) : undefined;
  if (asked) notes.push(asked);
  return {
    benchmark: pair.benchmark,
    scenario: pair.scenario,
    baseline: sides[0],
    candidate: sides[1],
    ratio: log ? Math.exp(log.estimate) : (sides[1].value / sides[0].value) ** sign,
    interval,
    rates,
    verdict: judged(sides, differences, rates, log, interval, options),
    differences,
    notes,
    published:
      figure === 'latency'
        ? undefined
        : publishedRange(options.published ?? [], baseline, pair.benchmark, pair.scenario, sides[0].value),
  };
}

/** The VALID runs where there are any; otherwise all of them. */
function usable(runs: readonly ResultRun[], system: string, notes: string[]): readonly ResultRun[] {
  const valid = runs.filter((run) => run.outcome.kind === 'valid' && run.throughput);
  if (valid.length === 0 || valid.length === runs.length) return runs;
  notes.push(`${runs.length - valid.length} of ${runs.length} runs of ${system} are not VALID and left out.`);
  return valid;
}

function repeats(runs: readonly ResultRun[], side: PairSide, sign: 1 | -1) {
  return runs.map((run) => {
    const at = run.startedAt === undefined ? Number.NaN : Date.parse(run.startedAt);
    return { value: figureOf(run, side.figure)!.value ** sign, at: Number.isNaN(at) ? undefined : at };
  });
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
    return { kind: 'none', why: 'published logs hold one run and no record of its queries' };
  const [a, b] = [sides[0].runs[0]!, sides[1].runs[0]!];
  if (sides.some((side) => side.runs.length > 1)) return { kind: 'none', why: 'one side has a single run' };
  if (a.scenario !== 'Offline')
    return { kind: 'none', why: 'there is one run a side, and only Offline can be resampled' };
  const times = [baseline.completionsNs?.get(a.path), candidate.completionsNs?.get(b.path)] as const;
  if (!times[0] || !times[1])
    return { kind: 'none', why: 'there is one run a side, and not both have a record of their queries' };
  const within = withinRunInterval(times[0], times[1]);
  if (!within) return { kind: 'none', why: 'the runs completed in too few steps to be resampled' };
  const method = `block bootstrap over completions, ${within.blocks} blocks a run`;
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
  if (unlike.length > 0 && !options.force)
    return { kind: 'not comparable', why: `${unlike.map((d) => d.label).join(', ')} must match and differ` };
  const outcome = outcomeOf([...sides[0].runs, ...sides[1].runs]);
  if (outcome.kind !== 'valid' && !options.force)
    return {
      kind: 'not comparable',
      why: `a side is ${outcome.kind.toUpperCase()}: ${outcome.reasons.map((reason) => reason.replace(/\.$/, '')).join('; ')}`,
    };
  if (rates === 'requested rates' && !options.force)
    return { kind: 'not comparable', why: 'requested rates, neither system is known to be at its highest' };
  const repeatsASide = Math.min(sides[0].runs.length, sides[1].runs.length);
  if (log) return verdictOf(log, options.marginPercent / 100, repeatsASide);
  if (interval.kind === 'within-run only')
    return { kind: 'undecided', why: 'one run a side says nothing of how runs differ', moreRepeats: 2 };
  const published = sides.some((side) => side.runs.some((run) => run.source === 'mlperf'));
  if (published) return { kind: 'undecided', why: 'published logs carry no spread' };
  return {
    kind: 'undecided',
    why: 'one run a side says nothing of how runs differ',
    moreRepeats: 3 - repeatsASide,
  };
}

function headlinesDiffer(pair: RunPair): boolean {
  return new Set([...pair.baseline, ...pair.candidate].map((run) => run.throughput?.figure)).size > 1;
}

function orderNote(runs: readonly (readonly ResultRun[])[]): string {
  return runs.some((side) => side.length < 3)
    ? 'With fewer than three runs a side, a drift cannot be told from a difference.'
    : 'The runs of the two sides did not alternate in time, so a drift of the machine would look like a difference.';
}
