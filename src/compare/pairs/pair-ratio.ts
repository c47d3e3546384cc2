/** A ratio of two sides as a report states it: its interval with the method, and what it says about the margin. */
import type { RatioEvidence } from '../statistics/evidence.js';
import { isOwnErrorWider, type LogRatio, ratioInterval } from '../statistics/repeats-interval.js';
import type { Interval, Verdict } from '../types.js';
import { verdictOf, verdictOfLimits } from './verdict.js';

/** How many runs each side has. */
export type Counts = readonly [baseline: number, candidate: number];

/** Of repeats on both sides. */
export function repeatsInterval(log: LogRatio, counts: Counts): Interval {
  const [outer, inner] = [ratioInterval(log, 0.95), ratioInterval(log, 0.9)];
  const drift = log.driftRemoved ? ', linear drift removed' : '';
  const own = isOwnErrorWider(log) ? ', widened to what each says of itself' : '';
  const runs = `${counts[0]} and ${counts[1]} runs`;
  const method = `Welch's t on logarithms, ${log.df.toFixed(1)} degrees of freedom, ${runs}${drift}${own}`;
  return { kind: 'repeats', ...outer, low90: inner.low, high90: inner.high, method };
}

/** Of figures that searches found; `none` where one of them says nothing of itself. */
export function searchInterval(found: RatioEvidence, counts: Counts, none: Interval): Interval {
  if (found.kind === 'none') return none;
  if (found.kind === 'repeats') return repeatsInterval(found.log, counts);
  const searches = counts.some((count) => count > 1) ? `, ${counts[0]} and ${counts[1]} searches` : '';
  const method = `from what each search knows of its own result${searches}; not how much searches differ`;
  return { kind: 'own evidence', ...found.limits, method };
}

/** Undefined where there is no interval that decides. */
export function verdictOfRatio(found: RatioEvidence, margin: number, counts: Counts): Verdict | undefined {
  if (found.kind === 'repeats') return verdictOf(found.log, margin, Math.min(...counts));
  return found.kind === 'own' ? verdictOfLimits(found.limits, margin) : undefined;
}
