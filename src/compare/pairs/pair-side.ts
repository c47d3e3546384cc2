/** The figures of one side of a pair, from one or several runs. */
import { median } from 'simple-statistics';
import type { Outcome, ResultRun, ThroughputFigure } from '../../results/types.js';
import type { ComparedFigure, PairSide } from '../types.js';
import { cpuCoresOf, energyPerSampleOf } from './efficiency.js';
import { peakOf } from './server-rates.js';

/** One figure of a run, and which it is. */
interface Figure {
  readonly value: number;
  readonly unit: 'samples/s' | 'ms';
  readonly figure: ComparedFigure;
}

/**
 * A figure that all of these runs have: the headline where all have the same one, else completed, then scheduled
 * samples/s (rounds of MLPerf headline different rates), else undefined.
 */
export function commonFigure(runs: readonly ResultRun[]): ThroughputFigure | undefined {
  const headlines = new Set(runs.map((run) => run.throughput?.figure));
  const only = headlines.size === 1 ? [...headlines][0] : undefined;
  if (only) return only;
  const shared: readonly ThroughputFigure[] = ['completed samples/s', 'scheduled samples/s'];
  return shared.find((figure) => runs.every((run) => figureOf(run, figure)));
}

/** This figure of a run, where its files give it and it is above 0. */
export function figureOf(run: ResultRun, figure: ComparedFigure): Figure | undefined {
  const found = run.throughput?.figure === figure ? run.throughput.value : besideHeadline(run, figure);
  if (found === undefined || !(found > 0) || !Number.isFinite(found)) return undefined;
  return { value: found, unit: figure === 'latency' ? 'ms' : 'samples/s', figure };
}

function besideHeadline(run: ResultRun, figure: ComparedFigure): number | undefined {
  if (figure === 'peak samples/s') return peakOf(run)?.qps;
  if (figure === 'completed samples/s') return run.completedSamplesPerSecond;
  return figure === 'scheduled samples/s' ? run.scheduledSamplesPerSecond : undefined;
}

/** The side's figures; every run must have `figure`. */
export function sideOf(runs: readonly ResultRun[], figure: ComparedFigure): PairSide {
  const values = runs.map((run) => figureOf(run, figure)!.value);
  return {
    value: geometricMean(values),
    unit: figure === 'latency' ? 'ms' : 'samples/s',
    figure,
    runs,
    outcome: worstOutcome(runs),
    p99Ms: medianOf(runs.map((run) => run.latencyMs?.p99)),
    boundMs: runs[0]?.boundMs,
    boundShare: medianOf(runs.map((run) => run.boundShare)),
    targetQps: medianOf(runs.map((run) => run.targetQps)),
    cpuCores: cpuCoresOf(runs),
    energyPerSampleJ: energyPerSampleOf(runs),
  };
}

/** The worst outcome of the runs, with each reason once. */
export function worstOutcome(runs: readonly ResultRun[]): Outcome {
  const bad = runs.map((run) => run.outcome).filter((outcome) => outcome.kind !== 'valid');
  if (bad.length === 0) return { kind: 'valid' };
  const reasons = [...new Set(bad.flatMap((outcome) => outcome.reasons))];
  return { kind: bad.some((outcome) => outcome.kind === 'aborted') ? 'aborted' : 'invalid', reasons };
}

export function medianOf(values: readonly (number | undefined)[]): number | undefined {
  const known = values.filter((value): value is number => value !== undefined);
  return known.length ? median(known) : undefined;
}

/** Of values above 0, at least one; a single one as it is. */
export function geometricMean(values: readonly number[]): number {
  const logs = values.reduce((sum, value) => sum + Math.log(value), 0);
  return values.length === 1 ? values[0]! : Math.exp(logs / values.length);
}
