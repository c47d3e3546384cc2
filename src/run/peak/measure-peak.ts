/** Measures a run whose rate is searched: the search over short probes, then runs of full length at what it found. */
import { latencyAtNs } from '../../engine/facts.js';
import { type EffectiveSettings, minUnderlatencyQueries } from '../../loadgen/index.js';
import type { ProbedRates } from '../../plan/requested.js';
import type { Peak } from '../../results/document/peak.js';
import type { Outcome } from '../../results/types.js';
import { type Attempt, checkedSettings, measureAttempt, type OpenedRun } from '../measuring/attempt.js';
import type { Measurement } from '../measuring/measure.js';
import { dropProbes, type EarlierProbes, earlierProbes } from './evidence.js';
import { finalRuns, type Judged } from './finals.js';
import { searchRun } from './search-run.js';
import type { MeasuredProbe } from './target.js';
import { whyNoPeak } from './why.js';

/** What a searched run came to: its last measurement, and the search. */
export interface MeasuredPeak extends Attempt {
  readonly peak: Peak;
  /** Why there is no run at the peak, where there is none. */
  readonly ownReasons: readonly string[];
  /** Removes what was kept of the search, once its run is written. */
  readonly dropProbes: () => Promise<void>;
}

/**
 * @param samplesPerSecond what the system completes where all is given at once
 * @param judge the outcome of a run of full length
 * @throws the signal's reason where it is stopped before a probe was measured
 */
export async function measurePeak(
  opened: OpenedRun,
  samplesPerSecond: number,
  judge: (attempt: Attempt) => Outcome,
): Promise<MeasuredPeak> {
  const { run, sut, path, identity, hooks } = opened;
  const { signal, onEvent } = hooks;
  // A search must not end at a disk or a memory that cannot take its run.
  const effective = await checkedSettings(opened, ratesAt(samplesPerSecond));
  const leftOut = (message: string) => onEvent({ type: 'problem', run, message });
  const kept = hooks.resume ? await earlierProbes(path, identity, sut.phase.lengthOf, leftOut) : noProbes;
  const before = kept.probes;
  if (before.length > 0) opened.say(`taking up ${before.length} probes of a search that was stopped`);
  const { last, slowest, ...searched } = await searchRun(opened, effective, before);
  const { finding: found, ...observed } = searched;
  // The query alone is the one that the run's document and record are of.
  const finding = found.kind === 'none holds' && slowest ? { ...found, lone: loneOf(slowest) } : found;
  const drop = () => dropProbes(path, kept.folders);
  const withoutRun = (probe: MeasuredProbe, finals: Peak['finals'] = []): MeasuredPeak => ({
    ...observed,
    effective: signal.aborted ? probe.settings.asRun : probe.settings.own,
    measurement: signal.aborted ? stoppedAt(probe) : probe.measurement,
    peak: { ...finding, finals },
    ownReasons: signal.aborted ? [] : [whyNoPeak(finding, probe.request)],
    dropProbes: drop,
  });
  if (!signal.aborted) onEvent({ type: 'peak-found', run, finding });
  if (signal.aborted || finding.kind !== 'found') {
    const probe = finding.kind === 'none holds' ? slowest : last;
    if (!probe) throw signal.reason;
    return withoutRun(probe);
  }
  const full = async (targetQps: number): Promise<Judged<Attempt>> => {
    const attempt = await measureAttempt(opened, ratesAt(targetQps));
    if (!attempt.measurement.phaseResults[0]) return {};
    const tailMs = tailMsOf(attempt.measurement, attempt.effective);
    return { measured: { attempt, tailMs, outcome: judge(attempt) } };
  };
  const { boundMs, percentile } = finding;
  const { minQueryCount, minDurationNs } = effective;
  const fewest = minUnderlatencyQueries(0, percentile);
  const mayHold = (qps: number) => Math.max(minQueryCount, (qps * minDurationNs) / 1e9) >= fewest;
  const { attempt, finals, stopped } = await finalRuns(finding, full, mayHold, (final, nextQps) =>
    onEvent({ type: 'peak-final', run, final, nextQps, boundMs, percentile }),
  );
  if (!stopped && attempt)
    return { ...attempt, peak: { ...finding, finals }, ownReasons: [], dropProbes: drop };
  if (!last) throw signal.reason;
  return withoutRun(last, finals);
}

const noProbes: EarlierProbes = { probes: [], folders: [] };

/** The same rate for all that a run may ask for; the search leaves nothing open. */
function ratesAt(rate: number): ProbedRates {
  return { serverTargetQps: rate, offlineExpectedQps: rate, samplesPerSecond: rate };
}

/** Latency at the percentile of the bound, milliseconds. */
function tailMsOf({ phaseResults }: Measurement, effective: EffectiveSettings): number {
  return latencyAtNs(phaseResults[0]!, effective, effective.targetLatencyPercentile) / 1e6;
}

function loneOf({ measurement, settings }: MeasuredProbe): Peak['lone'] {
  const p50Ms = latencyAtNs(measurement.phaseResults[0]!, settings.own, 0.5) / 1e6;
  return { p50Ms, tailMs: tailMsOf(measurement, settings.own) };
}

/** A probe as the last that a run measured before it was stopped. */
function stoppedAt({ measurement }: MeasuredProbe): Measurement {
  const phaseResults = measurement.phaseResults.map((result) => ({
    ...result,
    aborted: result.aborted ?? ('stopped-by-user' as const),
  }));
  return { ...measurement, phaseResults };
}
