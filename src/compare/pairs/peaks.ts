/** Two sides whose highest rates are known: peak against peak, and both at the lower of the two. */
import type { ResultRun } from '../../results/types.js';
import { beyondCurve, otherPercentiles } from '../server-words.js';
import { curveAt } from '../statistics/curve.js';
import { type Evidence, estimateOf, inverse, ratioOf } from '../statistics/evidence.js';
import type { PairComparison, PeakComparison, PeakEstimate, RateTail, SameRate, Verdict } from '../types.js';
import { noInterval, undecided } from '../words.js';
import { type Counts, searchInterval, verdictOfRatio } from './pair-ratio.js';
import { startOf } from './pair-runs.js';
import { type NamedRuns, peakOf } from './server-rates.js';

/** The peak of a run that has one. */
export function peakEvidence(run: ResultRun): Evidence {
  const { qps, lowQps, highQps } = peakOf(run)!;
  return { value: qps, low: lowQps, high: highQps, at: startOf(run) };
}

/**
 * `own` is what the pair says of peak against peak. `refused`: where the pair must not be judged; it then is not judged
 * at the same rate either.
 */
export function comparePeaks(
  sides: readonly [NamedRuns, NamedRuns],
  own: Required<Pick<PairComparison, 'ratio' | 'interval' | 'verdict'>>,
  margin: number,
  refused: Verdict | undefined,
): PeakComparison {
  const [baseline, candidate] = [peakEstimate(sides[0].runs), peakEstimate(sides[1].runs)];
  const qps = Math.min(baseline.qps, candidate.qps);
  return {
    percentile: peakOf(sides[0].runs[0]!)!.percentile,
    ownPeak: { baseline, candidate, ...own },
    sameRate: sameRate(sides, qps, margin, refused),
  };
}

function peakEstimate(runs: readonly ResultRun[]): PeakEstimate {
  const { value, low, high } = estimateOf(runs.map(peakEvidence));
  return { qps: value, lowQps: low, highQps: high, boundMs: peakOf(runs[0]!)!.boundMs };
}

/**
 * Latencies are compared as rates are, baseline ÷ candidate, and held against the same margin. Near a peak a latency
 * grows many times faster than the rate, so that systems whose peaks are equivalent may well differ here by more than the
 * margin: what a user of the slower one waits is no less real for that.
 */
function sameRate(
  sides: readonly [NamedRuns, NamedRuns],
  qps: number,
  margin: number,
  refused: Verdict | undefined,
): SameRate {
  const percentiles = new Set(sides.flatMap(({ runs }) => runs.map((run) => peakOf(run)!.percentile)));
  if (percentiles.size > 1) return { kind: 'none', qps, why: otherPercentiles };
  const [a, b] = [tailsAt(sides[0], qps), tailsAt(sides[1], qps)];
  if (a.kind === 'beyond') return { kind: 'none', qps, why: a.why };
  if (b.kind === 'beyond') return { kind: 'none', qps, why: b.why };
  const found = ratioOf(a.tails.map(inverse), b.tails.map(inverse));
  const counts: Counts = [a.tails.length, b.tails.length];
  const verdict = verdictOfRatio(found, margin, counts) ?? undecided('single runs', margin);
  return {
    kind: 'compared',
    qps,
    baseline: rateTail(a.tails, sides[0].runs),
    candidate: rateTail(b.tails, sides[1].runs),
    ratio: found.ratio,
    interval: searchInterval(found, counts, noInterval('no interval of its own')),
    verdict: refused ?? verdict,
  };
}

/** What the curve of each search says of this rate, or which of them does not reach it. */
function tailsAt({ name, runs }: NamedRuns, qps: number) {
  const tails: Evidence[] = [];
  for (const run of runs) {
    const reading = curveAt(peakOf(run)!.curve, qps);
    const which = runs.length > 1 ? `run ${run.runNumber} of ${name}` : name;
    if (reading.kind === 'beyond')
      return { kind: 'beyond', why: beyondCurve(which, qps, reading.from, reading.to) } as const;
    tails.push({ ...reading.tail, at: startOf(run) });
  }
  return { kind: 'read', tails } as const;
}

function rateTail(tails: readonly Evidence[], runs: readonly ResultRun[]): RateTail {
  const { value, low, high } = estimateOf(tails);
  const { boundMs } = peakOf(runs[0]!)!;
  return { ms: value, lowMs: low, highMs: high, boundMs, boundShare: value / boundMs };
}
