/** Server latencies at the bound's percentile, as the runs of a pair had them: of each side, and side against side. */
import type { ResultRun } from '../../results/types.js';
import { percentileName } from '../server-words.js';
import { type Evidence, estimateOf, inverse, ratioOf } from '../statistics/evidence.js';
import type { Interval, NoIntervalReason, PairComparison, SystemRuns, TailEstimate } from '../types.js';
import { noInterval } from '../words.js';
import { type Counts, repeatsInterval } from './pair-ratio.js';
import { startOf } from './pair-runs.js';

export interface PairTails {
  readonly tails?: PairComparison['tails'];
  /** Of the baseline and of the candidate. */
  readonly sides: readonly [TailEstimate | undefined, TailEstimate | undefined];
}

const nothing: PairTails = { sides: [undefined, undefined] };

/** `runs` are those of the two systems; nothing where they have no such latency, or those of other percentiles. */
export function tailsOf(
  runs: readonly [readonly ResultRun[], readonly ResultRun[]],
  systems: readonly [SystemRuns, SystemRuns],
): PairTails {
  const [percentile, ...others] = new Set(runs.flat().map((run) => run.percentile));
  if (percentile === undefined || others.length > 0) return nothing;
  const [a, b] = [evidenceOf(runs[0], systems[0]), evidenceOf(runs[1], systems[1])];
  if (!a || !b) return nothing;
  const found = ratioOf(a.map(inverse), b.map(inverse));
  const counts: Counts = [a.length, b.length];
  const method = methodOf(percentile);
  const interval: Interval =
    found.kind === 'repeats'
      ? repeatsInterval(found.log, counts)
      : found.kind === 'own'
        ? { kind: 'within-run only', low: found.limits.low, high: found.limits.high, method }
        : noInterval(reasonOf(runs, systems));
  return {
    tails: { percentile, ratio: found.ratio, interval },
    sides: [sideTail(a, percentile), sideTail(b, percentile)],
  };
}

/** One latency per run; undefined unless every run has one. */
function evidenceOf(runs: readonly ResultRun[], { tails }: SystemRuns): readonly Evidence[] | undefined {
  const found = runs.flatMap((run): Evidence[] => {
    const at = startOf(run);
    const tail = tails?.get(run.path);
    if (tail && tail.ms > 0) return [{ value: tail.ms, low: tail.lowMs, high: tail.highMs, at }];
    const value = (run.boundShare ?? Number.NaN) * (run.boundMs ?? Number.NaN);
    return value > 0 ? [{ value, at }] : [];
  });
  return found.length === runs.length ? found : undefined;
}

function sideTail(side: readonly Evidence[], percentile: number): TailEstimate | undefined {
  const { value, low, high } = estimateOf(side);
  if (low === undefined || high === undefined) return undefined;
  const method = side.length === 1 ? methodOf(percentile) : `t on logarithms over ${side.length} runs`;
  return { ms: value, lowMs: low, highMs: high, percentile, method };
}

function methodOf(percentile: number): string {
  return `order statistics of ${percentileName(percentile)}, widened by how neighbouring queries hang together`;
}

function reasonOf(
  runs: readonly [readonly ResultRun[], readonly ResultRun[]],
  systems: readonly [SystemRuns, SystemRuns],
): NoIntervalReason {
  if (runs.flat().some((run) => run.source === 'mlperf')) return 'published logs';
  const read = systems.every(({ tails }, side) => runs[side]!.every((run) => tails?.has(run.path)));
  return read ? 'too few latencies' : 'no record of queries';
}
