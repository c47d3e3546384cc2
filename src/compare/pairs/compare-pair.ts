/** One pair of runs, or of groups of repeats: ratio, interval and verdict. */
import type { ResultRun } from '../../results/types.js';
import { runDifferences } from '../differences/differences.js';
import { type Evidence, inverse, type RatioEvidence, ratioOf } from '../statistics/evidence.js';
import { withinRunInterval } from '../statistics/within-run.js';
import type {
  ComparedFigure,
  CompareOptions,
  Interval,
  PairComparison,
  SystemRuns,
  Unpaired,
  Verdict,
} from '../types.js';
import {
  comparedAllTheSame,
  differentHeadlines,
  leftOut,
  noCommonFigure,
  noInterval,
  notAlternating,
  requestedRates,
  sameRunAllTheSame,
  tooFewForDrift,
  undecided,
} from '../words.js';
import { publishedRange } from './accelerator-match.js';
import { type Counts, repeatsInterval, searchInterval, verdictOfRatio } from './pair-ratio.js';
import { type RunPair, startOf } from './pair-runs.js';
import { commonFigure, figureOf, medianOf, sideOf } from './pair-side.js';
import { comparePeaks, peakEvidence } from './peaks.js';
import { type Doubts, doubtfulRuns, refusal } from './refusal.js';
import { type NamedRuns, type ServerRates, serverRates } from './server-rates.js';
import { tailsOf } from './tails.js';
import { tokenNotes } from './tokens.js';

/** A pair that was compared, or why it could not be. */
export type PairResult =
  | { readonly kind: 'compared'; readonly pair: PairComparison }
  | ({ readonly kind: 'left' } & Pick<Unpaired, 'reason' | 'why'>);

/** Compares one pair; `baseline` and `candidate` are the systems its runs come from. */
export function comparePair(
  pair: RunPair,
  baseline: SystemRuns,
  candidate: SystemRuns,
  options: CompareOptions,
): PairResult {
  const invalid: string[] = [];
  const runs = [
    usable(pair.baseline, baseline.name, invalid),
    usable(pair.candidate, candidate.name, invalid),
  ] as const;
  const named: readonly [NamedRuns, NamedRuns] = [
    { name: baseline.name, runs: runs[0] },
    { name: candidate.name, runs: runs[1] },
  ];
  const rates = pair.scenario === 'Server' ? serverRates(named) : undefined;
  const figure = rates?.kind === 'peaks' ? 'peak samples/s' : commonFigure([...runs[0], ...runs[1]]);
  if (!figure || runs.some((side) => side.some((run) => !figureOf(run, figure))))
    return { kind: 'left', ...noFigure(rates) };
  const tails = pair.scenario === 'Server' ? tailsOf(runs, [baseline, candidate]) : undefined;
  const sides = [
    { ...sideOf(runs[0], figure), tail: tails?.sides[0] },
    { ...sideOf(runs[1], figure), tail: tails?.sides[1] },
  ] as const;
  const found = ratioOf(evidenceOf(runs[0], figure), evidenceOf(runs[1], figure));
  const doubts = doubtsOf(pair, runs, candidate, rates);
  const refused = refusal([...runs[0], ...runs[1]], doubts, options.force);
  const margin = options.marginPercent / 100;
  const interval = intervalOf(found, runs, figure, [baseline, candidate]);
  const verdict = refused ?? verdictOf(found, runs, interval, margin);
  const own = { ratio: found.ratio, interval, verdict };
  const compared: PairComparison = {
    benchmark: pair.benchmark,
    scenario: pair.scenario,
    baseline: sides[0],
    candidate: sides[1],
    ...(rates?.kind === 'no peak' ? { interval: noInterval('no peak'), verdict } : own),
    rates: rates && (rates.kind === 'peaks' ? 'highest rates' : 'requested rates'),
    ...(rates?.kind === 'peaks' && { peaks: comparePeaks(named, own, margin, refused) }),
    ...(tails?.tails && { tails: tails.tails }),
    differences: doubts.differences,
    notes: [...invalid, ...notesOf(pair, runs, doubts, found, options)],
    published:
      figure === 'latency'
        ? undefined
        : publishedRange(options.published ?? [], baseline, pair.benchmark, pair.scenario, sides[0].value),
  };
  return { kind: 'compared', pair: compared };
}

type Runs = readonly [readonly ResultRun[], readonly ResultRun[]];

/** The VALID runs where there are any; otherwise all of them. */
function usable(runs: readonly ResultRun[], system: string, notes: string[]): readonly ResultRun[] {
  const valid = runs.filter((run) => run.outcome.kind === 'valid' && run.throughput);
  if (valid.length === 0 || valid.length === runs.length) return runs;
  notes.push(leftOut(runs.length - valid.length, runs.length, system));
  return valid;
}

function noFigure(rates: ServerRates | undefined): Pick<Unpaired, 'reason' | 'why'> {
  return rates?.kind === 'no peak' ? { reason: 'no peak', why: rates.verdict.why } : noCommonFigure;
}

/** Rates; of a latency its inverse. */
function evidenceOf(runs: readonly ResultRun[], figure: ComparedFigure): Evidence[] {
  if (figure === 'peak samples/s') return runs.map(peakEvidence);
  const found = runs.map((run) => ({ value: figureOf(run, figure)!.value, at: startOf(run) }));
  return figure === 'latency' ? found.map(inverse) : found;
}

function doubtsOf(pair: RunPair, runs: Runs, candidate: SystemRuns, rates: ServerRates | undefined): Doubts {
  const [copy] = pair.candidate.flatMap(({ path }) => {
    const original = candidate.copies?.get(path);
    return original === undefined ? [] : [{ path, original }];
  });
  return { doubtful: doubtfulRuns(pair), copy, differences: runDifferences(runs[0], runs[1]), rates };
}

function intervalOf(
  found: RatioEvidence,
  runs: Runs,
  figure: ComparedFigure,
  systems: readonly [SystemRuns, SystemRuns],
): Interval {
  const counts: Counts = [runs[0].length, runs[1].length];
  if (figure === 'peak samples/s') return searchInterval(found, counts, noInterval('no interval of its own'));
  if (found.kind === 'repeats') return repeatsInterval(found.log, counts);
  if (runs.flat().some((run) => run.source === 'mlperf')) return noInterval('published logs');
  if (counts.some((count) => count > 1)) return noInterval('single run on one side');
  const [a, b] = [runs[0][0]!, runs[1][0]!];
  if (a.scenario !== 'Offline') return noInterval('single runs outside Offline');
  const times = [systems[0].completionsNs?.get(a.path), systems[1].completionsNs?.get(b.path)] as const;
  if (!times[0] || !times[1]) return noInterval('no record of queries');
  const within = withinRunInterval(times[0], times[1]);
  if (!within) return noInterval('too few steps');
  const method = `block bootstrap over completions, ${within.blocks} blocks per run`;
  return { kind: 'within-run only', low: within.low, high: within.high, method };
}

function verdictOf(found: RatioEvidence, runs: Runs, interval: Interval, margin: number): Verdict {
  const counts: Counts = [runs[0].length, runs[1].length];
  const verdict = verdictOfRatio(found, margin, counts);
  if (verdict) return verdict;
  if (interval.kind === 'none' && interval.reason === 'published logs')
    return undecided('published logs', margin);
  return undecided('single runs', margin, 3 - Math.min(...counts));
}

function notesOf(
  pair: RunPair,
  runs: Runs,
  { doubtful, copy, rates }: Doubts,
  found: RatioEvidence,
  { force }: CompareOptions,
): string[] {
  const notes: string[] = [];
  if (force && copy) notes.push(sameRunAllTheSame(copy.path, copy.original));
  if (force)
    notes.push(...doubtful.map(({ path, disagreements }) => comparedAllTheSame(path, disagreements)));
  notes.push(...tokenNotes(runs[0], runs[1]));
  const headlines = new Set([...pair.baseline, ...pair.candidate].map((run) => run.throughput?.figure));
  const figure = commonFigure(runs.flat());
  if (headlines.size > 1 && figure && rates?.kind !== 'peaks') notes.push(differentHeadlines(figure));
  if (found.kind === 'repeats' && !found.log.driftRemoved)
    notes.push(runs.some((side) => side.length < 3) ? tooFewForDrift : notAlternating);
  if (rates?.kind === 'requested') notes.push(...askedRates(runs), ...rates.notes);
  return notes;
}

function askedRates(runs: Runs): string[] {
  const [a, b] = runs.map((side) => medianOf(side.map((run) => run.targetQps)));
  return a === undefined || b === undefined ? [] : [requestedRates(a, b)];
}
