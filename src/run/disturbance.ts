/**
 * What disturbed a performance run from outside: the process stood still, or others took its CPUs. Both only ever make
 * a system look worse: latencies longer, throughput lower. So a VALID Server run stays so, with a warning of what its
 * figures may have lost, and an INVALID one may owe its verdict to the disturbance. A standstill of more than a
 * hundredth of the run is too much for any figure: then the run is INVALID.
 */
import { known } from '../base/measured.js';
import { lastCompletedAt } from '../engine/facts.js';
import type { PhaseResult } from '../engine/phase.js';
import type { Summary } from '../loadgen/index.js';
import type { WarningFacts } from '../results/document/warnings.js';
import type { TelemetrySummary } from '../system/telemetry/summary.js';

/** Share of the time that a run may stand still. */
const allowedShare = 0.01;
/** As much CPU time of others as is not just the background of a machine: its share of the usable CPUs. */
const noticedOthers = 0.05;
const noticedSteal = 0.01;
const noticedContention = 0.01;

/** How long a run stood still within its time, nanoseconds. */
export interface Standstill {
  readonly count: number;
  readonly totalNs: number;
  readonly longestNs: number;
  /** Of the time until the last completion, 0 to 1. */
  readonly share: number;
}

/** Undefined where it never did. */
export function standstillOf(phaseResult: PhaseResult): Standstill | undefined {
  const endNs = lastCompletedAt(phaseResult);
  const lengths = phaseResult.standstills
    .map(({ fromNs, toNs }) => Math.min(toNs, endNs) - fromNs)
    .filter((ns) => ns > 0);
  if (lengths.length === 0) return undefined;
  const totalNs = lengths.reduce((sum, ns) => sum + ns, 0);
  return { count: lengths.length, totalNs, longestNs: Math.max(...lengths), share: totalNs / endNs };
}

/** Why a run is INVALID that stood still for too long. */
export function standstillReasons(standstill: Standstill | undefined): string[] {
  if (!standstill || standstill.share <= allowedShare) return [];
  const { totalNs, share } = standstill;
  return [
    `The process stood still for ${(totalNs / 1e9).toFixed(1)} s, ${(100 * share).toFixed(1)}% of the run, where ${100 * allowedShare}% is allowed: it was stopped (Ctrl-Z), its VM was paused, or it got no CPU.`,
  ];
}

/** Warnings of what disturbed a performance run, and whether that may have decided its verdict. */
export function disturbanceWarnings(
  standstill: Standstill | undefined,
  { others, stealCores }: Pick<TelemetrySummary, 'others' | 'stealCores'>,
  { constraints }: Pick<Summary, 'constraints'>,
): WarningFacts[] {
  const { performance, minQueries, earlyStopping } = constraints;
  const affects = performance === false || !minQueries || !earlyStopping ? 'verdict' : 'figures';
  const warnings: WarningFacts[] = [];
  if (standstill && standstill.share <= allowedShare)
    warnings.push({ kind: 'stood-still', ...standstill, affects });
  const taken = others && known(others);
  if (!taken) return warnings;
  const { cpus, contendedShare } = taken;
  const stolen = known(stealCores)?.mean ?? 0;
  const much =
    taken.cores.mean >= noticedOthers * cpus ||
    stolen >= noticedSteal * cpus ||
    contendedShare >= noticedContention;
  if (much)
    warnings.push({
      kind: 'cpu-taken',
      cpus,
      byOthersCores: taken.cores.mean,
      byHypervisorCores: stolen,
      contendedShare,
      affects,
    });
  return warnings;
}
